import FabricAPI
import FabricClient
import FabricModel
import Facts
import Foundation
import Journal
import Logging
import Synchronization
import SystemPackage
import Testing

@testable import NodeAgent

@Suite final class FactReporterTests {
    /// A clock that stands still.
    private final class Clock: WallTime {
        let value = Mutex(Timestamp(seconds: 1_790_000_000))

        func now() -> Timestamp { value.withLock(\.self) }

        func advance(_ seconds: Double) { value.withLock { $0 = $0.adding(seconds: seconds) } }
    }

    /// A server that says what a test wants.
    private final class Server: Sendable {
        let reports = Mutex<[FactReport]>([])
        let problem = Mutex<ClientError?>(nil)
        let knows = Atomic(true)

        func take(_ report: FactReport) throws(ClientError) -> Bool {
            if let problem = problem.withLock(\.self) { throw problem }
            guard knows.load(ordering: .relaxed) else { return false }
            reports.withLock { $0.append(report) }
            return true
        }

        var count: Int { reports.withLock(\.count) }
    }

    private let folder: URL
    private let core: AgentCore
    private let clock = Clock()
    private let server = Server()

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weft-facts-\(UUID())")
        let machine = folder.appending(path: "machine/proc/sys/kernel")
        try FileManager.default.createDirectory(at: machine, withIntermediateDirectories: true)
        var settings = Scratch.settings(in: folder)
        settings.asksOhai = true
        core = try AgentCore(
            settings,
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            time: clock
        )
        try write("5.0 4.0", "proc/uptime")
        try write("6.1.0", "proc/sys/kernel/osrelease")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: "machine/\(path)"))
    }

    private func reporter(ohai: @escaping @Sendable () throws -> String = { "{}" }) throws -> FactReporter {
        let survey = FactSurvey(root: FilePath(folder.appending(path: "machine").path))
        return try FactReporter(
            core,
            survey: survey,
            ohai: { Array(try ohai().utf8) },
            send: { [server] report throws(ClientError) in try server.take(report) }
        )
    }

    @Test("the server is told once, again when something changed, and after a day what changes by itself")
    func news() throws {
        let reporter = try reporter()
        for _ in 0..<3 { #expect(reporter.look() == .told) }
        #expect(server.count == 1)
        try write("900.0 4.0", "proc/uptime")
        #expect(reporter.look() == .told)
        #expect(server.count == 1)
        clock.advance(86_401)
        #expect(reporter.look() == .told)
        #expect(server.count == 2)
        #expect(server.reports.withLock { $0.last?.facts["uptime_seconds"] } == .integer(900))
        try write("6.2.0", "proc/sys/kernel/osrelease")
        #expect(reporter.look() == .told)
        #expect(server.count == 3)
        // A daemon that starts again has not forgotten.
        #expect(try self.reporter().look() == .told)
        #expect(server.count == 3)
    }

    @Test("a store that begins another life is told again, once")
    func newLife() throws {
        let reporter = try reporter()
        for life in ["one", "one", "two", "two"] {
            try core.journal.setValue(life, for: KnownStore.life)
            #expect(reporter.look() == .told)
        }
        #expect(server.count == 2)
    }

    @Test("what could not be told is told later; what is refused is a warning until it is taken")
    func failures() throws {
        let reporter = try reporter()
        server.knows.store(false, ordering: .relaxed)
        #expect(reporter.look() == .notRegistered)
        server.knows.store(true, ordering: .relaxed)
        let away = ClientError(.unreachable, "server", "it is away")
        server.problem.withLock { $0 = away }
        #expect(reporter.look() == .failed(away))
        let refusal = APIError(.invalidRequest, "no")
        server.problem.withLock { $0 = ClientError(.refused, "server", "no", refusal: refusal, status: 400) }
        #expect(reporter.look() == .told)
        #expect(core.warnings["facts-refused"] != nil)
        server.problem.withLock { $0 = nil }
        #expect(reporter.look() == .told)
        #expect(server.count == 1)
        #expect(core.warnings["facts-refused"] == nil)
    }

    @Test("ohai is asked once while nothing else changes, and what it said stays while it fails")
    func ohai() throws {
        let asked = Mutex(0)
        let reporter = try reporter {
            let number = asked.withLock { count in
                count += 1
                return count
            }
            if number > 1 { throw CocoaError(.fileNoSuchFile) }
            return #"{"rack":"b7","kernel":{"release":"other","site":"x"}}"#
        }
        for _ in 0..<3 { _ = reporter.look() }
        #expect(asked.withLock(\.self) == 1)
        try write("6.2.0", "proc/sys/kernel/osrelease")
        _ = reporter.look()
        #expect(asked.withLock(\.self) == 2)
        #expect(core.warnings["facts-ohai"] != nil)
        let facts = try #require(server.reports.withLock(\.last)?.facts)
        #expect(facts["rack"] == "b7" && facts["kernel"]?["site"] == "x")
        #expect(facts["kernel"]?["release"] == "6.2.0")
    }

    @Test("what is too large for the server is a warning and is not sent")
    func size() throws {
        let reporter = try reporter { #"{"site":"\#(String(repeating: "x", count: APILimits.facts))"}"# }
        #expect(reporter.look() == .told)
        #expect(server.count == 0)
        #expect(core.warnings["facts-size"] != nil)
    }
}
