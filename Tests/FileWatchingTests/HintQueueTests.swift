import LinuxSystem
import SystemPackage
import Testing

@testable import FileWatching

@Suite("The queue of hints")
struct HintQueueTests {
    @Test("hints come in order and each once while it waits")
    func unique() {
        let queue = HintQueue()
        queue.add([.path("/a"), .tree("/a"), .path("/b"), .path("/a"), .tree("/a")])
        #expect(queue.count == 3)
        #expect(queue.next(timeout: .zero).hints == [.path("/a"), .tree("/a"), .path("/b")])
        queue.add(.path("/a"))
        #expect(queue.next(timeout: .zero).hints == [.path("/a")])
        #expect(queue.next(timeout: .zero).hints == [])
    }

    @Test("a limit splits a batch and keeps the order, with new hints coming in between")
    func limit() {
        let queue = HintQueue()
        queue.add((0..<10).map { .path(FilePath("/\($0)")) })
        var taken: [Hint] = []
        for number in 10..<40 {
            taken += queue.next(timeout: .zero, limit: 2).hints
            queue.add([.path(FilePath("/\(number)")), .path(FilePath("/\(number)"))])
        }
        taken += queue.next(timeout: .zero).hints
        #expect(taken == (0..<40).map { .path(FilePath("/\($0)")) })
        #expect(queue.count == 0)
    }

    @Test("a barrier comes with the last hint before it, or alone")
    func barriers() {
        let queue = HintQueue()
        let (first, second) = (Barrier(), Barrier())
        queue.add(first)
        #expect(queue.next(timeout: .zero).barriers.count == 1)
        queue.add((0..<4).map { .path(FilePath("/\($0)")) })
        queue.add(second)
        queue.add(.path("/later"))
        #expect(queue.next(timeout: .zero, limit: 3).barriers.isEmpty)
        let batch = queue.next(timeout: .zero, limit: 1)
        #expect(batch.barriers.first === second)
        #expect(!second.isReached)
        batch.finish()
        #expect(second.isReached)
        #expect(queue.next(timeout: .zero).hints == [.path("/later")])
    }

    @Test("the consumer sleeps until there is a hint, the time is over or it is woken")
    func waiting() throws {
        let queue = HintQueue()
        #expect(queue.next(timeout: .milliseconds(1)).hints.isEmpty)
        let adder = try WorkerThread.start(name: "adder") { queue.add(.path("/a")) }
        #expect(queue.next(timeout: .seconds(60)).hints == [.path("/a")])
        adder.join()
        let waker = try WorkerThread.start(name: "waker") { queue.wake() }
        #expect(queue.next(timeout: .seconds(3600)).hints.isEmpty)
        waker.join()
    }

    @Test("above the limit, what the rescan covers collapses into it and all else stays")
    func collapse() {
        let queue = HintQueue(pathLimit: 100)
        queue.setRescan([.tree(Array("/etc".utf8)), .path(Array("/home/a/.bashrc".utf8))]) { _, _ in false }
        queue.add([.path("/var/lib/dpkg"), .tree("/etc/deep"), .tree("/etcetera")])
        let barrier = Barrier()
        queue.add(barrier)
        for number in 0..<97 { queue.add(.path(FilePath("/etc/\(number)"))) }
        #expect(!queue.isCollapsed)
        queue.add(.path("/etc/one-more"))
        #expect(queue.isCollapsed)
        let batch = queue.next(timeout: .zero)
        #expect(
            batch.hints == [
                .path("/var/lib/dpkg"), .tree("/etcetera"), .tree("/etc"), .path("/home/a/.bashrc"),
            ]
        )
        #expect(batch.barriers.contains { $0 === barrier })
        #expect(queue.isCollapsed)
        batch.finish()
        #expect(!queue.isCollapsed)
    }

    @Test("a candidate is left out when it is ignored, and given once when it is wanted anyway")
    func candidates() {
        let queue = HintQueue()
        queue.setRescan([]) { path, isDirectory in path == "/a" && !isDirectory }
        queue.add(raw: ["/a", "/b", "/c"].map { .candidate(Array($0.utf8)) })
        queue.add([.path("/a"), .path("/c")])
        #expect(queue.next(timeout: .zero).hints == [.path("/b"), .path("/a"), .path("/c")])
    }

    @Test("many producers lose nothing")
    func producers() throws {
        let queue = HintQueue()
        let threads = try (0..<4)
            .map { thread in
                try WorkerThread.start(name: "producer") {
                    for number in 0..<5000 { queue.add(raw: [.path(Array("/\(thread)/\(number)".utf8))]) }
                }
            }
        var seen: Set<Hint> = []
        while seen.count < 20_000 {
            let batch = queue.next(timeout: .seconds(20), limit: 100)
            try #require(!batch.hints.isEmpty)
            for hint in batch.hints where !seen.insert(hint).inserted { Issue.record("twice: \(hint)") }
            batch.finish()
        }
        for thread in threads { thread.join() }
    }

    @Test("a tree counts as being compared until the reader had no events after the end")
    func scans() {
        func bytes(_ path: String) -> [UInt8] { Array(path.utf8) }
        let queue = HintQueue()
        queue.add([.tree("/a"), .tree("/b"), .path("/c")])
        #expect(!queue.withScans { $0.mayCover(bytes("/a/new")) })
        let batch = queue.next(timeout: .zero)
        for path in ["/a", "/a/new", "/b/x/y"] { #expect(queue.withScans { $0.mayCover(bytes(path)) }) }
        for path in ["/ab", "/c", "/c/new", "/"] { #expect(!queue.withScans { $0.mayCover(bytes(path)) }) }

        queue.withScans { $0.mark() }
        batch.finish()
        queue.withScans { $0.forgetMarked() }
        #expect(queue.withScans { $0.mayCover(bytes("/a/new")) }, "it was still running at the mark")
        queue.withScans { $0.mark() }
        queue.withScans { $0.forgetMarked() }
        #expect(!queue.withScans { $0.mayCover(bytes("/a/new")) })
    }

    @Test("barriers that wait behind hints fail when nobody will deal with those, and are not handed out")
    func failedBarriers() {
        let queue = HintQueue()
        let barrier = Barrier()
        queue.add(.path("/a"))
        queue.add(barrier)
        queue.failBarriers(WatchError(.notRunning, "stopped"))
        let error = #expect(throws: WatchError.self) { try barrier.wait(timeout: .zero) }
        #expect(error?.code == .notRunning)
        let batch = queue.next(timeout: .zero)
        #expect(batch.hints == [.path("/a")] && batch.barriers.isEmpty)
    }

    @Test("when very many trees are being compared, every path counts as covered")
    func manyScans() {
        var scans = TreeScans()
        let number = scans.start((0...1000).map { Array("/\($0)".utf8) })
        #expect(scans.mayCover(Array("/elsewhere".utf8)))
        if let number { scans.finish(number) }
        scans.mark()
        scans.forgetMarked()
        #expect(!scans.mayCover(Array("/elsewhere".utf8)))
        let none = scans.start([])
        #expect(none == nil)
    }
}
