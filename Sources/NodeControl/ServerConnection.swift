public import FabricModel

/// The server of a node and how it was reached last.
public struct ServerConnection: Hashable, Codable, Sendable {
    /// How the last attempt went.
    public enum State: String, Codable, CaseIterable, Sendable {
        /// No server is configured: the node only records.
        case unconfigured
        /// No attempt has ended yet.
        case connecting
        /// The last attempt succeeded.
        case connected
        /// The server did not answer.
        case unreachable
        /// The server answered, and the node waits there to be accepted.
        case waiting
        /// The server answered and refused the node.
        case refused
    }

    /// How the last attempt went.
    public var state: State
    /// The server's address; `nil` where none is configured.
    public var address: String?
    /// When the server answered last.
    public var lastContact: Timestamp?
    /// Why the last attempt failed; `nil` after one that succeeded.
    public var lastError: String?

    /// A connection from its parts.
    public init(
        state: State,
        address: String? = nil,
        lastContact: Timestamp? = nil,
        lastError: String? = nil
    ) {
        self.state = state
        self.address = address
        self.lastContact = lastContact
        self.lastError = lastError
    }
}

/// The answer to `Sync`: what came of trying the server now.
public struct SyncReport: Hashable, Codable, Sendable {
    /// How the attempt went.
    public var server: ServerConnection
    /// Commits that the server acknowledged during the attempt.
    public var sent: Int
    /// Commits that still wait.
    public var unsent: Int

    /// A report from its parts.
    public init(server: ServerConnection, sent: Int, unsent: Int) {
        self.server = server
        self.sent = sent
        self.unsent = unsent
    }
}
