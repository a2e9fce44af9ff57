import SystemPackage
import Testing

@testable import NodeAgent

@Suite struct RetryQueueTests {
    private static let second: Int64 = 1_000_000_000
    private let queue = RetryQueue()

    @Test("a path comes back once, a second later")
    func due() {
        queue.add(["/etc/a", "/etc/b"] as [FilePath], now: 0)
        queue.add(["/etc/b"] as [FilePath], now: Self.second / 2)
        #expect(queue.takeDue(now: Self.second - 1).isEmpty)
        #expect(queue.takeDue(now: Self.second) == ["/etc/a"])
        #expect(!queue.isEmpty)
        #expect(queue.takeDue(now: 2 * Self.second) == ["/etc/b"])
        #expect(queue.isEmpty)
    }

    @Test("a file that is never still is worth a word after a minute, and again a minute after it was still")
    func restless() {
        #expect(!queue.addRestless("/etc/a", now: 0))
        #expect(!queue.addRestless("/etc/a", now: 59 * Self.second))
        #expect(queue.addRestless("/etc/a", now: 60 * Self.second))
        #expect(!queue.addRestless("/etc/b", now: 60 * Self.second))
        queue.settled("/etc/a")
        #expect(!queue.addRestless("/etc/a", now: 61 * Self.second))
        #expect(queue.addRestless("/etc/a", now: 121 * Self.second))
        #expect(Set(queue.takeDue(now: .max)) == ["/etc/a", "/etc/b"])
    }
}
