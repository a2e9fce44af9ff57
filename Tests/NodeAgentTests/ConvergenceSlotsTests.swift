import FabricAPI
import FabricClient
import FabricModel
import Glibc
import LinuxSystem
import Logging
import Synchronization
import Testing

@testable import NodeAgent

@Suite(.timeLimit(.minutes(2))) struct ConvergenceSlotsTests {
    private final class Clock: Sendable {
        let now = Atomic<Int64>(0)
        func pass(seconds: Int64) { now.add(seconds * 1_000_000_000, ordering: .sequentiallyConsistent) }
    }

    private let server: ScriptedSlots
    private let clock = Clock()
    private let changed: Wakeup
    private let slots: ConvergenceSlots
    private let web: TagName
    private let base: TagName
    private let own: TagName

    init() throws {
        let server = try ScriptedSlots()
        let changed = try Wakeup()
        self.server = server
        self.changed = changed
        slots = try ConvergenceSlots(
            of: .make(at: Timestamp(seconds: 0)),
            log: Logger(label: "test"),
            connect: { () throws(ClientError) in try server.connect() },
            onChange: { changed.signal() },
            now: { [clock] in clock.now.load(ordering: .sequentiallyConsistent) }
        )
        web = try TagName("web")
        base = try TagName("base")
        own = try TagName("node:n1")
    }

    private func configuration(_ etag: String = "e1", _ tags: [TagName]? = nil) -> NodeConfiguration {
        NodeConfiguration(
            etag: etag,
            configuration: EffectiveConfiguration(items: []),
            tags: tags ?? [web, base],
            lastDecision: 0
        )
    }

    private func failed(_ key: String, _ tag: TagName) throws -> FailedStep {
        let item = EffectiveConfiguration.Item(
            key: try ResourceKey(key),
            entry: .absent,
            tag: tag,
            revision: 3
        )
        return FailedStep(Plan.Step(item, current: .absent), "no", at: Timestamp(seconds: 1))
    }

    /// Runs `body` while the thread that keeps the slots runs.
    private func keeping(_ body: () throws -> Void) throws {
        let thread = try WorkerThread.start(name: "slots") { [slots] in slots.run() }
        defer {
            slots.stop()
            #expect(thread.join(timeout: .seconds(20)), "it does not stop")
        }
        try body()
    }

    private let full = SlotAnswer.granted(tags: [], seconds: 300)

    private func waiting() throws -> SlotAnswer {
        .withheld(by: [.waiting(tag: web, holders: [try NodeName("n2")], seconds: 100)])
    }

    private func stopped(_ tag: TagName? = nil) throws -> SlotObstacle {
        .stopped(
            by: RolloutStop(
                tag: tag ?? web,
                node: try NodeName("n2"),
                key: try ResourceKey("package:a"),
                revision: 3,
                message: "no such package",
                since: Timestamp(seconds: 0)
            )
        )
    }

    private func leave(_ tags: TagName...) -> ConvergenceSlots.Leave {
        ConvergenceSlots.Leave(granted: Set(tags))
    }

    @Test("steps of the own tag need no leave, and the server is not asked")
    func own_() {
        #expect(slots.acquire([own], of: configuration()) == leave())
        #expect(slots.acquire([], of: configuration()) == leave())
        #expect(slots.holds)
        #expect(server.asked.isEmpty)
    }

    @Test("leave holds for its time, for all that it was given for, and is asked for once")
    func granted() {
        server.answer(full)
        #expect(slots.acquire([web, base, own, web], of: configuration()) == leave(web, base))
        #expect(slots.acquire([base], of: configuration("e2")) == leave(base))
        clock.pass(seconds: 299)
        #expect(slots.holds)
        clock.pass(seconds: 1)
        #expect(!slots.holds)
        server.answer(full)
        #expect(slots.acquire([web], of: configuration("e2")) == leave(web))
        #expect(slots.holds)
        #expect(server.asked == ["ask base web of e1", "ask web of e2"])
    }

    @Test("leave is renewed after a third of its time, and lasts as long as the server is there")
    func renewal() throws {
        server.answer(full)
        _ = slots.acquire([web], of: configuration())
        try keeping {
            clock.pass(seconds: 100)
            server.answer(full)
            slots.wakeup.signal()
            #expect(server.asked(2) == ["ask web of e1", "ask web of e1"])
            // The answer is on its way; the time limit ends a wait that is too long.
            while slots.state.withLock(\.end) != 400_000_000_000 { sched_yield() }
            server.setAway(true)
            clock.pass(seconds: 299)
            slots.wakeup.signal()
            _ = server.asked(3)
            #expect(slots.holds)
            clock.pass(seconds: 1)
            #expect(!slots.holds)
        }
    }

    @Test("a node that has to wait is told when it may, and confirms that it is there")
    func waits() throws {
        server.answer(try waiting())
        let leave = slots.acquire([web], of: configuration())
        #expect(
            leave.obstacles == [
                web: .waiting("as many nodes as may do so at a time converge to web: n2")
            ]
        )
        #expect(slots.acquire([web], of: configuration()) == leave, "the server is not asked again")
        #expect(!slots.holds)
        #expect(slots.obstacles == leave.obstacles)
        try keeping {
            _ = server.asked(2)
            server.answer(full)
            server.answerLater(.granted(tags: [], seconds: 15))
            #expect(changed.wait(timeout: .seconds(20)))
            #expect(slots.acquire([web], of: configuration()) == self.leave(web))
            #expect(
                server.asked(3) == ["ask web of e1", "wait web of e1 knowing waiting", "ask web of e1"]
            )
        }
        clock.pass(seconds: 299)
        #expect(slots.holds)
        #expect(slots.obstacles.isEmpty)
    }

    @Test("a stop says what failed where and the way out, until it is over")
    func stop() throws {
        server.answer(try waiting())
        _ = slots.acquire([web], of: configuration())
        try keeping {
            server.answerLater(.withheld(by: [try stopped()]))
            _ = server.asked(3)
            guard case .stopped(let message) = slots.obstacles[web] else {
                Issue.record("it is not told that the tag has stopped")
                return
            }
            for text in ["n2", "package:a of web@3", "no such package", "weft resume web"] {
                #expect(message.contains(text), "\(message)")
            }
            #expect(slots.acquire([web], of: configuration()).obstacles == [web: .stopped(message)])
            server.answer(full)
            server.answerLater(.granted(tags: [], seconds: 15))
            #expect(changed.wait(timeout: .seconds(20)))
            #expect(slots.obstacles.isEmpty)
            #expect(server.asked[2] == "wait web of e1 knowing stopped")
        }
    }

    @Test("what it can get it takes, renews alone and gives back, before it waits for the rest")
    func part() throws {
        let extra = try TagName("extra")
        let all = [base, extra, web]
        let waitsForWeb = SlotObstacle.waiting(tag: web, holders: [try NodeName("n2")], seconds: 100)
        server.answer(.granted(tags: [base], seconds: 300, withheld: [try stopped(extra), waitsForWeb]))
        let leave = slots.acquire(all, of: configuration())
        #expect(leave.granted == [base])
        #expect(Set(leave.obstacles.keys) == [web, extra])
        #expect(slots.holds)
        try keeping {
            server.answer(full)
            clock.pass(seconds: 100)
            slots.wakeup.signal()
            while slots.state.withLock(\.end) != 400_000_000_000 { sched_yield() }
            #expect(slots.acquire(all, of: configuration()) == leave, "the others are not forgotten")
            slots.finish([], awaiting: [extra, web], of: configuration())
            #expect(!slots.holds, "it waits without holding anything")
            #expect(slots.acquire([extra, web], of: configuration()).granted.isEmpty)
            _ = server.asked(4)
            server.answer(full)
            server.answerLater(.granted(tags: [web], seconds: 15, withheld: [try stopped(extra)]))
            #expect(changed.wait(timeout: .seconds(20)))
            let later = slots.acquire([extra, web], of: configuration())
            #expect(later.granted == [web] && Array(later.obstacles.keys) == [extra])
            #expect(
                server.asked(5) == [
                    "ask base extra web of e1", "ask base of e1", "report done but for extra web",
                    "wait extra web of e1 knowing stopped waiting", "ask web of e1",
                ]
            )
        }
    }

    @Test("what a step of another tag may have to come first for stops nobody")
    func premature() throws {
        server.answer(full)
        _ = slots.acquire([web], of: configuration())
        var step = try failed("package:a", web)
        step.isPremature = true
        slots.finish([step], awaiting: [base], of: configuration())
        #expect(server.asked == ["ask web of e1", "report done but for base"])
        slots.finish([step], of: configuration())
        #expect(server.asked.last == "report done")
        #expect(slots.holds, "it waits for nothing any more")
    }

    @Test("another configuration is asked for at once, and ends the wait for the last")
    func another() throws {
        server.answer(try waiting())
        _ = slots.acquire([web], of: configuration())
        try keeping {
            _ = server.asked(2)
            server.answer(full)
            #expect(slots.acquire([base, web], of: configuration("e2")) == leave(web, base))
            #expect(server.asked(3)[2] == "ask base web of e2")
            #expect(!changed.clear())
        }
    }

    @Test("a configuration that is not the newest gets no leave")
    func outdated() {
        server.answer(.outdated)
        guard case .waiting = slots.acquire([web], of: configuration()).obstacles[web] else {
            Issue.record("it was given leave")
            return
        }
        #expect(!slots.holds)
        server.answer(full)
        #expect(slots.acquire([web], of: configuration("e2")) == leave(web))
    }

    @Test("without the server nothing is given leave, until it is there again")
    func unreachable() throws {
        server.setAway(true)
        guard case .waiting(let why) = slots.acquire([web], of: configuration()).obstacles[web] else {
            Issue.record("it was given leave")
            return
        }
        #expect(why.contains("it is away"))
        #expect(slots.acquire([own], of: configuration()) == leave())
        try keeping {
            _ = server.asked(2)
            server.setAway(false)
            server.answer(full)
            server.answerLater(.granted(tags: [], seconds: 15))
            slots.wakeup.signal()
            #expect(changed.wait(timeout: .seconds(20)))
            #expect(slots.holds)
        }
    }

    @Test("what came of it is reported once: the failed steps of shared tags, or that all is done")
    func reports() throws {
        server.answer(full)
        _ = slots.acquire([web], of: configuration())
        let steps = [try failed("package:a", web), try failed("package:b", own)]
        slots.finish(steps, of: configuration())
        slots.finish(steps, of: configuration())
        slots.finish([], of: configuration())
        slots.finish([], of: configuration())
        #expect(server.asked == ["ask web of e1", "report package:a web@3 no", "report done"])
    }

    @Test("after a start, what the server knows from before is made good, where there can be any")
    func firstReport() throws {
        slots.finish([], of: configuration("e1", []))
        #expect(server.asked.isEmpty)
        slots.finish([], of: configuration())
        slots.finish([], of: configuration())
        #expect(server.asked == ["report done"])
    }

    @Test("a report that does not get through is sent later, and before leave is asked for again")
    func late() throws {
        server.answer(full)
        _ = slots.acquire([web], of: configuration())
        server.setAway(true)
        slots.finish([], of: configuration())
        #expect(slots.holds, "nothing is under way")
        guard case .waiting = slots.acquire([web], of: configuration()).obstacles[web] else {
            Issue.record("it was given leave")
            return
        }
        #expect(server.asked == ["ask web of e1", "report done", "report done"])
        server.setAway(false)
        slots.finish([], of: configuration())
        server.setAway(true)
        slots.finish([try failed("package:a", web)], of: configuration())
        server.setAway(false)
        try keeping { #expect(server.asked(6).last == "report package:a web@3 no") }
        server.answer(full)
        #expect(slots.acquire([web], of: configuration()) == leave(web))
        #expect(server.asked.suffix(2) == ["report package:a web@3 no", "ask web of e1"])
    }
}
