import CLinux
import Glibc
import LinuxSystem
import Synchronization
import Testing

@Suite("Threads of their own", .timeLimit(.minutes(1)))
struct WorkerThreadTests {
    @Test("the body runs on another thread, under the first 15 bytes of its name")
    func named() throws {
        let name = Box<String>()
        let thread = Box<pthread_t>()
        let worker = try WorkerThread.start(name: "inotify-reader-of-weft") {
            var buffer = [CChar](repeating: 0, count: 16)
            pthread_getname_np(pthread_self(), &buffer, buffer.count)
            name.set(String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            thread.set(pthread_self())
        }
        #expect(worker.join(timeout: .seconds(30)))
        #expect(name.value == "inotify-reader-")
        #expect(thread.value != pthread_self())
    }

    @Test("join waits for the end of the body, and gives up when the time is over")
    func joins() throws {
        let gate = try Wakeup()
        let isDone = Box<Bool>()
        let worker = try WorkerThread.start(name: "waiter") {
            _ = gate.wait(timeout: .seconds(30))
            isDone.set(true)
        }
        #expect(!worker.join(timeout: .milliseconds(20)))
        #expect(isDone.value == nil)
        gate.signal()
        worker.join()
        #expect(isDone.value == true)
        #expect(worker.join(timeout: .zero))
    }

    @Test("many may join one thread, and a thread may be joined by none")
    func manyJoin() async throws {
        let gate = try Wakeup()
        let worker = try WorkerThread.start(name: "shared") { _ = gate.wait(timeout: .seconds(30)) }
        let joiners = try (0..<8)
            .map { _ in
                try WorkerThread.start(name: "joiner") { worker.join() }
            }
        gate.signal()
        for joiner in joiners { #expect(joiner.join(timeout: .seconds(30))) }
        let count = Mutex(0)
        let all = try Wakeup()
        for _ in 0..<100 {
            _ = try WorkerThread.start(name: "loose") {
                count.withLock { $0 += 1 }
                all.signal()
            }
        }
        while count.withLock({ $0 }) < 100 { try #require(all.wait(timeout: .seconds(30))) }
    }
}

@Suite("Wake-ups", .timeLimit(.minutes(1)))
struct WakeupTests {
    @Test("a signal before the wait is not lost, and counts once")
    func before() throws {
        let wakeup = try Wakeup()
        wakeup.signal()
        wakeup.signal()
        #expect(wakeup.wait(timeout: .seconds(30)))
        #expect(!wakeup.wait(timeout: .milliseconds(1)))
        #expect(!wakeup.clear())
    }

    @Test("another thread wakes the waiting one")
    func other() throws {
        let wakeup = try Wakeup()
        let answer = try Wakeup()
        let thread = try WorkerThread.start(name: "answer") {
            for _ in 0..<1_000 where wakeup.wait(timeout: .seconds(30)) { answer.signal() }
        }
        for _ in 0..<1_000 {
            wakeup.signal()
            #expect(answer.wait(timeout: .seconds(30)))
        }
        #expect(thread.join(timeout: .seconds(30)))
    }

    @Test(
        "the wait ends when its time is over, not before",
        arguments: [Duration.zero, .milliseconds(30), .nanoseconds(1)]
    )
    func timeout(time: Duration) throws {
        let wakeup = try Wakeup()
        let start = ContinuousClock.now
        #expect(!wakeup.wait(timeout: time))
        #expect(ContinuousClock.now - start >= time)
    }

    @Test("a time that is longer than the kernel can count is a long time")
    func endless() throws {
        let wakeup = try Wakeup()
        let thread = try WorkerThread.start(name: "endless") { _ = wakeup.wait(timeout: .seconds(Int64.max)) }
        #expect(!thread.join(timeout: .milliseconds(20)))
        wakeup.signal()
        #expect(thread.join(timeout: .seconds(30)))
    }

    @Test("the descriptor is readable as long as it is signalled")
    func descriptor() throws {
        let wakeup = try Wakeup()
        var poller = pollfd(fd: wakeup.fd, events: Int16(POLLIN), revents: 0)
        #expect(poll(&poller, 1, 0) == 0)
        wakeup.signal()
        #expect(poll(&poller, 1, 0) == 1)
        #expect(wakeup.clear())
        #expect(poll(&poller, 1, 0) == 0)
    }
}
