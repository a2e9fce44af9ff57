internal import LinuxSystem
public import SystemPackage

/// The paths that are no resources: editors' leavings, caches, records that programs keep for themselves.
///
/// *Shape* of the file: a list of `path` and `reason`. A path without a slash is compared with the last component;
/// one with a slash at its end means directories and all that lies below them, any other everything but directories.
public struct IgnoreRules: Sendable {
    /// One line of the file.
    public struct Rule: Hashable, Sendable {
        /// The pattern.
        public var path: String
        /// Why such a path is no resource.
        public var reason: String
    }

    /// All rules, in the file's order.
    public let rules: [Rule]
    private let patterns: PathPatterns

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
    }

    /// Whether a path is no resource.
    public func isIgnored(_ path: FilePath, isDirectory: Bool) -> Bool {
        path.withBytes { patterns.first($0, isDirectory: isDirectory) != nil }
    }

    /// The rule by which a path is no resource.
    public func rule(for path: FilePath, isDirectory: Bool) -> Rule? {
        path.withBytes { patterns.first($0, isDirectory: isDirectory) }.map { rules[$0] }
    }
}

extension IgnoreRules.Rule: Decodable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case path
        case reason
    }

    /// Reads a rule, in which no other key is allowed.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.strictContainer(keyedBy: CodingKeys.self)
        path = try container.decode(String.self, forKey: .path)
        reason = try container.decode(String.self, forKey: .reason)
    }
}
