import FabricModel
import Synchronization

/// The nodes that wait for leave to converge to shared tags, in the order in which they came.
///
/// A slot that is free calls one of them, which asks for it again; where there is room for yet another, or it could not
/// use the slot itself, that one calls the next. So a slot costs one look at the database, however many nodes wait.
final class SlotQueue: Sendable {
    /// A node's place; it stays when the node has asked in vain.
    final class Place: Sendable {
        let node: NodeName
        let tags: Set<TagName>
        fileprivate let number: Int
        fileprivate let state = Mutex(State())

        fileprivate struct State {
            var waiter = Waiter()
            // This place alone was called, so it is counted on to ask again, or to call the next.
            var isCalled = false
        }

        fileprivate init(_ node: NodeName, _ tags: Set<TagName>, _ number: Int) {
            self.node = node
            self.tags = tags
            self.number = number
        }

        /// Begins to listen: what comes from now on wakes the waiter, also before it waits.
        ///
        /// - Returns: whether this place alone was called up to now.
        func listen() -> (Waiter, wasCalled: Bool) {
            state.withLock { state in
                let wasCalled = state.isCalled
                state = State()
                return (state.waiter, wasCalled)
            }
        }

        fileprivate func call(alone: Bool) {
            state.withLock { state in
                state.isCalled = state.isCalled || alone
                return state.waiter
            }
            .end(.changed)
        }

        fileprivate var isCalled: Bool { state.withLock { $0.isCalled } }
    }

    private struct State {
        // Ordered by number.
        var places: [Place] = []
        var last = 0
    }

    private let state = Mutex(State())

    /// How many nodes wait.
    var count: Int { state.withLock { $0.places.count } }

    /// Takes a place; the one that the node had before is void, for a node asks once at a time.
    func enter(_ node: NodeName, _ tags: some Sequence<TagName>) -> Place {
        dismiss(node)
        return state.withLock { state in
            state.last += 1
            let place = Place(node, Set(tags), state.last)
            state.places.append(place)
            return place
        }
    }

    /// Whether a place still counts.
    func isValid(_ place: Place) -> Bool {
        state.withLock { state in state.places.contains { $0 === place } }
    }

    /// Leaves a place; whoever was called and has not asked calls the next.
    func leave(_ place: Place) {
        state.withLock { state in state.places.removeAll { $0 === place } }
        if place.isCalled { callNext(after: place, place.tags) }
    }

    /// Voids the place of a node, whose request has nobody any more who waits for its answer.
    func dismiss(_ node: NodeName) {
        let void = state.withLock { state in
            let void = state.places.filter { $0.node == node }
            state.places.removeAll { $0.node == node }
            return void
        }
        for place in void {
            place.state.withLock(\.waiter).end(.replaced)
            if place.isCalled { callNext(after: place, place.tags) }
        }
    }

    /// Calls, for each tag, the first node that waits for it.
    func callFirst(_ tags: some Sequence<TagName>) {
        let called = state.withLock { state in
            tags.compactMap { tag in state.places.first { $0.tags.contains(tag) && !$0.isCalled } }
        }
        for place in called { place.call(alone: true) }
    }

    /// Calls, for each of the tags, the first node behind a place that waits for it.
    func callNext(after place: Place, _ tags: some Sequence<TagName>) {
        let next = state.withLock { state in
            let behind = state.places.filter { $0.number > place.number }
            return tags.compactMap { tag in behind.first { $0.tags.contains(tag) } }
        }
        for place in next { place.call(alone: true) }
    }

    /// Calls all nodes that wait for one of the tags, so that none has to call another.
    func wakeAll(_ tags: some Sequence<TagName>) {
        let tags = Set(tags)
        guard !tags.isEmpty else { return }
        let called = state.withLock { state in state.places.filter { !$0.tags.isDisjoint(with: tags) } }
        for place in called { place.call(alone: false) }
    }
}
