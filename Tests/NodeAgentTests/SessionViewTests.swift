import FabricModel
import LinuxSystem
import Synchronization
import SystemPackage
import Testing

@testable import NodeAgent

@Suite struct SessionViewTests {
    /// Sessions as a test sets them; `nil` cannot be read.
    private final class Source: LoginSessionSource {
        let current = Mutex<[LoginSession]?>(nil)

        func sessions() throws(SystemError) -> [LoginSession] {
            guard let sessions = current.withLock(\.self) else {
                throw SystemError(.open, errno: 13, "/run/systemd/sessions")
            }
            return sessions
        }
    }

    private final class Clock: WallTime {
        let seconds = Mutex<Int64>(1000)

        func now() -> Timestamp { Timestamp(seconds: seconds.withLock(\.self)) }
    }

    @Test("sessions that cannot be read are not taken for ended, and a warning says so")
    func unreadable() throws {
        let (source, clock, warnings) = (Source(), Clock(), WarningBoard())
        let view = SessionView(source: source, time: clock, warnings: warnings)
        let session = LoginSession(id: "3", user: "ann", uid: 1000, source: "10.0.0.7", since: 0)
        source.current.withLock { $0 = [session] }
        #expect(view.knownIDs == ["3"])
        #expect(view.actor.name == "ann")
        #expect(try view.users() == ["ann"])

        source.current.withLock { $0 = nil }
        clock.seconds.withLock { $0 += 1 }
        #expect(view.knownIDs == nil)
        #expect(view.actor == .unknown)
        let error = #expect(throws: AgentError.self) { try view.users() }
        #expect(error?.code == .sessions)
        #expect(warnings.all.map(\.code) == ["login-sessions"])

        source.current.withLock { $0 = [] }
        clock.seconds.withLock { $0 += 1 }
        #expect(view.knownIDs == [])
        #expect(warnings.all.isEmpty)
    }
}
