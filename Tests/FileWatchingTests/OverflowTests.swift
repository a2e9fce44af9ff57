import FileWatching
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@Suite("Lost events")
struct OverflowTests {
    private static let queued: Int = {
        let text = try? FileReading.systemFile("/proc/sys/fs/inotify/max_queued_events")
        return text.flatMap { Int($0) } ?? 16_384
    }()

    @Test("after an overflow everything is watched and compared, and the warning ends with the comparison")
    func overflow() throws {
        let fixture = try WatchFixture { folder in try makeDirectories("root/old/below", in: folder) }
        let root = fixture.root
        var record = RecordModel.of(root)
        #expect(fixture.watcher.pauseReading())
        for file in 0...Self.queued { try writeFile("\(root.string)/f\(file % 5000)", "\(file)") }
        // Of these the kernel tells nothing any more.
        try move(root.appending("old"), root.appending("renamed"))
        try makeDirectories("new/a/b", in: root)
        try writeFile(root.appending("new/a/b/file"))
        try removeFile(root.appending("f7"))
        fixture.watcher.resumeReading()
        try fixture.waitUntil("an overflow") {
            fixture.watcher.warnings.contains { $0.code == .queueOverflow }
        }

        let hints = try fixture.hints()
        for hint in hints { record.apply(hint) }
        #expect(record.differences(.of(root)) == [])
        #expect(fixture.watcher.warnings.isEmpty)

        // The table is right again, too.
        try writeFile(root.appending("renamed/below/file"))
        try writeFile(root.appending("new/a/b/file"))
        let expected: [Hint] = [
            .path(root.appending("renamed/below/file")), .path(root.appending("new/a/b/file")),
        ]
        #expect(try fixture.hints() == expected)
    }

    @Test("a barrier whose own event is lost is reached nevertheless, after the comparison")
    func barrier() throws {
        let fixture = try WatchFixture()
        #expect(fixture.watcher.pauseReading())
        for file in 0...Self.queued { try writeFile("\(fixture.root.string)/f\(file % 5000)", "\(file)") }
        try makeDirectory(fixture.root.appending("lost"))
        let barrier = fixture.watcher.barrier()
        fixture.watcher.resumeReading()
        var hints: [Hint] = []
        let end = MonotonicClock.nanoseconds() + 60_000_000_000
        while !barrier.isReached, MonotonicClock.nanoseconds() < end {
            let batch = fixture.queue.next(timeout: .seconds(5))
            hints += batch.hints
            batch.finish()
        }
        #expect(barrier.isReached)
        #expect(hints.contains(.tree(fixture.root)))
    }
}

extension FileReading {
    /// The text of a one-line file in /proc.
    fileprivate static func systemFile(_ path: FilePath) throws -> String? {
        let descriptor = try openFile(path, O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let length = Glibc.read(descriptor, &bytes, bytes.count)
        return length > 0 ? String(decoding: bytes[..<(length - 1)], as: UTF8.self) : nil
    }
}
