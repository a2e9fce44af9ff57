/// What a server answered, whatever its status.
public struct Response: Sendable {
    /// The HTTP status.
    public var status: Int
    /// By name in lower case; those given several times are joined with a comma.
    public var headers: [String: String]
    /// Decoded, where it was sent compressed.
    public var body: [UInt8]

    /// An answer from its parts.
    public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
