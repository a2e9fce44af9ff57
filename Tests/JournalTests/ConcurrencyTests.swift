import Dispatch
import FabricModel
import Foundation
import Journal
import Synchronization
import Testing

@Suite("Readers and the writer")
struct ConcurrencyTests {
    /// Runs `body` on threads of their own, all at once, and waits for them.
    func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let group = DispatchGroup()
        for index in 0..<count {
            group.enter()
            Thread.detachNewThread {
                body(index)
                group.leave()
            }
        }
        group.wait()
    }

    @Test("readers see whole batches only and never wait for the writer or fail")
    func readers() throws {
        let scratch = try ScratchFolder()
        let journal = try Journal(folder: scratch.path)
        let isDone = Flag()
        let failures = Failures()
        let hasRead = DispatchSemaphore(value: 0)
        onThreads(5) { worker in
            do {
                guard worker > 0 else {
                    defer { isDone.raise() }
                    // Not before each reader is at work.
                    for _ in 1..<5 where hasRead.wait(timeout: .now() + 60) == .timedOut {
                        failures.add("no reader")
                    }
                    for batch in 0..<60 {
                        let content = bytes("\(batch)")
                        try journal.record((0..<20).map { try observe("/etc/\($0)", content) }, at: noon)
                        if batch % 20 == 19 { _ = try journal.commitAll() }
                    }
                    return
                }
                while !isDone.isRaised {
                    let open = try journal.openChanges()
                    let digests = Set(open.suffix(20).map { $0.change.after.keptDigest })
                    if open.count % 20 != 0 || digests.count > 1 {
                        failures.add("\(open.count)")
                    }
                    for digest in digests.compactMap(\.self) where try journal.content(digest) == nil {
                        failures.add("no content \(digest)")
                    }
                    _ = try journal.log(limit: 5)
                    _ = try journal.fingerprints(inDirectory: "/etc")
                    hasRead.signal()
                }
            } catch {
                failures.add("\(error)")
            }
        }
        #expect(failures.all == [])
        #expect(try journal.lastSequence() == 1200)
    }

    @Test("several threads may record at once: all of it is there, each with a sequence of its own")
    func writers() throws {
        let scratch = try ScratchFolder()
        let journal = try Journal(folder: scratch.path)
        let recorded = Recorded()
        onThreads(4) { worker in
            for number in 0..<25 {
                guard
                    let observation = try? observe(
                        "/etc/\(worker)/\(number)",
                        noise(2000, seed: UInt64(number))
                    ),
                    let changes = try? journal.record([observation], at: noon)
                else { continue }
                recorded.add(changes)
            }
        }
        let all = recorded.all.sorted { $0.sequence < $1.sequence }
        #expect(all.map(\.sequence) == Array(1...100))
        #expect(try journal.openChanges() == all)
        try Consistency.check(scratch.path)
    }

    @Test("pruning and recording at once lose nothing")
    func pruning() throws {
        let scratch = try ScratchFolder()
        let journal = try Journal(folder: scratch.path, options: JournalOptions(inlineContentLimit: 3000))
        for number in 0..<600 {
            try journal.record(observe("/etc/\(number % 50)", noise(4000, seed: UInt64(number))))
        }
        try journal.acknowledge([try #require(try journal.commitAll()).id], at: noon)
        let failures = Failures()
        onThreads(2) { worker in
            do {
                if worker == 0 {
                    try journal.prune(now: noon.adding(seconds: 31 * 86_400))
                } else {
                    // The same contents again, while their last names go.
                    for number in 0..<100 {
                        try journal.record(observe("/srv/\(number)", noise(4000, seed: UInt64(number))))
                    }
                }
            } catch {
                failures.add("\(error)")
            }
        }
        #expect(failures.all == [])
        for number in 0..<100 {
            #expect(try journal.content(.sha256(noise(4000, seed: UInt64(number)))) != nil)
        }
        try Consistency.check(scratch.path)
    }
}

private final class Flag: Sendable {
    private let state = Atomic<Bool>(false)
    var isRaised: Bool { state.load(ordering: .acquiring) }
    func raise() { state.store(true, ordering: .releasing) }
}

private final class Failures: Sendable {
    private let texts = Mutex<[String]>([])
    var all: [String] { texts.withLock(\.self) }
    func add(_ text: String) { texts.withLock { $0.append(text) } }
}

private final class Recorded: Sendable {
    private let changes = Mutex<[RecordedChange]>([])
    var all: [RecordedChange] { changes.withLock(\.self) }
    func add(_ more: [RecordedChange]) { changes.withLock { $0 += more } }
}
