import FabricModel
import Testing

@testable import FabricServer

@Suite(.timeLimit(.minutes(1))) struct SlotQueueTests {
    private let queue = SlotQueue()
    private let web: TagName
    private let base: TagName

    init() throws {
        web = try TagName("web")
        base = try TagName("base")
    }

    private func enter(_ node: String, _ tags: TagName...) throws -> (SlotQueue.Place, Waiter) {
        let place = queue.enter(try NodeName(node), tags)
        return (place, place.listen().0)
    }

    /// Whether a waiter was called; one that was not stays so.
    private func isCalled(_ waiter: Waiter) async -> Bool {
        await waiter.wait(for: .zero, clock: ContinuousClock()) == .changed
    }

    @Test("a free slot calls the first that waits for its tag, and nobody else")
    func first() async throws {
        let other = try enter("a", base)
        let first = try enter("b", web)
        let second = try enter("c", web)
        queue.callFirst([web])
        #expect(await isCalled(first.1))
        #expect(await !isCalled(other.1))
        #expect(await !isCalled(second.1))
    }

    @Test("two free slots call two")
    func two() async throws {
        let places = try ["a", "b", "c"].map { try enter($0, web) }
        queue.callFirst([web])
        queue.callFirst([web])
        #expect(await isCalled(places[0].1))
        #expect(await isCalled(places[1].1))
        #expect(await !isCalled(places[2].1))
    }

    @Test("who is called can call the next that waits for what is left")
    func next() async throws {
        let first = try enter("a", web, base)
        let second = try enter("b", web)
        let third = try enter("c", base)
        queue.callFirst([base])
        #expect(await isCalled(first.1))
        #expect(first.0.listen().wasCalled)
        queue.callNext(after: first.0, [base])
        #expect(await !isCalled(second.1))
        #expect(await isCalled(third.1))
        queue.callNext(after: third.0, [base])
        #expect(queue.count == 3)
    }

    @Test("what is left of several tags goes to the next for each, not to one for all")
    func nextForEach() async throws {
        let first = try enter("a", web, base)
        let second = try enter("b", web)
        let third = try enter("c", base)
        queue.callNext(after: first.0, [web, base])
        #expect(await isCalled(second.1))
        #expect(await isCalled(third.1))
    }

    @Test("who leaves after being called, without having asked, calls the next")
    func left() async throws {
        let first = try enter("a", web)
        let second = try enter("b", web)
        let third = try enter("c", web)
        queue.callFirst([web])
        queue.leave(first.0)
        #expect(await isCalled(second.1))
        #expect(second.0.listen().wasCalled)
        queue.leave(second.0)
        #expect(await !isCalled(third.1), "the second has asked")
    }

    @Test("a node that asks again loses its place, and who was called there calls the next")
    func again() async throws {
        let old = try enter("a", web)
        let other = try enter("b", web)
        queue.callFirst([web])
        let new = try enter("a", web)
        #expect(!queue.isValid(old.0))
        #expect(queue.isValid(new.0))
        #expect(await isCalled(other.1))
        let replaced = try enter("c", base)
        queue.dismiss(try NodeName("c"))
        #expect(await replaced.1.wait(for: .seconds(100), clock: ContinuousClock()) == .replaced)
        #expect(queue.count == 2)
    }

    @Test("all that wait for a tag are called without having to call each other")
    func all() async throws {
        let places = [try enter("a", web), try enter("b", web, base)]
        let other = try enter("c", base)
        queue.wakeAll([web])
        for (place, waiter) in places {
            #expect(await isCalled(waiter))
            #expect(!place.listen().wasCalled)
        }
        #expect(await !isCalled(other.1))
    }

    @Test("a call between listening and waiting is not missed")
    func early() async throws {
        let (place, waiter) = try enter("a", web)
        queue.callFirst([web])
        #expect(await waiter.wait(for: .seconds(100), clock: ContinuousClock()) == .changed)
        #expect(place.listen().wasCalled)
        #expect(!place.listen().wasCalled)
    }
}
