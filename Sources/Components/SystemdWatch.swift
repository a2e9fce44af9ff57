import LinuxSystem
import Synchronization

/// Listens to systemd's signals, on whichever thread runs it, and connects again when the bus goes away.
final class SystemdWatch: Sendable {
    let address: String
    private let wakeup: Wakeup
    private let state = Mutex(State())

    private struct State {
        var isStopping = false
        var isConnected = false
        var problem: String?
        var flushes: [Flush] = []
    }

    private final class Flush: Sendable {
        let isThrough: Wakeup
        let isDone = Mutex(false)

        init() throws(SystemError) {
            isThrough = try Wakeup()
        }

        func end(_ isDone: Bool) {
            self.isDone.withLock { $0 = isDone }
            isThrough.signal()
        }
    }

    init(address: String) throws(SystemError) {
        self.address = address
        wakeup = try Wakeup()
    }

    /// Why no signals come; `nil` while they do.
    var problem: String? { state.withLock(\.problem) }

    func run(isOfInterest: (String) -> Bool, onNews: (ServiceNews) -> Void) {
        var pause = Duration.seconds(1)
        while !isStopping {
            do {
                try listen(isOfInterest, onNews) { pause = .seconds(1) }
            } catch {
                state.withLock { state in
                    state.isConnected = false
                    state.problem = error.description
                }
            }
            endFlushes(false)
            guard !isStopping else { break }
            _ = wakeup.wait(timeout: pause)
            pause = min(pause * 2, .seconds(60))
        }
        state.withLock { $0.isConnected = false }
        endFlushes(false)
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        wakeup.signal()
    }

    func flush(timeout: Duration) -> Bool {
        guard let flush = try? Flush() else { return false }
        let isWaitedFor = state.withLock { state in
            // The first connection is worth waiting for: until then nobody's order is told from what was there before.
            guard state.isConnected || state.problem == nil, !state.isStopping else { return false }
            state.flushes.append(flush)
            return true
        }
        guard isWaitedFor else { return false }
        wakeup.signal()
        return flush.isThrough.wait(timeout: timeout) && flush.isDone.withLock(\.self)
    }

    private var isStopping: Bool { state.withLock(\.isStopping) }

    /// Takes signals in until it is stopped.
    private func listen(
        _ isOfInterest: (String) -> Bool,
        _ onNews: (ServiceNews) -> Void,
        onConnect: () -> Void
    ) throws(SystemError) {
        let systemd = try SystemdBus(address: address)
        try systemd.subscribe()
        onConnect()
        state.withLock { state in
            state.isConnected = true
            state.problem = nil
        }
        // Whatever happened before is known now, and whatever happens from now on is signalled.
        onNews(.unknown)
        var jobs = SystemdJobs()
        while !isStopping {
            try takeAll(systemd, &jobs, isOfInterest, onNews)
            let flushes = state.withLock { state in
                defer { state.flushes = [] }
                return state.flushes
            }
            guard !flushes.isEmpty else {
                _ = try systemd.bus.wait(or: wakeup)
                continue
            }
            // The answer comes after all that systemd sent before it.
            do {
                _ = try systemd.isUp()
                try takeAll(systemd, &jobs, isOfInterest, onNews)
            } catch {
                for flush in flushes { flush.end(false) }
                throw error
            }
            for flush in flushes { flush.end(true) }
        }
    }

    private func takeAll(
        _ systemd: SystemdBus,
        _ jobs: inout SystemdJobs,
        _ isOfInterest: (String) -> Bool,
        _ onNews: (ServiceNews) -> Void
    ) throws(SystemError) {
        while let message = try systemd.bus.next() {
            guard let news = try Self.news(message, systemd, &jobs, isOfInterest) else { continue }
            onNews(news)
        }
    }

    private static func news(
        _ message: SystemBusMessage,
        _ systemd: SystemdBus,
        _ jobs: inout SystemdJobs,
        _ isOfInterest: (String) -> Bool
    ) throws(SystemError) -> ServiceNews? {
        if message.isSignal(SystemdBus.manager, "StartupFinished") { return .unknown }
        let isNew = message.isSignal(SystemdBus.manager, "JobNew")
        guard isNew || message.isSignal(SystemdBus.manager, "JobRemoved") else { return nil }
        let id = try message.number()
        _ = try message.string(isPath: true)
        let unit = try message.string()
        guard !isNew else {
            jobs.added(id, unit)
            return nil
        }
        let others = jobs.removed(id)
        guard try message.string() == "done", !SystemdJobs.haveTarget(others), isOfInterest(unit) else {
            return nil
        }
        do {
            guard let activity = try systemd.activity(of: [unit])[unit], activity != .changing else {
                return nil
            }
            if !others.isEmpty, try systemd.follows(unit, activity, from: others) { return nil }
            return .ordered(unit: unit, activity)
        } catch {
            // A unit that is gone again: what it did shows when all are looked at.
            guard error.code == .failed else { throw error }
            return .unknown
        }
    }

    private func endFlushes(_ isDone: Bool) {
        let flushes = state.withLock { state in
            defer { state.flushes = [] }
            return state.flushes
        }
        for flush in flushes { flush.end(isDone) }
    }
}
