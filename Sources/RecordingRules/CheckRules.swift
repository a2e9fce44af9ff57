internal import LinuxSystem
public import SystemPackage

/// The programs that say whether a file is one that they would take.
///
/// *Shape* of the file: a list of `path`, `command` and `reason`. The patterns are those of ``IgnoreRules``; the first
/// that matches counts. In the command, a list of words, `{}` stands for the file to be checked.
public struct CheckRules: Sendable {
    private let rules: [Rule]
    private let patterns: PathPatterns

    /// No file is checked.
    public static let none = CheckRules()

    private init() {
        rules = []
        patterns = PathPatterns()
    }

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
        rules = try RuleFile.decode([Rule].self, yaml: yaml, file: file)
        patterns = try PathPatterns(rules.map(\.path), of: file) { "[\($0)].path" }
        for (index, rule) in rules.enumerated() {
            guard rule.command.first?.isEmpty == false, rule.command.dropFirst().contains("{}") else {
                throw RuleFile.refused(
                    file,
                    nil,
                    "[\(index + 1)].command",
                    "must be a program and its arguments, with '{}' for the file"
                )
            }
        }
    }

    /// The program and arguments by which a file is checked, for a copy of it at `copy`; `nil` where none is known.
    public func command(for path: FilePath, copy: FilePath) -> [String]? {
        guard let position = path.withBytes({ patterns.first($0, isDirectory: false) }) else { return nil }
        return rules[position].command.map { $0 == "{}" ? copy.string : $0 }
    }
}

private struct Rule: Sendable, Decodable {
    var path: String
    var command: [String]
    var reason: String

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case path
        case command
        case reason
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        path = try container.decode(String.self, forKey: .path)
        command = try container.decode([String].self, forKey: .command)
        reason = try container.decode(String.self, forKey: .reason)
    }
}
