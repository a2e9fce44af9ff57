import FabricModel
import LinuxSystem
import Synchronization

/// Who is logged in, looked at no more often than twice a second.
final class SessionView: Sendable {
    /// Seconds for which an answer is taken again; a burst of changes must not read the session files each time.
    private static let freshness = 0.5

    private let source: any LoginSessionSource
    private let time: any WallTime
    private let warnings: WarningBoard
    private let cache = Mutex<(at: Timestamp, sessions: [LoginSession]?)?>(nil)

    init(source: any LoginSessionSource, time: any WallTime, warnings: WarningBoard) {
        self.source = source
        self.time = time
        self.warnings = warnings
    }

    /// The sessions that are there now; none while they cannot be read, which is a warning.
    var sessions: [LoginSession] { known ?? [] }

    /// The ids of the sessions that are there now; `nil` while they cannot be read, which is not the same as none.
    var knownIDs: Set<String>? { known.map { Set($0.map(\.id)) } }

    /// The names of those who are logged in now.
    ///
    /// - Throws: `AgentError` with code `sessions` while they cannot be read, which is not the same as none.
    func users() throws(AgentError) -> Set<String> {
        guard let known else {
            throw AgentError(
                .sessions,
                "login sessions",
                "cannot be read, so it is not known who is logged in; `weft status` says why"
            )
        }
        return Set(known.map(\.user))
    }

    private var known: [LoginSession]? {
        let now = time.now()
        return cache.withLock { cache in
            if let cache, abs(now.seconds(since: cache.at)) < Self.freshness { return cache.sessions }
            let sessions = read()
            cache = (now, sessions)
            return sessions
        }
    }

    /// Their ids.
    var ids: Set<String> { Set(sessions.map(\.id)) }

    /// Who can be taken for the author of what happens now: the user of the only session.
    var actor: Actor {
        let sessions = sessions
        guard sessions.count == 1, let session = sessions.first else { return .unknown }
        let origin = session.source.map { " from \($0)" } ?? ""
        return Actor(
            tier: .inferred,
            name: session.user,
            session: session.id,
            evidence: "the only login session then, \(session.id)\(origin)"
        )
    }

    private func read() -> [LoginSession]? {
        do {
            let sessions = try source.sessions()
            warnings.clear("login-sessions")
            return sessions
        } catch {
            warnings.raise(
                "login-sessions",
                "who is logged in cannot be read, so authors stay unknown: \(error)"
            )
            return nil
        }
    }
}
