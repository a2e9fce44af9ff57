internal import LinuxSystem
public import SystemPackage

/// What must never leave a node in clear: files by path, and files whose content shows a secret.
///
/// *Shape* of the file: `paths`, each with `path`, `rule` and `reason`; `contents`, each with `rule`, `reason`,
/// `keywords`, `pattern`, and where wanted `value`, `ignoreCase` and `unless`; `placeholders` and `words`, patterns and
/// texts of values that are no secrets. A pattern is a POSIX extended regular expression. It is tried on a line that
/// holds one of the keywords, of which at most 128 bytes before the keyword and 1,024 from it on are seen. `value` is
/// the number of the group that matches the value; `unless` are patterns of matches that are no secrets.
public struct SecretRules: Sendable {
    private let pathRules: [SecretRuleFile.Path]
    private let patterns: PathPatterns
    private let contents: SecretContentRules

    /// Reads rules from a file.
    ///
    /// - Throws: `RuleError`.
    public init(contentsOf path: FilePath) throws(RuleError) {
        try self.init(yaml: try RuleFile.text(of: path), file: path.string)
    }

    /// Reads rules from their text; `file` stands for it in errors.
    ///
    /// - Throws: `RuleError`.
    public init(yaml: String, file: String) throws(RuleError) {
        let read = try RuleFile.decode(SecretRuleFile.self, yaml: yaml, file: file)
        patterns = try PathPatterns(read.paths.map(\.path), of: file) { "paths[\($0)].path" }
        pathRules = read.paths
        contents = try SecretContentRules(read, file: file)
    }

    /// The rule by which a file is secret for its path alone.
    public func rule(forPath path: FilePath) -> String? {
        path.withBytes { patterns.first($0, isDirectory: false) }.map { pathRules[$0].rule }
    }

    /// The rule that finds a secret in a file's content.
    public func rule(inContent content: [UInt8]) -> String? {
        content.withUnsafeBufferPointer { contents.firstRule(in: $0) }
    }

    /// A search through a content that comes in pieces.
    package func search() -> SecretSearch {
        SecretSearch(rules: contents)
    }
}

/// Looks for secrets in a content that comes in pieces, and finds what it would find in the whole.
package struct SecretSearch {
    private let rules: SecretContentRules
    private var kept: [UInt8] = []
    private var examined = 0
    private var beginsLine = true
    /// The rule that has found a secret so far.
    package private(set) var rule: String?

    init(rules: SecretContentRules) {
        self.rules = rules
    }

    /// Takes the next piece.
    package mutating func update(_ piece: UnsafeRawBufferPointer) {
        guard rule == nil else { return }
        kept.append(contentsOf: piece)
        let next = max(examined, kept.count - SecretContentRules.reach)
        rule = kept.withUnsafeBufferPointer { buffer in
            rules.firstRule(in: buffer, from: examined, upTo: next, beginsLine: beginsLine)
        }
        let cut = max(0, next - SecretContentRules.context)
        if cut > 0 { beginsLine = SecretContentRules.isLineEnd(kept[cut - 1]) }
        kept.removeFirst(cut)
        examined = next - cut
    }

    /// Takes the end of the content.
    package mutating func finish() -> String? {
        if rule == nil {
            rule = kept.withUnsafeBufferPointer { buffer in
                rules.firstRule(in: buffer, from: examined, beginsLine: beginsLine)
            }
        }
        return rule
    }
}
