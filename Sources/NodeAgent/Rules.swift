import RecordingRules
import SystemPackage

/// The rule files that decide what is left out, what is secret, and how files are checked.
struct Rules: Sendable {
    let ignore: IgnoreRules
    let secrets: SecretRules
    let checks: CheckRules

    /// Reads the files.
    ///
    /// - Throws: `AgentError` with code `badRules`.
    init(_ settings: NodeSettings) throws(AgentError) {
        ignore = try Self.read("files.ignore", settings.ignoreRules) { path throws(RuleError) in
            try IgnoreRules(contentsOf: path)
        }
        secrets = try Self.read("files.secrets", settings.secretRules) { path throws(RuleError) in
            try SecretRules(contentsOf: path)
        }
        checks = try Self.read("files.checks", settings.checkRules) { path throws(RuleError) in
            try CheckRules(contentsOf: path)
        }
    }

    private static func read<Value>(
        _ key: String,
        _ path: String,
        _ body: (FilePath) throws(RuleError) -> Value
    ) throws(AgentError) -> Value {
        do {
            return try body(FilePath(path))
        } catch {
            throw AgentError(.badRules, "\(key): \(error.subject)", error.message)
        }
    }
}
