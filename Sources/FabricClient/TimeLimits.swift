/// How long a client waits.
public struct TimeLimits: Hashable, Sendable {
    /// For name lookup, TCP and TLS together.
    public var connect: Duration
    /// For one request in all; a long poll adds what it asks the server to wait, a large body its time on a slow line.
    public var request: Duration

    /// Limits from their parts.
    public init(connect: Duration = .seconds(10), request: Duration = .seconds(60)) {
        self.connect = connect
        self.request = request
    }

    /// The slowest line on which a body of the allowed size still arrives.
    ///
    /// *Units*: bytes per second.
    static let slowestLine = 64 << 10
}

extension Duration {
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
