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
        do {
            ignore = try IgnoreRules(contentsOf: FilePath(settings.ignoreRules))
            secrets = try SecretRules(contentsOf: FilePath(settings.secretRules))
            checks = try CheckRules(contentsOf: FilePath(settings.checkRules))
        } catch {
            throw AgentError(.badRules, error.subject, error.message)
        }
    }
}
