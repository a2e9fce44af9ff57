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
final class ConvergenceSlots: Sendable {
    /// Whether this node may converge.
    enum Leave: Equatable {
        case granted
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
        var leave = Leave.granted
        /// What the server said last, to wait for another answer.
        var known: SlotRequest.State?
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
    private let warnings: WarningBoard

    /// Slots of a node.
    ///
    /// - Parameters:
    ///   - node: whose leave it is.
    ///   - warnings: where a stop is shown.
    ///   - log: where the daemon says what it does.
    ///   - connect: gives a client of its own for the server; `nil` while the node is not registered.
    ///   - onChange: is told when leave was given after waiting.
    ///   - now: the monotonic clock, in nanoseconds.
    /// - Throws: `SystemError`.
    init(
        of node: NodeID,
        warnings: WarningBoard,
        log: Logger,
        connect: @escaping @Sendable () throws(ClientError) -> (any SlotSource)?,
        onChange: @escaping @Sendable () -> Void,
        now: @escaping @Sendable () -> Int64 = { MonotonicClock.nanoseconds() }
    ) throws {
        self.node = node
        self.warnings = warnings
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
        guard !wish.tags.isEmpty else { return .granted }
        if let leave = known(wish) { return leave }
        return turn.withLock { client in
            let number = begin(wish, .waiting("the server is asked for leave to converge"))
            do throws(ClientError) {
                try sendReport(&client)
                apply(try ask(wish, &client), to: number)
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

    /// Why nothing is done at the moment that needs leave; `nil` where that is not so.
    var obstacle: String? {
        switch state.withLock(\.leave) {
        case .granted: nil
        case .waiting(let why), .stopped(let why): why
        }
    }

    /// The tags to which this node may not converge at the moment.
    var withheld: Set<TagName> {
        state.withLock { state in
            state.leave == .granted ? [] : Set(state.wish?.tags ?? [])
        }
    }

    /// Gives leave back, and tells the server which steps fail: all of them, not only new ones.
    func finish(_ failed: [FailedStep], of configuration: NodeConfiguration) {
        let report = SlotReport(failed)
        let isNews = state.withLock { state in
            // After a start it is not known what the server was told before.
            state.wish != nil
                || (state.unsent ?? state.sent).map { $0 != report } ?? !configuration.tags.isEmpty
        }
        guard isNews else { return }
        turn.withLock { client in
            begin(nil, .granted, report)
            warnings.clear(Self.warning)
            do throws(ClientError) {
                try sendReport(&client)
            } catch {
                log.info("what came of a convergence is reported later", metadata: ["error": "\(error)"])
                wakeup.signal()
            }
        }
    }

    /// Puts another wish in place of the last, on whose answer nobody waits any more; its number.
    @discardableResult
    private func begin(_ wish: Wish?, _ leave: Leave, _ report: SlotReport? = nil) -> Int {
        let (number, abandoned) = state.withLock { state in
            state.number += 1
            state.wish = wish
            state.leave = leave
            state.known = nil
            state.end = nil
            // Not while whoever wishes asks for it.
            state.next = .max
            state.unsent = report ?? state.unsent
            let abandoned = state.waiting
            state.waiting = nil
            return (state.number, abandoned)
        }
        abandoned?.cancel()
        return number
    }

    /// Takes in what the server said, unless something else is wished by now.
    func apply(_ answer: SlotAnswer, to number: Int) {
        let now = now()
        let leave = Leave(answer)
        let isCurrent = state.withLock { state in
            guard state.number == number else { return false }
            state.leave = leave
            state.known = nil
            state.end = nil
            state.next = 0
            switch answer {
            case .granted(let seconds):
                state.end = now + Int64(seconds) * 1_000_000_000
                // A short one is to be confirmed.
                let isWhole = seconds >= APILimits.slotLease
                state.next = isWhole ? now + Int64(seconds) * 1_000_000_000 / 3 : now
            case .waiting: state.known = .waiting
            case .stopped: state.known = .stopped
            // The other configuration is on its way, and whoever converges asks again with that.
            case .outdated: state.next = now + Self.patience
            }
            return true
        }
        guard isCurrent else { return }
        if case .stopped(let why) = leave {
            warnings.raise(Self.warning, why)
        } else {
            warnings.clear(Self.warning)
        }
    }

    private static let warning = "rollout-stopped"
    /// Nanoseconds after which a newer configuration should have come.
    private static let patience: Int64 = 30_000_000_000

    private func known(_ wish: Wish) -> Leave? {
        let now = now()
        return state.withLock { state in
            guard let current = state.wish else { return nil }
            if let end = state.end {
                return end > now && Set(wish.tags).isSubset(of: current.tags) ? .granted : nil
            }
            return current == wish ? state.leave : nil
        }
    }
}
