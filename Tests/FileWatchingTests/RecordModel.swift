import Glibc
import LinuxSystem
import SystemPackage

@testable import FileWatching

/// A consumer's record of a tree, kept by hints alone.
struct RecordModel {
    struct Entry: Equatable {
        let mode: UInt32
        let inode: UInt64
        /// Of files only: those of a directory change with what is in it.
        let size: Int
        let modified: timespec?

        init?(_ path: [UInt8]) {
            var status = stat()
            guard withPath(path, { lstat($0, &status) }) == 0 else { return nil }
            mode = status.st_mode
            inode = UInt64(status.st_ino)
            let isDirectory = status.st_mode & S_IFMT == S_IFDIR
            size = isDirectory ? 0 : Int(status.st_size)
            modified = isDirectory ? nil : status.st_mtim
        }

        var isDirectory: Bool { mode & S_IFMT == S_IFDIR }
        var isRegular: Bool { mode & S_IFMT == S_IFREG }

        static func == (first: Entry, second: Entry) -> Bool {
            first.mode == second.mode && first.inode == second.inode && first.size == second.size
                && first.modified?.tv_sec == second.modified?.tv_sec
                && first.modified?.tv_nsec == second.modified?.tv_nsec
        }
    }

    private(set) var entries: [[UInt8]: Entry] = [:]

    /// The record that a full comparison of `root` gives.
    static func of(_ root: FilePath) -> RecordModel {
        var record = RecordModel()
        record.apply(.tree(root))
        return record
    }

    mutating func apply(_ hint: Hint) {
        apply(RawHint(hint))
    }

    mutating func apply(_ raw: RawHint) {
        if raw.isTree {
            entries = entries.filter { !RawHint.path($0.key).isAtOrBelow(raw.bytes) }
            scan(raw.bytes)
        } else {
            entries[raw.bytes] = Entry(raw.bytes)
        }
    }

    private mutating func scan(_ path: [UInt8]) {
        entries[path] = Entry(path)
        guard entries[path]?.isDirectory == true else { return }
        var names: [[UInt8]] = []
        _ = try? DirectoryNames.visit(path) { name, _ in names.append(Array(name)) }
        for name in names { scan(path + [UInt8(ascii: "/")] + name) }
    }

    /// The paths at which two records differ.
    func differences(_ other: RecordModel) -> [String] {
        Set(entries.keys).union(other.entries.keys).filter { entries[$0] != other.entries[$0] }
            .map { String(decoding: $0, as: UTF8.self) }.sorted()
    }
}

extension WatchFixture {
    /// Applies all hints until `work`, which runs on a thread of its own, is through and everything is delivered.
    func record(
        from record: RecordModel,
        during work: @escaping @Sendable () -> Void
    ) throws -> RecordModel {
        var record = record
        let thread = try WorkerThread.start(name: "work", body: work)
        while !thread.join(timeout: .zero) {
            let batch = queue.nextRaw(timeout: .milliseconds(20), limit: 1000)
            for hint in batch.hints { record.apply(hint) }
            queue.finished(scan: batch.scan, barriers: batch.barriers)
        }
        for hint in try rawHints() { record.apply(hint) }
        return record
    }
}
