import FabricModel
import Testing

@testable import FabricServer

@Suite(.timeLimit(.minutes(1))) struct WaiterTests {
    private let clock = ContinuousClock()

    @Test("a change between entering and waiting is not missed")
    func early() async throws {
        let watch = ConfigurationWatch()
        let name = try NodeName("web1")
        let waiter = watch.enter(name)
        watch.wake([name])
        #expect(await waiter.wait(for: .seconds(100), clock: clock) == .changed)
    }

    @Test("a change of another node does not wake")
    func others() async throws {
        let watch = ConfigurationWatch()
        let waiter = watch.enter(try NodeName("web1"))
        watch.wake([try NodeName("mail1")])
        #expect(await waiter.wait(for: .milliseconds(1), clock: clock) == .timeout)
    }

    @Test("a wait ends at its time")
    func timeout() async throws {
        let watch = ConfigurationWatch()
        let waiter = watch.enter(try NodeName("web1"))
        #expect(await waiter.wait(for: .milliseconds(1), clock: clock) == .timeout)
    }

    @Test("a wait ends when its task is cancelled")
    func cancelled() async throws {
        let waiter = ConfigurationWatch().enter(try NodeName("web1"))
        let task = Task { await waiter.wait(for: .seconds(100), clock: ContinuousClock()) }
        task.cancel()
        #expect(await task.value == .stopped)
    }

    @Test("requests that a node left behind are answered when there are too many")
    func replaced() async throws {
        let watch = ConfigurationWatch()
        let name = try NodeName("web1")
        let first = watch.enter(name)
        for _ in 0..<4 { _ = watch.enter(name) }
        #expect(watch.count == 4)
        #expect(await first.wait(for: .seconds(100), clock: clock) == .replaced)
    }

    @Test("all are woken where it is not known whom a change concerns")
    func all() async throws {
        let watch = ConfigurationWatch()
        let waiters = try ["a", "b"].map { watch.enter(try NodeName($0)) }
        watch.wakeAll()
        for waiter in waiters { #expect(await waiter.wait(for: .seconds(100), clock: clock) == .changed) }
    }
}
