import Glibc
import LinuxSystem
import SystemPackage

/// What the reader's thread does: parse events, keep the watch table, add hints.
///
/// It never reads a file and never waits for the hints' consumer.
/// Every event about a directory's name leads to the same act, ``settle(_:in:_:)``: see what lies there *now* and make the
/// table agree. So stale events do no harm, and the last event about a name leaves the table as the file system is.
final class Reader {
    /// Why a directory is in the table without a watch.
    enum Unwatched: Hashable {
        case limit
        case remote
        case unwatchable
        case automount
        case kernelView
    }

    /// What to look at again when the table is gone through.
    enum Pass {
        /// Only what is new.
        case event
        /// Also the directories on the way to the roots, since the plan changed.
        case plan
        /// Everything, since events were lost.
        case full
    }

    /// Whether entries that are found become hints; if not, a `.tree` hint follows.
    enum Report {
        case quiet
        case paths
    }

    let shared: ReaderLink
    let inotify: Inotify
    let isIgnored: @Sendable (FilePath, Bool) -> Bool
    let queue: HintQueue
    let settings: WatchSettings
    let barriers: BarrierFolder
    let barrierPath: [UInt8]
    var barrierWatch: Int32

    var backlog: EventBacklog
    var table = WatchTable()
    var plan: RootPlan
    var roots: [WatchedRoot]
    /// The plan's stop of each directory that is on the way to a root, or one.
    var stops: [WatchTable.Node: Int] = [:]
    var unwatched: [WatchTable.Node: Unwatched] = [:] { didSet { isStatusStale = true } }
    var unlisted: [(node: WatchTable.Node, report: Report)] = []
    var pass = Pass.event

    var mounts: MountWatch
    var mountPoints: [[UInt8]: MountTable.Entry] = [:]

    var hints: [RawHint] = []
    /// `.tree` hints that have to wait until everything below is watched.
    var treesToCome: [RawHint] = []
    var delayed: DelayedHints
    /// Names that were just created; what they are is looked up when no later event has told.
    var created: [RawHint] = []
    var overflowedAt: Int64?
    var nextPoll: Int64?
    var nextRetry: Int64?
    var hasFreeWatches = false
    var workSinceFill = 0
    var isStatusStale = true
    var publishedCount = -1
    var failure: SystemError?
    var pathCache: (node: WatchTable.Node, version: Int, path: [UInt8])?

    init(_ start: ReaderStart, barrierWatch: Int32) {
        shared = start.link
        inotify = start.inotify
        isIgnored = start.isIgnored
        queue = start.queue
        settings = start.settings
        barriers = start.barriers
        barrierPath = start.barriers.path.bytes
        self.barrierWatch = barrierWatch
        backlog = EventBacklog(start.inotify)
        roots = start.roots
        plan = RootPlan(start.roots)
        delayed = DelayedHints(
            quiet: start.settings.quietPeriod.wholeNanoseconds,
            longest: start.settings.longestDelay.wholeNanoseconds
        )
        mounts = MountWatch(start.mountInfo)
    }

    deinit {
        backlog.deallocate()
        mounts.close()
    }

    /// Runs until it is told to stop, or the kernel refuses to give events.
    func run() {
        begin()
        while failure == nil, obeyMail() {
            queue.withScans { $0.mark() }
            fill()
            if backlog.isEmpty {
                queue.withScans { $0.forgetMarked() }
                if overflowedAt != nil { recoverFromOverflow() }
                attend()
                if backlog.isEmpty { waitForWork() }
            } else {
                while failure == nil, let chunk = backlog.takeFirst() {
                    parse(chunk)
                    attend()
                    guard !shared.hasMail else { break }
                }
            }
        }
        end()
    }

    /// Takes over what the kernel has, so that its queue does not overflow; to be called now and then during long work.
    func fill() {
        workSinceFill = 0
        do {
            try backlog.fill()
        } catch {
            failure = error
        }
    }

    /// Counts a piece of work and empties the kernel's queue after enough of them.
    func didWork() {
        workSinceFill += 1
        if workSinceFill >= 256 { fill() }
    }

    /// Does what is due besides events, then shows the result to the outside.
    private func attend() {
        checkCreated()
        let now = MonotonicClock.nanoseconds()
        hints += delayed.takeDue(now)
        if mounts.hasChanged() { mounts.expire() }
        if mounts.isDue, now >= mounts.notBefore { refreshMounts() }
        if let overflowedAt, now - overflowedAt > 500_000_000 { recoverFromOverflow() }
        attendUnwatched(now)
        flush()
        publish()
    }

    func flush() {
        guard !hints.isEmpty else { return }
        queue.add(raw: hints)
        hints.removeAll(keepingCapacity: hints.capacity <= 4096)
    }

    func hint(_ hint: RawHint) {
        hints.append(hint)
        if hints.count >= 1024 { flush() }
    }

    private func waitForWork() {
        let now = MonotonicClock.nanoseconds()
        var next = now + 60_000_000_000
        if let check = delayed.nextCheck { next = min(next, check) }
        if let nextPoll { next = min(next, nextPoll) }
        if let nextRetry { next = min(next, nextRetry) }
        if mounts.isDue { next = min(next, mounts.notBefore) }
        let milliseconds = Int32(clamping: max(0, next - now + 999_999) / 1_000_000)
        var waits = [
            pollfd(fd: inotify.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: shared.wakeup.fd, events: Int16(POLLIN), revents: 0),
            pollfd(fd: mounts.isDue ? -1 : mounts.descriptor, events: Int16(POLLPRI), revents: 0),
        ]
        _ = poll(&waits, nfds_t(waits.count), milliseconds)
        if waits[1].revents != 0 { shared.wakeup.clear() }
        if waits[2].revents != 0 { mounts.expire() }
    }
}
