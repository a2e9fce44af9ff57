import LinuxSystem
import Synchronization

/// Listens to systemd's signals, on whichever thread runs it; while there is no bus, looks again and again, and tries to
/// connect.
final class SystemdWatch: Sendable {
    /// Between two looks, where nobody asks for one.
    static let interval = Duration.seconds(30)

    let address: String
    private let wakeup: Wakeup
    private let state = Mutex(State())
    private let looks: Mutex<SystemdLooks>

    /// Why no signals come.
    struct Problem: Sendable {
        var cause: String
        /// Why systemctl does not tell anything either; `nil` where it does.
        var blindness: String?
    }

    private struct State {
        var isStopping = false
        var problem: Problem?
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

    init(address: String, _ systemctl: Systemctl) throws(SystemError) {
        self.address = address
        looks = Mutex(SystemdLooks(systemctl))
        wakeup = try Wakeup()
    }

    /// Why no signals come; `nil` while they do.
    var problem: Problem? { state.withLock(\.problem) }

    /// Takes over what this program itself made of a unit.
    func note(_ unit: String, _ activity: UnitActivity) {
        looks.withLock { $0.note(unit, activity) }
    }

    func run(isOfInterest: (String) -> Bool, onNews: (ServiceNews) -> Void) {
        var pause = Duration.seconds(1)
        while !isStopping {
            var cause: SystemError?
            do {
                try listen(isOfInterest, onNews) { pause = .seconds(1) }
            } catch {
                cause = error
            }
            guard let cause, !isStopping else { break }
            // Whoever asks from now on may mean something that this look does not see.
            let flushes = takeFlushes()
            endFlushes(flushes, look(cause, isOfInterest, onNews))
            _ = wakeup.wait(timeout: pause)
            pause = min(pause * 2, Self.interval)
        }
        endFlushes(takeFlushes(), false)
    }

    /// Looks what units do, since no signals come.
    ///
    /// - Returns: Whether that could be told.
    private func look(
        _ cause: SystemError,
        _ isOfInterest: (String) -> Bool,
        _ onNews: (ServiceNews) -> Void
    ) -> Bool {
        var problem = Problem(cause: cause.description)
        do {
            for news in try news(isOfInterest) { onNews(news) }
        } catch {
            problem.blindness = error.description
        }
        state.withLock { $0.problem = problem }
        return problem.blindness == nil
    }

    private func news(_ isOfInterest: (String) -> Bool) throws(ComponentsError) -> [ServiceNews] {
        try looks.withLock { looks throws(ComponentsError) in try looks.look(isOfInterest: isOfInterest) }
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        wakeup.signal()
    }

    func flush(timeout: Duration) -> Bool {
        guard let flush = try? Flush() else { return false }
        let isWaitedFor = state.withLock { state in
            // Without a bus, a look comes of it.
            guard !state.isStopping else { return false }
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
        endLooks(isOfInterest, onNews)
        state.withLock { $0.problem = nil }
        // Whatever happened before is known now, and whatever happens from now on is signalled.
        onNews(.unknown)
        var jobs = SystemdJobs()
        while !isStopping {
            try takeAll(systemd, &jobs, isOfInterest, onNews)
            let flushes = takeFlushes()
            guard !flushes.isEmpty else {
                _ = try systemd.bus.wait(or: wakeup)
                continue
            }
            // The answer comes after all that systemd sent before it.
            do {
                _ = try systemd.isUp()
                try takeAll(systemd, &jobs, isOfInterest, onNews)
            } catch {
                endFlushes(flushes, false)
                throw error
            }
            endFlushes(flushes, true)
        }
    }

    /// Tells what happened since the last look, and looks no more.
    private func endLooks(_ isOfInterest: (String) -> Bool, _ onNews: (ServiceNews) -> Void) {
        guard looks.withLock(\.haveBegun) else { return }
        // What cannot be told any more by whose order it came is found as of unknown time.
        for news in (try? news(isOfInterest)) ?? [] { onNews(news) }
        looks.withLock { $0.end() }
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

    private func takeFlushes() -> [Flush] {
        state.withLock { state in
            defer { state.flushes = [] }
            return state.flushes
        }
    }

    private func endFlushes(_ flushes: [Flush], _ isDone: Bool) {
        for flush in flushes { flush.end(isDone) }
    }
}
