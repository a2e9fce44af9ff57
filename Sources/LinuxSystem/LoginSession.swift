/// A person's login at this machine.
public struct LoginSession: Hashable, Sendable {
    /// The session's name where it was read: logind's number, or the terminal with its process in the login records.
    public var id: String
    /// Name of the account.
    public var user: String
    /// Number of the account.
    public var uid: UInt32
    /// The remote host, or the terminal of a local login.
    public var source: String?
    /// The terminal, without `/dev/`.
    public var terminal: String?
    /// The process that leads the session, such as sshd's.
    public var leader: Int32?
    /// Start of the session.
    ///
    /// *Units*: microseconds since 1970.
    public var since: Int64

    /// A session from its parts.
    public init(
        id: String,
        user: String,
        uid: UInt32,
        source: String?,
        terminal: String? = nil,
        leader: Int32? = nil,
        since: Int64
    ) {
        self.id = id
        self.user = user
        self.uid = uid
        self.source = source
        self.terminal = terminal
        self.leader = leader
        self.since = since
    }
}

/// A place that knows who is logged in.
public protocol LoginSessionSource: Sendable {
    /// The sessions of people that are open now, by start.
    func sessions() throws(SystemError) -> [LoginSession]
}

/// The sessions of this machine: logind's where it runs, else those of the login records.
public struct MachineSessions: LoginSessionSource {
    private let logind: LogindSessions
    private let utmp: UtmpSessions

    /// Sessions of this machine; the places are changed by tests only.
    public init(logind: LogindSessions = LogindSessions(), utmp: UtmpSessions) {
        self.logind = logind
        self.utmp = utmp
    }

    /// The sessions of people that are open now, by start.
    public func sessions() throws(SystemError) -> [LoginSession] {
        try logind.isRunning() ? logind.sessions() : utmp.sessions()
    }
}
