/// What one caller may cost the daemon.
public struct NodeControlLimits: Hashable, Sendable {
    /// Bytes of one call.
    public var call: Int
    /// Bytes of one answer.
    public var answer: Int
    /// Connections at a time.
    public var connections: Int
    /// Those of them that only root gets.
    public var connectionsForRoot: Int
    /// How long a connection may wait between calls.
    public var idle: Duration
    /// How long a call may take to arrive, from its first byte.
    public var receiving: Duration
    /// How long an answer may take to be read by the caller.
    public var sending: Duration
    /// How long a stop waits for calls that are being worked on.
    public var stopping: Duration

    /// The limits of the daemon, or others for tests.
    public init(
        call: Int = 1 << 20,
        answer: Int = 64 << 20,
        connections: Int = 16,
        connectionsForRoot: Int = 4,
        idle: Duration = .seconds(60),
        receiving: Duration = .seconds(10),
        sending: Duration = .seconds(30),
        stopping: Duration = .seconds(5)
    ) {
        self.call = call
        self.answer = answer
        self.connections = connections
        self.connectionsForRoot = connectionsForRoot
        self.idle = idle
        self.receiving = receiving
        self.sending = sending
        self.stopping = stopping
    }
}
