import Glibc
import LinuxSystem
import SystemPackage
import Testing

@Suite("Memory of the process")
struct ProcessMemoryTests {
    @Test("freed memory goes back to the kernel", .timeLimit(.minutes(1)))
    func givesBack() async {
        await #expect(processExitsWith: .success) {
            // Small pieces, which the allocator keeps; the last one keeps the top of the heap from being trimmed by itself.
            var pieces = (0..<400_000).map { _ in malloc(100) }
            for case let piece? in pieces { memset(piece, 1, 100) }
            let top = malloc(100)
            for piece in pieces { free(piece) }
            pieces = []
            let before = try ProcessMemory.residentBytes()
            ProcessMemory.giveBack()
            let after = try ProcessMemory.residentBytes()
            #expect(after + (20 << 20) < before, "\(before) to \(after)")
            free(top)
        }
    }

    @Test("program text that is not used now is unmapped, and is there when it is used again")
    func unmapsText() async {
        await #expect(processExitsWith: .success) {
            let before = try mappedFileKilobytes()
            ProcessMemory.giveBack()
            let after = try mappedFileKilobytes()
            #expect(after + 1024 < before, "\(before) kB to \(after) kB")
        }
    }
}

/// What the process has mapped of files.
///
/// *Source*: proc_pid_status(5), `RssFile`.
private func mappedFileKilobytes() throws -> Int {
    let line = try SystemFile.lines("/proc/self/status")?.first { $0.hasPrefix("RssFile:") }
    let words = try #require(line).split(whereSeparator: { $0 == " " || $0 == "\t" })
    return try #require(Int(words[1]))
}
