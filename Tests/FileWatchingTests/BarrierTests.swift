import FileWatching
import LinuxSystem
import SystemPackage
import Testing

@Suite("Barriers")
struct BarrierTests {
    @Test("under load, every event before the call is handed out before the barrier is reached")
    func order() throws {
        let fixture = try WatchFixture()
        let load = try makeLoad(fixture.root)
        defer {
            load.stop.signal()
            load.thread.join()
        }
        for round in 0..<100 {
            let file = fixture.root.appending("round-\(round)")
            try writeFile(file)
            #expect(try fixture.hints().contains(.path(file)))
        }
    }

    private func makeLoad(_ root: FilePath) throws -> (thread: WorkerThread, stop: Wakeup) {
        let stop = try Wakeup()
        let root = root.string
        let thread = try WorkerThread.start(name: "load") {
            while !stop.wait(timeout: .zero) {
                for number in 0..<50 { try? writeFile("\(root)/load-\(number)") }
            }
        }
        return (thread, stop)
    }

    @Test("a barrier is not reached before the consumer says that it is through")
    func finish() throws {
        let fixture = try WatchFixture()
        try writeFile(fixture.root.appending("file"))
        let barrier = fixture.watcher.barrier()
        var batches: [HintBatch] = []
        while !batches.contains(where: { !$0.barriers.isEmpty }) {
            batches.append(fixture.queue.next(timeout: .seconds(20)))
            try #require(batches.count < 10)
        }
        #expect(!barrier.isReached)
        #expect(throws: WatchError.self) { try barrier.wait(timeout: .milliseconds(1)) }
        for batch in batches { batch.finish() }
        try barrier.wait(timeout: .zero)
        #expect(barrier.isReached)
    }

    @Test("a barrier fails before the start and when the watcher stops, and says so")
    func notRunning() throws {
        let folder = try TemporaryFolder()
        let queue = HintQueue()
        let watcher = FileWatcher(
            roots: [WatchedRoot(path: folder("root"))],
            queue: queue,
            barrierFolder: folder("barriers")
        )
        #expect(code { try watcher.barrier().wait(timeout: .seconds(1)) } == .notRunning)
        try watcher.start()
        #expect(code { try watcher.start() } == .alreadyStarted)
        let barrier = watcher.barrier()
        watcher.stop()
        #expect(code { try barrier.wait(timeout: .seconds(20)) } == .notRunning)
        #expect(code { try watcher.barrier().wait(timeout: .seconds(1)) } == .notRunning)
        #expect(code { try watcher.start() } == .alreadyStarted)
        watcher.stop()
    }

    @Test("barriers wait out their time when nobody takes hints")
    func timeout() throws {
        let fixture = try WatchFixture()
        #expect(code { try fixture.watcher.barrier().wait(timeout: .milliseconds(20)) } == .timeout)
    }

    @Test("a barrier folder that cannot be made is refused at the start, naming it")
    func badFolder() throws {
        let folder = try TemporaryFolder()
        try writeFile(folder("file"))
        for path in [folder("file"), folder("missing/below")] {
            let watcher = FileWatcher(roots: [], queue: HintQueue(), barrierFolder: path)
            do {
                try watcher.start()
                Issue.record("started with \(path)")
            } catch {
                #expect(error.code == .barrierFolder)
                #expect(error.subject == path)
            }
        }
    }

    @Test("a barrier folder that is removed is made again; what another process left in it goes")
    func folderRemoved() throws {
        let fixture = try WatchFixture { folder in
            try makeDirectory(folder.appending("barriers"))
            try writeFile(folder.appending("barriers/barrier-1-1"))
        }
        let folder = fixture.folder("barriers")
        #expect(try FileStatus.at(folder.appending("barrier-1-1")) == nil)
        #expect(try DirectoryListing.entries(of: folder)?.isEmpty == true)
        removeTree(folder)
        try fixture.waitUntil("the folder") { (try? FileStatus.at(folder)) != nil }
        #expect(try fixture.hints() == [])
        try move(folder, fixture.folder("moved"))
        try fixture.waitUntil("the folder") { (try? FileStatus.at(folder)) != nil }
        #expect(try fixture.hints() == [])
    }

    @Test("a barrier folder inside a root gives no hints")
    func folderInRoot() throws {
        let folder = try TemporaryFolder()
        let queue = HintQueue()
        let watcher = FileWatcher(
            roots: [WatchedRoot(path: folder.path)],
            queue: queue,
            barrierFolder: folder("barriers")
        )
        try watcher.start()
        defer { watcher.stop() }
        var hints: [Hint] = []
        for _ in 0..<3 {
            let barrier = watcher.barrier()
            while !barrier.isReached {
                let batch = queue.next(timeout: .seconds(20))
                try #require(!batch.hints.isEmpty || !batch.barriers.isEmpty)
                hints += batch.hints
                batch.finish()
            }
        }
        #expect(hints == [.tree(folder.path)])
    }

    private func code(_ body: () throws -> Void) -> WatchError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? WatchError)?.code
        }
    }
}
