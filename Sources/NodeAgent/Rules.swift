import RecordingRules
import SystemPackage

/// The rule files that decide what is left out and what is secret.
struct Rules: Sendable {
    let ignore: IgnoreRules
    let secrets: SecretRules

    /// Reads both files.
    ///
    /// - Throws: `AgentError` with code `badRules`.
    init(_ settings: NodeSettings) throws(AgentError) {
        do {
            ignore = try IgnoreRules(contentsOf: FilePath(settings.ignoreRules))
            secrets = try SecretRules(contentsOf: FilePath(settings.secretRules))
        } catch {
            throw AgentError(.badRules, error.subject, error.message)
        }
    }
}
