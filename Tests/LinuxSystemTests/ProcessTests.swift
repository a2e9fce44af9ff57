import Glibc
import LinuxSystem
import SystemPackage
import Testing

@Suite("One instance only")
struct InstanceLockTests {
    let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("a second one is refused and told the first's process")
    func second() throws {
        let path = folder("lock")
        let first = try InstanceLock(path)
        let error = #expect(throws: SystemError.self) { try InstanceLock(path) }
        #expect(error?.code == .alreadyRunning)
        #expect(error?.message.contains("process \(getpid()) ") == true)
        #expect(error?.subject == path.string)
        withExtendedLifetime(first) {}
    }

    @Test("the lock is free when its holder lets go, and the file then names the next one")
    func released() throws {
        let path = try folder.file("lock", "99999999 and more\n".utf8)
        for _ in 0..<2 {
            let lock = try InstanceLock(path)
            #expect(try text(of: path) == "\(getpid())\n")
            withExtendedLifetime(lock) {}
        }
        #expect(try FileStatus.at(path)?.size == Int64("\(getpid())\n".utf8.count))
    }

    @Test("a holder whose number cannot be read is still named as a process")
    func unreadableNumber() throws {
        let path = folder("lock")
        let lock = try InstanceLock(path)
        try write(path, "garbage".utf8)
        let error = #expect(throws: SystemError.self) { try InstanceLock(path) }
        #expect(error?.message.hasPrefix("another process ") == true)
        withExtendedLifetime(lock) {}
    }

    @Test("a lock that died with its process is free", .timeLimit(.minutes(1)))
    func killedHolder() async throws {
        let path = folder("lock")
        await #expect(processExitsWith: .signal(SIGKILL)) { [text = path.string as String] in
            let lock = try InstanceLock(FilePath(text))
            kill(getpid(), SIGKILL)
            withExtendedLifetime(lock) {}
        }
        let left = try text(of: path)
        #expect(left != "\(getpid())\n" && Int32(left.dropLast()) != nil)
        _ = try InstanceLock(path)
    }

    @Test("a symlink in the file's place is refused")
    func symlink() throws {
        let target = try folder.file("target", "precious".utf8)
        let path = try folder.link("lock", to: "target")
        #expect(#expect(throws: SystemError.self) { try InstanceLock(path) }?.code == .symlinkInPath)
        #expect(try text(of: target) == "precious")
    }
}

@Suite("Use of the machine")
struct ProcessUsageTests {
    @Test("this process uses memory and processor time")
    func own() throws {
        let usage = try ProcessUsage.current()
        #expect(usage.residentBytes > 1 << 20)
        #expect(usage.threads >= 1)
        #expect(try ProcessUsage.of(getppid())?.startTicks ?? .max <= usage.startTicks)
        #expect(ProcessUsage.ticksPerSecond > 0)
        #expect(try ProcessMemory.residentBytes() > 1 << 20)
    }

    @Test("a process that is not there has no use, and does not run")
    func missing() throws {
        #expect(try ProcessUsage.of(4_194_305) == nil)
        #expect(!ProcessUsage.isRunning(4_194_305))
        #expect(!ProcessUsage.isRunning(0))
        #expect(!ProcessUsage.isRunning(-1))
        #expect(ProcessUsage.isRunning(getpid()))
    }

    @Test("a command name may hold spaces, parentheses and line ends")
    func strangeName() throws {
        let fields = (3...52).map(String.init).joined(separator: " ")
        let line = Array("42 (a) R 1 (b\n) S c) \(fields)\n".utf8)
        let usage = try #require(ProcessUsage(stat: line, pageSize: 4096))
        #expect(usage.userTicks == 14)
        #expect(usage.systemTicks == 15)
        #expect(usage.cpuTicks == 29)
        #expect(usage.threads == 20)
        #expect(usage.startTicks == 22)
        #expect(usage.residentBytes == 24 * 4096)
    }

    @Test(
        "a line that ends early is no use",
        arguments: ["", "1 (a)", "1 (a) R 1 2 3", "no parentheses 1 2 3"]
    )
    func short(line: String) {
        #expect(ProcessUsage(stat: Array(line.utf8), pageSize: 4096) == nil)
    }

    @Test("busy work is seen as processor time")
    func busy() throws {
        let before = try ProcessUsage.current().cpuTicks
        let ticks = UInt64(ProcessUsage.ticksPerSecond / 20)
        let deadline = MonotonicClock.nanoseconds() + 60_000_000_000
        while try ProcessUsage.current().cpuTicks < before + ticks {
            try #require(MonotonicClock.nanoseconds() < deadline)
        }
    }
}

@Suite("Clocks")
struct ClockTests {
    @Test("the time of day is the system's, in microseconds")
    func wall() {
        let before = Int64(time(nil))
        let now = WallClock.microseconds()
        #expect(now >= before * 1_000_000 - 1_000_000)
        #expect(now <= (Int64(time(nil)) + 2) * 1_000_000)
    }

    @Test("the monotonic clock never goes back")
    func monotonic() {
        var last = MonotonicClock.nanoseconds()
        for _ in 0..<10_000 {
            let next = MonotonicClock.nanoseconds()
            #expect(next >= last)
            last = next
        }
    }
}
