/// A degraded but living state, shown by `weft status` and the API until it is over.
public struct HealthWarning: Hashable, Codable, Sendable {
    /// Stable, such as `watch-limit` or `journal-full`.
    public var code: String
    /// What is degraded and how to mend it.
    public var message: String
    /// The thing that it is about.
    public var subject: String?

    /// A warning from its parts.
    public init(code: String, message: String, subject: String? = nil) {
        self.code = code
        self.message = message
        self.subject = subject
    }
}
