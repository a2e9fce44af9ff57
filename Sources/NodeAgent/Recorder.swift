import Components
import FabricModel
import FileWatching
import Journal
import LinuxSystem
import Logging
import Synchronization
import SystemPackage

/// Looks again at every path that was hinted at and records what changed.
///
/// It is the only way by which files reach the journal. It works on a thread of its own, apart from the one that reads
/// inotify: reading and hashing there would let the kernel's queue overflow.
final class Recorder: Sendable {
    /// Observations that share a transaction: the cost of its fsync is spread over them, and none waits long.
    static let batchSize = 512
    /// Contents that share a transaction: large files would take the memory of many small ones.
    ///
    /// *Units*: bytes.
    private static let batchBytes = 32 << 20

    let journal: Journal
    let scope: RecordingScope
    let log: Logger
    private let core: AgentCore
    private let files: FileComponent
    private let queue: HintQueue
    /// Looks at what is no file, though files tell of it.
    private let watches: [ComponentWatch]
    private let onRecord: @Sendable ([RecordedChange]) -> Void
    private let onPackageHint: @Sendable () -> Void
    private let packageActivity: @Sendable () -> PackageActivity
    private let stopped = Atomic(false)
    private let turn = Mutex(())
    private let retries = RetryQueue()
    /// Reads files over the limit, and ends before the recorder does.
    let large: LargeFiles
    private let baselineIsRecorded: Atomic<Bool>
    private let baselineHasGaps = Atomic(false)
    private let pause: Wakeup

    init(
        _ core: AgentCore,
        queue: HintQueue,
        watches: [ComponentWatch],
        onRecord: @escaping @Sendable ([RecordedChange]) -> Void,
        onPackageHint: @escaping @Sendable () -> Void,
        packageActivity: @escaping @Sendable () -> PackageActivity
    ) throws {
        self.core = core
        journal = core.journal
        log = core.log
        files = core.files
        scope = core.scope
        self.queue = queue
        self.watches = watches
        self.onRecord = onRecord
        self.onPackageHint = onPackageHint
        self.packageActivity = packageActivity
        pause = try Wakeup()
        large = try LargeFiles(over: core.settings.contentLimit, warnings: core.warnings)
        let isRecorded = try core.journal.baselineCompletedAt() != nil
        baselineIsRecorded = Atomic(isRecorded)
        if !isRecorded {
            core.warnings.raise(
                "baseline",
                "everything is being recorded for the first time; it ends by itself"
            )
        }
    }

    /// Works until ``stop()``.
    func run() {
        for watch in watches { watch.check() }
        if !baselineIsRecorded.load(ordering: .acquiring) { recordBaseline() }
        while !stopped.load(ordering: .acquiring) {
            let batch = queue.next(
                timeout: .seconds(retries.isEmpty ? 3600 : RetryQueue.delay),
                limit: Self.batchSize
            )
            process(batch)
            batch.finish()
        }
    }

    /// Ends ``run()`` after the batch in hand.
    func stop() {
        stopped.store(true, ordering: .releasing)
        pause.signal()
        queue.wake()
    }

    /// Reads large files until ``large`` is stopped.
    func readLargeFiles() {
        large.run { path in
            guard
                let observation = try files.observe(
                    path,
                    below: scope.home(of: path),
                    attempts: 1,
                    isCancelled: { self.large.isStopped }
                )
            else { return }
            record([observation], isLate: false)
        }
    }

    /// Looks at paths and records what differs from the record, in transactions of at most ``batchSize``.
    ///
    /// From any thread, one at a time: what was seen before must not be recorded after what was seen later.
    func look(at paths: some Sequence<FilePath>, isLate: Bool) {
        turn.withLock { _ in lookInTurn(at: paths, isLate: isLate) }
    }

    /// Changes files and looks at them, so that nothing in between is recorded.
    func look(at paths: some Sequence<FilePath>, afterChangingThem change: () throws -> Void) rethrows {
        try turn.withLock { _ in
            defer { lookInTurn(at: paths, isLate: false) }
            try change()
        }
    }

    private func lookInTurn(at paths: some Sequence<FilePath>, isLate: Bool) {
        var observations: [Observation] = []
        var bytes = 0
        var told: [ObjectIdentifier: ComponentWatch] = [:]
        defer { for watch in told.values { watch.check(isLate: isLate) } }
        for path in paths {
            let count = observations.count
            if isOwned(path, telling: &told) {
                collectGone(path, into: &observations)
            } else {
                collect(path, into: &observations)
            }
            bytes += observations[count...].reduce(0) { $0 + ($1.content?.count ?? 0) }
            guard observations.count >= Self.batchSize || bytes >= Self.batchBytes else { continue }
            record(observations, isLate: isLate)
            observations.removeAll(keepingCapacity: true)
            bytes = 0
        }
        record(observations, isLate: isLate)
    }

    private func process(_ batch: HintBatch) {
        var paths = retries.takeDue()
        var trees: [FilePath] = []
        for hint in batch.hints {
            switch hint {
            case .path(let path) where scope.isPackageHint(path),
                .tree(let path) where scope.isPackageHint(path):
                onPackageHint()
            case .path(let path): paths.append(path)
            case .tree(let path): trees.append(path)
            }
        }
        look(at: paths, isLate: false)
        guard !trees.isEmpty else { return }
        for tree in trees where !stopped.load(ordering: .acquiring) {
            if wasSeenToGo(tree) {
                look(at: [tree], isLate: false)
            } else {
                compare(tree)
            }
        }
    }

    // A hint at a whole tree comes when its directory goes, or when events were lost: then it is at a root.
    private func wasSeenToGo(_ tree: FilePath) -> Bool {
        guard case .everything = scope.coverage(of: tree), !scope.roots.contains(where: { $0.path == tree })
        else { return false }
        do {
            return try FileStatus.at(tree) == nil
        } catch {
            // The comparison finds the same and says so.
            return false
        }
    }

    /// Whether a path is where a component other than that of files keeps its resources; tells those that it concerns.
    private func isOwned(_ path: FilePath, telling told: inout [ObjectIdentifier: ComponentWatch]) -> Bool {
        var isOwned = false
        for watch in watches {
            let claim = watch.component.claim(path)
            if claim != .none { told[ObjectIdentifier(watch)] = watch }
            isOwned = isOwned || claim == .owns
        }
        return isOwned
    }

    /// What was a file, or lay below a folder, and has gone or become another component's.
    private func collectGone(_ path: FilePath, into observations: inout [Observation]) {
        let name = EscapedText.escape(path.bytes)
        do {
            let key = ResourceKey(.file, checked: name)
            var gone = try FileComponent.absence(of: path, key)
            if try journal.baseline(key) != nil { observations.append(gone) }
            guard try FileStatus.at(path) == nil else { return }
            for below in try journal.keys(below: name) {
                gone.key = below
                observations.append(gone)
            }
        } catch {
            core.warnings.raise("unreadable", "cannot be recorded: \(error)", subject: name)
        }
    }

    private func collect(_ path: FilePath, into observations: inout [Observation]) {
        do {
            let home = scope.home(of: path)
            // During the first recording everything is read in turn, so that nothing looks new afterwards.
            if baselineIsRecorded.load(ordering: .acquiring), let status = try FileStatus.at(path),
                large.takes(status)
            {
                return large.add(path)
            }
            let observation = try files.observe(path, below: home) { self.large.isStopped }
            guard var observation else { return }
            observations.append(observation)
            retries.settled(path)
            core.warnings.clear("unreadable", subject: observation.key.name)
            guard case .absent = observation.state else { return }
            // Nothing below a path that is gone is there either, whether events told so or not.
            for key in try journal.keys(below: observation.key.name) {
                observation.key = key
                observations.append(observation)
            }
        } catch let error as ComponentsError where error.code == .unstableFile {
            guard retries.addRestless(path) else { return }
            core.warnings.raise(
                "unreadable",
                "is written to each time it is read; it is recorded when it is still",
                subject: EscapedText.escape(path.bytes)
            )
        } catch {
            let subject = EscapedText.escape(path.bytes)
            core.warnings.raise("unreadable", "cannot be recorded: \(error)", subject: subject)
        }
    }

    private func record(_ observations: [Observation], isLate: Bool) {
        guard !observations.isEmpty else { return }
        do {
            guard baselineIsRecorded.load(ordering: .acquiring) else {
                try journal.recordBaseline(observations)
                return
            }
            let packages = isLate ? .none : packageActivity()
            let recorded = try journal.record(
                observations,
                at: core.time.now(),
                actor: isLate ? .unknown : core.sessions.actor,
                sessions: isLate ? [] : core.sessions.ids,
                isLate: isLate,
                isDuringTransaction: { packages.covers($0) }
            )
            core.warnings.clear("journal-write")
            guard !recorded.isEmpty else { return }
            onRecord(recorded)
            try lookBelowFormerDirectories(recorded, isLate: isLate)
        } catch {
            core.warnings.raise("journal-write", "changes wait until the journal can be written: \(error)")
            guard baselineIsRecorded.load(ordering: .acquiring) else {
                baselineHasGaps.store(true, ordering: .releasing)
                return
            }
            // Nothing is lost: the record still has the old state, so looking again finds the same difference.
            retries.add(observations.compactMap(\.key.filePath))
        }
    }

    /// What was a directory and is something else now has nothing below it.
    private func lookBelowFormerDirectories(_ recorded: [RecordedChange], isLate: Bool) throws {
        for change in recorded.map(\.change) {
            guard case .file(let before) = change.before, before.type == .directory,
                case .file(let after) = change.after, after.type != .directory
            else { continue }
            let gone = try journal.keys(below: change.key.name).map { Observation(key: $0, state: .absent) }
            record(gone, isLate: isLate)
        }
    }
}

extension Recorder {
    /// Records everything as it is at first start; what differs from it later is a change.
    ///
    /// Hints that come meanwhile wait in the queue and are looked at against it.
    /// It begins again until all of it is in the journal: with gaps, what was there before would look new later.
    private func recordBaseline() {
        while !stopped.load(ordering: .acquiring) {
            if tryBaseline() { return }
            _ = pause.wait(timeout: .seconds(RetryQueue.delay))
        }
    }

    private func tryBaseline() -> Bool {
        baselineHasGaps.store(false, ordering: .releasing)
        for root in scope.roots where !stopped.load(ordering: .acquiring) {
            compare(root.path)
        }
        guard !stopped.load(ordering: .acquiring), !baselineHasGaps.load(ordering: .acquiring) else {
            return false
        }
        do {
            try journal.markBaselineComplete(at: core.time.now())
        } catch {
            core.warnings.raise("journal-write", "the baseline is not complete yet: \(error)")
            return false
        }
        baselineIsRecorded.store(true, ordering: .releasing)
        core.warnings.clear("journal-write")
        core.warnings.clear("baseline")
        return true
    }
}
