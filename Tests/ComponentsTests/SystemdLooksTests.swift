import FabricModel
import LinuxSystem
import Synchronization
import SystemPackage
import Testing

@testable import Components

@Suite("Looks at what units do")
struct SystemdLooksTests {
    private let fake: FakeSystemctl

    init() throws { fake = try FakeSystemctl() }

    struct Case: CustomTestStringConvertible {
        var testDescription: String
        var before: [String: UnitActivity]
        var now: [String: UnitActivity]
        var properties: [String: String] = [:]
        /// What somebody's order made of `a.service`.
        var order: UnitActivity?
    }

    private static let on: [String: UnitActivity] = ["a.service": .running]
    private static let off: [String: UnitActivity] = ["a.service": .stopped]

    private static let cases: [Case] = [
        Case(testDescription: "stopped", before: on, now: off, order: .stopped),
        Case(testDescription: "stopped, and forgotten", before: on, now: [:], order: .stopped),
        Case(testDescription: "started", before: off, now: on, order: .running),
        Case(testDescription: "started for the first time", before: [:], now: on, order: .running),
        Case(
            testDescription: "started once it had failed",
            before: ["a.service": .failed],
            now: on,
            order: .running
        ),
        Case(testDescription: "as it was", before: on, now: on),
        Case(testDescription: "failed", before: on, now: ["a.service": .failed]),
        Case(
            testDescription: "ended, and not well",
            before: on,
            now: off,
            properties: ["Result": "exit-code"]
        ),
        Case(testDescription: "on its way", before: on, now: ["a.service": .changing]),
        Case(testDescription: "transient", before: [:], now: on, properties: ["Transient": "yes"]),
        Case(
            testDescription: "started with another",
            before: off,
            now: ["a.service": .running, "b.service": .running],
            properties: ["WantedBy": "multi-user.target b.service"]
        ),
        Case(
            testDescription: "started, and what it needs with it",
            before: off,
            now: ["a.service": .running, "b.service": .running],
            properties: ["Requires": "b.service", "WantedBy": "multi-user.target"],
            order: .running
        ),
        Case(
            testDescription: "started by a target",
            before: off,
            now: ["a.service": .running, "site.target": .running],
            properties: ["WantedBy": "site.target"]
        ),
        Case(
            testDescription: "stopped with what it needs",
            before: ["a.service": .running, "b.service": .running],
            now: ["a.service": .stopped, "b.service": .stopped],
            properties: ["Requires": "b.service"]
        ),
        Case(
            testDescription: "stopped since what it is bound to has failed",
            before: ["a.service": .running, "b.service": .running],
            now: ["a.service": .stopped, "b.service": .failed],
            properties: ["BindsTo": "b.service"]
        ),
        Case(
            testDescription: "stopped, and what needs it with it",
            before: ["a.service": .running, "b.service": .running],
            now: ["a.service": .stopped, "b.service": .stopped],
            properties: ["RequiredBy": "b.service"],
            order: .stopped
        ),
        Case(
            testDescription: "stopped by what cannot run beside it",
            before: ["a.service": .running, "b.service": .stopped],
            now: ["a.service": .stopped, "b.service": .running],
            properties: ["Conflicts": "shutdown.target b.service"]
        ),
        Case(
            testDescription: "stopped with a target",
            before: ["a.service": .running, "multi-user.target": .running],
            now: ["a.service": .stopped, "rescue.target": .running]
        ),
    ]

    @Test("what became of a unit between two looks is an order, or not", arguments: cases)
    func order(row: Case) {
        let change = SystemdLooks.Change(from: row.before, to: row.now)
        #expect(change.order(of: "a.service", row.properties) == row.order)
    }

    @Test("the first look tells nothing, each other one what became of units since; of no interest, nothing")
    func looks() throws {
        var looks = SystemdLooks(fake.questions)
        func look() throws -> [ServiceNews] { try looks.look { $0 != "c.service" } }
        try fake.set(units: ["a.service": "active", "b.service": "inactive", "c.service": "active"])
        #expect(try look() == [.unknown])
        try fake.set(units: ["a.service": "inactive", "b.service": "active", "c.service": "inactive"])
        let stopped = ServiceNews.ordered(unit: "a.service", .stopped)
        #expect(try look() == [stopped, .ordered(unit: "b.service", .running)])
        #expect(try look() == [])
        // On its way it is what it was.
        try fake.set(units: ["a.service": "activating", "b.service": "deactivating"])
        #expect(try look() == [])
        try fake.set(units: ["a.service": "active", "b.service": "active"])
        #expect(try look() == [.ordered(unit: "a.service", .running)])
    }

    @Test("what a look that failed would have told, the next one does")
    func failure() throws {
        var looks = SystemdLooks(fake.questions)
        try fake.set(units: ["a.service": "active"])
        _ = try looks.look { _ in true }
        try fake.set(units: ["a.service": "inactive"])
        try fake.set(shown: nil)
        #expect(throws: ComponentsError.self) { try looks.look { _ in true } }
        try fake.set(shown: FakeSystemctl.stanza("a.service", "Result=success", "Transient=no"))
        #expect(try looks.look { _ in true } == [.ordered(unit: "a.service", .stopped)])
    }

    @Test("what stops on the way down, and starts on the way up, is nobody's order")
    func wayDown() throws {
        var looks = SystemdLooks(fake.questions)
        try fake.set(units: ["a.service": "active"])
        _ = try looks.look { _ in true }
        try fake.set(units: ["a.service": "inactive"])
        try fake.set(state: "stopping")
        #expect(try looks.look { _ in true } == [])
        try fake.set(state: "running")
        #expect(try looks.look { _ in true } == [.unknown])
    }

    @Test("what Weft made of a unit is where the next look begins")
    func own() throws {
        var looks = SystemdLooks(fake.questions)
        try fake.set(units: ["a.service": "inactive"])
        looks.note("a.service", .running)
        #expect(!looks.haveBegun)
        _ = try looks.look { _ in true }
        looks.note("a.service", .running)
        #expect(try looks.look { _ in true } == [.ordered(unit: "a.service", .stopped)])
    }

    @Test("where no bus answers, somebody who waits for the news has a look taken at once", .ownThread)
    func withoutBus() throws {
        let nobody = fake.folder.appending("nobody").string
        let systemd = try Systemd(address: "unix:path=\(nobody)", program: fake.program)
        let news = News()
        try fake.set(units: ["a.service": "active"])
        let thread = try WorkerThread.start(name: "systemd") {
            systemd.run(isOfInterest: { _ in true }) { news.add($0) }
        }
        #expect(systemd.flush(timeout: .seconds(60)))
        #expect(news.all == [.unknown])
        #expect(systemd.problem?.code == "services-polled")
        #expect(systemd.problem?.message.contains("every 30 seconds") == true)
        try fake.set(units: ["a.service": "inactive"])
        #expect(systemd.flush(timeout: .seconds(60)))
        #expect(news.all == [.unknown, .ordered(unit: "a.service", .stopped)])
        systemd.stop()
        #expect(thread.join(timeout: .seconds(60)))
        #expect(!systemd.flush(timeout: .seconds(60)))
    }

    private final class News: Sendable {
        private let told = Mutex<[ServiceNews]>([])
        func add(_ news: ServiceNews) { told.withLock { $0.append(news) } }
        var all: [ServiceNews] { told.withLock(\.self) }
    }
}
