import FabricAPI
import FabricClient
import FabricModel
import LinuxSystem
import Logging
import Synchronization

/// The leave that this node has to converge to shared tags.
///
/// Whoever converges asks for it before a step, looks now and then whether it still holds, and reports when it is
/// through. A thread renews it meanwhile, waits for it where it is not to be had yet, and brings a report to the server
/// that could not be reached; see ``run()``.
///
/// Of several tags the node takes what it can get. It waits for the rest only when it has reported, which ends all its
/// leave: who waits holds nothing that another one could wait for, so there is no deadlock, and a tag that has stopped
/// keeps no other one waiting.
final class ConvergenceSlots: Sendable {
    /// To which tags this node may converge.
    struct Leave: Equatable {
        var granted: Set<TagName> = []
        /// What stands against the others.
        var obstacles: [TagName: Obstacle] = [:]
    }

    /// Why this node may not converge to a tag.
    enum Obstacle: Equatable {
        /// Not now, and why; who asked is told when it may.
        case waiting(String)
        /// Not before somebody decides, and why.
        case stopped(String)
    }

    /// What is asked for.
    struct Wish: Equatable {
        var tags: [TagName]
        /// The entity tag.
        var configuration: String
    }

    struct State {
        /// `nil` while nothing needs a slot.
        var wish: Wish?
        var leave = Leave()
        /// What the server said last of tags, to wait for another answer.
        var known: [TagName: SlotRequest.State] = [:]
        /// When leave ends, on the monotonic clock; `nil` without leave.
        var end: Int64?
        /// When to ask again, where that is not at once.
        var next: Int64 = 0
        /// Counts the wishes, so that no answer is taken for that to another one.
        var number = 0
        /// What waits at the server.
        var waiting: (any SlotSource)?
        /// What makes the short requests.
        var asking: (any SlotSource)?
        /// What the server was not told yet.
        var unsent: SlotReport?
        var sent: SlotReport?
    }

    let node: NodeID
    let log: Logger
    let connect: @Sendable () throws(ClientError) -> (any SlotSource)?
    let onChange: @Sendable () -> Void
    let now: @Sendable () -> Int64
    let wakeup: Wakeup
    let stopped = Atomic(false)
    let state = Mutex(State())
    /// The client for short requests.
    // One short request at a time, so that none overtakes another: a renewal that comes behind a report would take slots
    // that nobody gives back.
    let turn = Mutex<(any SlotSource)?>(nil)

    /// Slots of a node.
    ///
    /// - Parameters:
    ///   - node: whose leave it is.
    ///   - log: where the daemon says what it does.
    ///   - connect: gives a client of its own for the server; `nil` while the node is not registered.
    ///   - onChange: is told when leave was given after waiting.
    ///   - now: the monotonic clock, in nanoseconds.
    /// - Throws: `SystemError`.
    init(
        of node: NodeID,
        log: Logger,
        connect: @escaping @Sendable () throws(ClientError) -> (any SlotSource)?,
        onChange: @escaping @Sendable () -> Void,
        now: @escaping @Sendable () -> Int64 = { MonotonicClock.nanoseconds() }
    ) throws {
        self.node = node
        self.log = log
        self.connect = connect
        self.onChange = onChange
        self.now = now
        wakeup = try Wakeup()
    }

    /// Asks for leave to take steps that come from these tags; own tags need none.
    ///
    /// Blocks for one request at most, and for none where the answer is known.
    func acquire(_ tags: some Sequence<TagName>, of configuration: NodeConfiguration) -> Leave {
        let wish = Wish(tags: Set(tags.filter(\.isShared)).sorted(), configuration: configuration.etag)
        guard !wish.tags.isEmpty else { return Leave() }
        if let leave = known(wish) { return leave }
        return turn.withLock { client in
            let asking = Obstacle.waiting("the server is asked for leave to converge")
            let number = begin(wish, Leave(obstacles: Dictionary(wish.tags.map { ($0, asking) }) { $1 }))
            do throws(ClientError) {
                try sendReport(&client)
                apply(try ask(wish.tags, wish.configuration, &client), asked: wish.tags, to: number)
            } catch {
                failed(error, number)
            }
            wakeup.signal()
            return state.withLock(\.leave)
        }
    }

    /// Whether a step that was given leave may still be taken: in time, it is always.
    var holds: Bool {
        let now = now()
        return state.withLock { $0.wish == nil || ($0.end ?? .min) > now }
    }

    /// What stands against tags to which this node is to converge, at the moment.
    var obstacles: [TagName: Obstacle] { state.withLock(\.leave.obstacles) }

    /// Gives leave back, and tells the server which steps fail: all of them, not only new ones.
    ///
    /// - Parameters:
    ///   - failed: The steps that failed and still do.
    ///   - rest: The tags of which steps wait for leave; the thread goes on to wait for it.
    ///   - configuration: What the node converges to.
    func finish(_ failed: [FailedStep], awaiting rest: Set<TagName> = [], of configuration: NodeConfiguration)
    {
        let report = SlotReport(failed, awaiting: rest)
        let isNews = state.withLock { state in
            // After a start it is not known what the server was told before.
            state.end != nil || Set(state.wish?.tags ?? []) != rest
                || (state.unsent ?? state.sent).map { $0 != report } ?? !configuration.tags.isEmpty
        }
        guard isNews else { return }
        turn.withLock { client in
            let obstacles = obstacles.filter { rest.contains($0.key) }
            let wish = Wish(tags: rest.sorted(), configuration: configuration.etag)
            begin(rest.isEmpty ? nil : wish, Leave(obstacles: obstacles), report)
            do throws(ClientError) {
                try sendReport(&client)
            } catch {
                log.info("what came of a convergence is reported later", metadata: ["error": "\(error)"])
            }
            // The thread sends what was not sent, and waits for the rest.
            wakeup.signal()
        }
    }

    /// Puts another wish in place of the last, on whose answer nobody waits any more; its number.
    @discardableResult
    private func begin(_ wish: Wish?, _ leave: Leave, _ report: SlotReport? = nil) -> Int {
        let (number, abandoned) = state.withLock { state in
            state.number += 1
            state.wish = wish
            state.leave = leave
            if report == nil { state.known = [:] }
            state.end = nil
            // Not while whoever wishes asks for it; the thread waits for what is left after a report.
            state.next = report == nil ? .max : 0
            state.unsent = report ?? state.unsent
            let abandoned = state.waiting
            state.waiting = nil
            return (state.number, abandoned)
        }
        abandoned?.cancel()
        return number
    }

    /// Takes in what the server said of the tags that it was asked for, unless something else is wished by now.
    func apply(_ answer: SlotAnswer, asked tags: [TagName], to number: Int) {
        let now = now()
        state.withLock { state in
            guard state.number == number else { return }
            for tag in tags {
                state.leave.granted.remove(tag)
                state.leave.obstacles[tag] = nil
                state.known[tag] = nil
            }
            state.end = nil
            state.next = 0
            var withheld: [SlotObstacle] = []
            switch answer {
            case .granted(let granted, let seconds, let others):
                withheld = others
                state.leave.granted.formUnion(granted)
                state.end = now + Int64(seconds) * 1_000_000_000
                // A short one is to be confirmed.
                let isWhole = seconds >= APILimits.slotLease
                state.next = isWhole ? now + Int64(seconds) * 1_000_000_000 / 3 : now
            case .withheld(let all): withheld = all
            case .outdated:
                // The other configuration is on its way, and whoever converges asks again with that.
                state.next = now + Self.patience
                let newer = Obstacle.waiting("the server has a newer configuration for this node")
                for tag in tags { state.leave.obstacles[tag] = newer }
            }
            for obstacle in withheld {
                state.leave.obstacles[obstacle.tag] = Obstacle(obstacle)
                state.known[obstacle.tag] = obstacle.state
            }
        }
    }

    /// Nanoseconds after which a newer configuration should have come.
    private static let patience: Int64 = 30_000_000_000

    private func known(_ wish: Wish) -> Leave? {
        let now = now()
        return state.withLock { state in
            guard let current = state.wish else { return nil }
            guard let end = state.end else { return current == wish ? state.leave : nil }
            let leave = Leave(
                granted: state.leave.granted.intersection(wish.tags),
                obstacles: state.leave.obstacles.filter { wish.tags.contains($0.key) }
            )
            let isCovered =
                state.leave.granted.isSuperset(of: wish.tags)
                || current.configuration == wish.configuration && Set(current.tags).isSuperset(of: wish.tags)
            return end > now && isCovered ? leave : nil
        }
    }
}
