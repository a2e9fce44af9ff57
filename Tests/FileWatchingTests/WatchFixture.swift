import LinuxSystem
import SystemPackage
import Testing

@testable import FileWatching

/// A running watcher of the folder `root` in a temporary folder, and its consumer.
final class WatchFixture {
    let folder: TemporaryFolder
    let root: FilePath
    let queue: HintQueue
    let watcher: FileWatcher
    private var markers = 0

    /// Starts watching once `prepare` has filled the folder, and takes the hints of the start out of the queue.
    init(
        roots: ((FilePath) -> [WatchedRoot])? = nil,
        settings: WatchSettings = WatchSettings(quietPeriod: .seconds(3600), longestDelay: .seconds(3600)),
        pathLimit: Int = 200_000,
        mountInfo: ((FilePath) throws -> FilePath)? = nil,
        isIgnored: @escaping @Sendable (FilePath, Bool) -> Bool = { _, _ in false },
        prepare: (FilePath) throws -> Void = { _ in }
    ) throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        root = folder("root")
        try makeDirectory(root)
        try prepare(folder.path)
        queue = HintQueue(pathLimit: pathLimit)
        watcher = FileWatcher(
            roots: roots.map { $0(folder.path) } ?? [WatchedRoot(path: root)],
            isIgnored: isIgnored,
            queue: queue,
            barrierFolder: folder("barriers"),
            settings: settings,
            mountInfo: try mountInfo?(folder.path) ?? "/proc/self/mountinfo"
        )
        try watcher.start()
        initialHints = try hints()
    }

    /// The same for one root, with trailing closure.
    convenience init(
        settings: WatchSettings = WatchSettings(quietPeriod: .seconds(3600), longestDelay: .seconds(3600)),
        _ prepare: (FilePath) throws -> Void
    ) throws {
        try self.init(roots: nil, settings: settings, prepare: prepare)
    }

    private(set) var initialHints: [Hint] = []

    deinit {
        watcher.stop()
    }

    /// Every hint for what happened until now; also for files that are still being written.
    func hints() throws -> [Hint] {
        let barrier = watcher.barrier()
        var hints: [Hint] = []
        let end = MonotonicClock.nanoseconds() + 60_000_000_000
        while !barrier.isReached, MonotonicClock.nanoseconds() < end {
            let batch = queue.next(timeout: .seconds(5))
            hints += batch.hints
            batch.finish()
        }
        try barrier.wait(timeout: .zero)
        return hints
    }

    /// The same as bytes and with what is ignored.
    func rawHints() throws -> [RawHint] {
        let barrier = watcher.barrier()
        var hints: [RawHint] = []
        let end = MonotonicClock.nanoseconds() + 60_000_000_000
        while !barrier.isReached, MonotonicClock.nanoseconds() < end {
            let batch = queue.nextRaw(timeout: .seconds(5), limit: 100_000)
            hints += batch.hints
            queue.finished(scan: batch.scan, barriers: batch.barriers)
        }
        try barrier.wait(timeout: .zero)
        return hints
    }

    /// The hints that are given by events alone until now; what waits for a quiet time or a close is not among them.
    func promptHints() throws -> [Hint] {
        markers += 1
        let marker = root.appending("marker-\(markers)")
        try makeDirectory(marker)
        var hints: [Hint] = []
        while !hints.contains(.path(marker)) {
            let batch = queue.next(timeout: .seconds(20))
            try #require(!batch.hints.isEmpty)
            hints += batch.hints
            batch.finish()
        }
        return hints.filter { $0.path != marker }
    }

    /// Waits for a hint that needs no further event.
    func waitForHint(_ hint: Hint) throws {
        let end = MonotonicClock.nanoseconds() + 20_000_000_000
        while MonotonicClock.nanoseconds() < end {
            let batch = queue.next(timeout: .seconds(1))
            defer { batch.finish() }
            if batch.hints.contains(hint) { return }
        }
        Issue.record("no \(hint)")
    }

    /// Waits until the watcher's state, which it shows after its work, is so.
    func waitUntil(_ comment: Comment, _ condition: () -> Bool) throws {
        let end = MonotonicClock.nanoseconds() + 20_000_000_000
        while !condition() {
            try #require(MonotonicClock.nanoseconds() < end, comment)
            queue.next(timeout: .milliseconds(5)).finish()
        }
    }
}
