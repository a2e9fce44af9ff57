import LinuxSystem
import Synchronization
public import SystemPackage

/// Watches directory trees with inotify and tells where to look again.
///
/// One thread reads the events, keeps the table of watched directories and adds hints to a queue; it never reads a file
/// and never waits for the queue's consumer. Only directories are watched. A watch is added before its directory is
/// listed, so nothing that happens in between is missed. At the start, for new roots and after lost events everything
/// is watched first; then a `.tree` hint for each root (`.path` hints for a root of which only some paths are wanted)
/// asks for a comparison with the record.
///
/// A file that is closed after writing gives its hint at once; one that stays open gives it after
/// ``WatchSettings/quietPeriod``. Writes through a memory map are seen when the file is closed, at the latest by a
/// comparison.
public final class FileWatcher: Sendable {
    private enum Phase {
        case new
        case running(WorkerThread, ReaderLink)
        case stopped
    }

    private struct State {
        var phase = Phase.new
        var roots: [WatchedRoot]
    }

    private let isIgnored: @Sendable (FilePath, Bool) -> Bool
    private let queue: HintQueue
    private let settings: WatchSettings
    private let barriers: BarrierFolder
    private let mountInfo: FilePath
    private let state: Mutex<State>

    /// A watcher of `roots` that adds its hints to `queue`.
    ///
    /// - Parameters:
    ///   - roots: What to watch.
    ///   - isIgnored: Whether a path gives no hints; a directory of which it says so is not watched, except on the way
    ///     to a root. It is called on the reader's thread for directories and on that of the queue's consumer for all else.
    ///   - queue: Where the hints go.
    ///   - barrierFolder: A folder of the watcher's own, on a local file system, in which it makes files for a moment. It
    ///     is made when it is not there (its parent must be) and never watched as part of a root.
    ///   - settings: How to behave.
    public convenience init(
        roots: [WatchedRoot],
        isIgnored: @escaping @Sendable (_ path: FilePath, _ isDirectory: Bool) -> Bool = { _, _ in false },
        queue: HintQueue,
        barrierFolder: FilePath,
        settings: WatchSettings = WatchSettings()
    ) {
        self.init(
            roots: roots,
            isIgnored: isIgnored,
            queue: queue,
            barrierFolder: barrierFolder,
            settings: settings,
            mountInfo: "/proc/self/mountinfo"
        )
    }

    package init(
        roots: [WatchedRoot],
        isIgnored: @escaping @Sendable (_ path: FilePath, _ isDirectory: Bool) -> Bool = { _, _ in false },
        queue: HintQueue,
        barrierFolder: FilePath,
        settings: WatchSettings = WatchSettings(),
        mountInfo: FilePath
    ) {
        self.isIgnored = isIgnored
        self.queue = queue
        self.settings = settings
        barriers = BarrierFolder(barrierFolder)
        self.mountInfo = mountInfo
        state = Mutex(State(roots: roots))
    }

    deinit {
        stop()
    }

    /// Starts the thread, which begins by watching everything below the roots.
    ///
    /// - Throws: `WatchError` with code `instanceLimit`, `barrierFolder`, `systemCall`, `alreadyStarted`.
    public func start() throws(WatchError) {
        let result: Result<Void, WatchError> = state.withLock { state in
            Result { () throws(WatchError) in
                guard case .new = state.phase else {
                    throw WatchError(.alreadyStarted, "a watcher is started once; make another one")
                }
                state.phase = try launch(state.roots)
            }
        }
        try result.get()
    }

    private func launch(_ roots: [WatchedRoot]) throws(WatchError) -> Phase {
        try barriers.prepare()
        do {
            let inotify = try Inotify()
            let link = try ReaderLink()
            let start = ReaderStart(
                roots: roots,
                isIgnored: isIgnored,
                queue: queue,
                settings: settings,
                inotify: inotify,
                barriers: barriers,
                mountInfo: mountInfo,
                link: link
            )
            let barrierWatch = try barriers.watch(with: inotify)
            let thread = try WorkerThread.start(name: "weft-watch") {
                Reader(start, barrierWatch: barrierWatch).run()
            }
            return .running(thread, link)
        } catch let error as WatchError {
            throw error
        } catch let error as SystemError {
            let isLimit = error.code == .watchLimit
            throw WatchError(
                isLimit ? .instanceLimit : .systemCall,
                isLimit
                    ? "no inotify instance is left; raise /proc/sys/fs/inotify/max_user_instances or end other watchers"
                    : "watching cannot be started",
                cause: error
            )
        } catch {
            throw WatchError(.systemCall, "watching cannot be started: \(error)")
        }
    }

    /// Ends the thread; barriers that are not reached fail.
    public func stop() {
        let running = state.withLock { state -> (WorkerThread, ReaderLink)? in
            defer { state.phase = .stopped }
            if case .running(let thread, let link) = state.phase { return (thread, link) }
            return nil
        }
        if let (thread, link) = running {
            link.post { $0.isStopping = true }
            thread.join(timeout: .seconds(10))
        }
        let error = WatchError(.notRunning, "the watcher was stopped")
        barriers.end(error)
        queue.failBarriers(error)
    }

    /// Watches `roots` from now on: what is new is watched and then compared, what is gone is left alone.
    public func setRoots(_ roots: [WatchedRoot]) {
        let link = state.withLock { state -> ReaderLink? in
            state.roots = roots
            if case .running(_, let link) = state.phase { return link }
            return nil
        }
        link?.post { $0.roots = roots }
    }

    /// A barrier that is reached when the queue's consumer has dealt with every event before this call.
    ///
    /// Files that are open for writing at present are looked at once before it. What is polled is not looked at.
    /// A barrier made while the watcher does not run fails.
    public func barrier() -> Barrier {
        let isRunning = state.withLock { state in
            if case .running = state.phase { true } else { false }
        }
        if isRunning { return barriers.makeBarrier() }
        let barrier = Barrier()
        barrier.fail(WatchError(.notRunning, "the watcher does not run; start it first"))
        return barrier
    }

    /// In which ways watching is degraded now.
    public var warnings: [WatchWarning] {
        var warnings = link?
            .withStatus { status in
                let isComparing = status.overflow.map { !$0.isReached } ?? false
                return isComparing
                    ? status.warnings + [
                        WatchWarning(
                            code: .queueOverflow,
                            message:
                                "events came faster than they were read and some were lost; all is being compared; "
                                + "if it happens often, raise /proc/sys/fs/inotify/max_queued_events",
                            subject: nil
                        )
                    ] : status.warnings
            }
        if queue.isCollapsed {
            let message = "more changes wait than are kept one by one; all is being compared"
            warnings?.append(WatchWarning(code: .hintBacklog, message: message, subject: nil))
        }
        return warnings ?? []
    }

    /// How many directories are watched.
    public var watchedDirectories: Int {
        link?.withStatus { $0.watchedDirectories } ?? 0
    }

    private var link: ReaderLink? {
        state.withLock { state in
            if case .running(_, let link) = state.phase { link } else { nil }
        }
    }

    /// Makes the thread stop reading, so that the kernel's queue fills; returns when it does.
    package func pauseReading() -> Bool {
        guard let link else { return false }
        link.post { $0.isPausing = true }
        return link.waitForPause(timeout: .seconds(30))
    }

    /// Undoes ``pauseReading()``.
    package func resumeReading() {
        link?.post { $0.isPausing = false }
    }
}
