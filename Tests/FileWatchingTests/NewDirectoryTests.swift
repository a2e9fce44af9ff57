import LinuxSystem
import SystemPackage
import Testing

@testable import FileWatching

@Suite("New directories and bursts")
struct NewDirectoryTests {
    @Test("trees made ten deep in a loop, with files written at once, lose nothing")
    func deepTrees() throws {
        let fixture = try WatchFixture()
        let root = fixture.root
        let text = root.string
        let record = try fixture.record(from: .of(root)) {
            for tree in 0..<150 {
                var path = "\(text)/\(tree)"
                try? makeDirectory(path)
                for depth in 0..<10 {
                    path += "/d\(depth)"
                    try? makeDirectory(path)
                    try? writeFile("\(path)/f\(depth)", "\(tree) \(depth)")
                }
            }
        }
        #expect(record.entries.count == 1 + 150 * 21)
        #expect(record.differences(.of(root)) == [])
        #expect(fixture.watcher.watchedDirectories >= 150 * 11)
    }

    @Test("trees made by several writers that also rename, remove and replace them lose nothing")
    func concurrentWriters() throws {
        let fixture = try WatchFixture()
        let root = fixture.root
        let text = root.string
        let record = try fixture.record(from: .of(root)) {
            let writers = (0..<4)
                .compactMap { writer in
                    try? WorkerThread.start(name: "writer") { Self.churn(text, seed: UInt64(writer)) }
                }
            for writer in writers { writer.join() }
        }
        #expect(record.differences(.of(root)) == [])
        // Whatever the order was: what happens now in any directory is seen under its name.
        let directories = RecordModel.of(root).entries.filter(\.value.isDirectory).keys
        let last = directories.map { $0 + Array("/last".utf8) }
        for path in last { try writeFile(path) }
        #expect(try Set(fixture.hints()).isSuperset(of: last.map { .path(FilePath(normal: $0)) }))
    }

    /// Random changes in names that all writers share.
    private static func churn(_ root: String, seed: UInt64) {
        var random = Lehmer(seed: seed)
        func place() -> String {
            var path = root
            for _ in 0...random.next(below: 3) { path += "/n\(random.next(below: 4))" }
            return path
        }
        for _ in 0..<1500 {
            switch random.next(below: 6) {
            case 0, 1: try? makeDirectory(place())
            case 2: try? writeFile(place(), "\(random.next(below: 1000))")
            case 3: try? move(place(), place())
            case 4: try? makeDirectories("a/b/c", in: place())
            default: removeTree(place())
            }
        }
    }

    @Test(
        "what a comparison recorded in a directory before it was watched, and went away unseen, is looked at again"
    )
    func comparedBeforeWatched() throws {
        let fixture = try WatchFixture()
        let root = fixture.root
        #expect(fixture.watcher.pauseReading())
        try makeDirectories("new/below", in: root)
        try writeFile(root.appending("new/below/file"))
        fixture.queue.add(.tree(root))
        var record = RecordModel()
        let batch = fixture.queue.next(timeout: .zero)
        for hint in batch.hints { record.apply(hint) }
        batch.finish()
        try removeFile(root.appending("new/below/file"))
        fixture.watcher.resumeReading()
        for hint in try fixture.hints() { record.apply(hint) }
        #expect(record.differences(.of(root)) == [])
    }

    @Test("20,000 files written as fast as possible are all seen")
    func burst() throws {
        let fixture = try WatchFixture()
        let root = fixture.root
        let text = root.string
        let record = try fixture.record(from: RecordModel()) {
            for directory in 0..<20 {
                let path = "\(text)/d\(directory)"
                try? makeDirectory(path)
                for file in 0..<1000 { try? writeFile("\(path)/f\(file)", "\(file)") }
            }
        }
        let files = record.entries.values.count(where: \.isRegular)
        #expect(files == 20_000)
    }

    @Test("names that are not UTF-8, hold newlines or are as long as can be are kept byte by byte")
    func uglyNames() throws {
        let names: [[UInt8]] = [
            [0xff, 0xfe, 0x80], Array("line\nbreak\t\u{1b}[31m".utf8), Array(repeating: 0xc3, count: 255),
            Array(" ".utf8),
            Array("\\x41".utf8), Array("...".utf8), [0xc3, 0x28],
        ]
        let fixture = try WatchFixture()
        var expected: Set<Hint> = []
        for name in names {
            let directory = fixture.root.pushing(FilePath(bytes: name))
            try makeDirectory(directory)
            // So that the file's event comes from the new directory's watch.
            expected.formUnion(try fixture.hints())
            let file = directory.pushing(FilePath(bytes: name))
            try writeFile(file)
            #expect(try fixture.promptHints() == [.path(file)])
            #expect(expected.contains(.path(directory)))
        }
    }

    @Test("a path longer than the kernel takes is compared at intervals, with a warning")
    func tooDeep() throws {
        let name = String(repeating: "n", count: 250)
        let fixture = try WatchFixture()
        try run(
            "sh",
            "-c",
            "cd '\(fixture.root.string)' && i=0; while [ $i -lt 20 ]; do mkdir \(name); cd -P ./\(name); i=$((i+1)); done"
        )
        defer { try? run("rm", "-rf", fixture.root.string) }
        _ = try fixture.hints()
        #expect(fixture.watcher.warnings.map(\.code) == [.unwatchable])
        try run("rm", "-rf", fixture.root.appending(name).string)
        _ = try fixture.hints()
        #expect(fixture.watcher.warnings.isEmpty)
    }
}

/// Numbers that look random and are the same in every run.
private struct Lehmer {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    mutating func next(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
}
