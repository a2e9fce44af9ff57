import FabricModel
import Glibc
import Journal
import SystemPackage
import Testing

/// A tmpfs of its own, unmounted at the end.
final class SmallDisk {
    let scratch: ScratchFolder
    var path: FilePath { scratch.path }

    init(mebibytes: Int) throws {
        scratch = try ScratchFolder()
        let status = Glibc.mount("tmpfs", scratch.path.string, "tmpfs", 0, "size=\(mebibytes)m,mode=0700")
        try #require(status == 0, "mount: errno \(errno)")
    }

    deinit { umount2(scratch.path.string, Int32(MNT_DETACH)) }

    /// Takes what space is left, in a file that ``free()`` removes.
    func fill() throws {
        let file = try FileDescriptor.open(
            path.appending("ballast"),
            .writeOnly,
            options: [.create, .append],
            permissions: .ownerReadWrite
        )
        try file.closeAfter {
            for size in [1 << 16, 4096, 1] {
                let block = [UInt8](repeating: 1, count: size)
                do {
                    while true { _ = try file.writeAll(block) }
                } catch Errno.noSpace {
                    continue
                }
            }
        }
    }

    func free() { unlink(path.appending("ballast").string) }
}

@Suite("A full disk", .enabled(if: geteuid() == 0, "a file system of a few MiB is mounted, which takes root"))
struct DiskFullTests {
    @Test(
        "recording fails with disk-full, keeps what was there, and goes on when there is space",
        arguments: [false, true]
    )
    func recording(isLarge: Bool) throws {
        let disk = try SmallDisk(mebibytes: 8)
        let folder = disk.path.appending("state")
        let journal = try Journal(
            folder: folder,
            options: JournalOptions(inlineContentLimit: isLarge ? 1000 : 1 << 20)
        )
        let size = 60_000
        try journal.record(observe("/etc/kept", noise(size)))
        try disk.fill()

        var recorded = 1
        var failure: JournalError?
        for number in 0..<200 where failure == nil {
            do {
                try journal.record(observe("/etc/\(number)", noise(size, seed: UInt64(number + 2))))
                recorded += 1
            } catch let error as JournalError {
                failure = error
            }
        }
        #expect(failure?.code == .diskFull)
        #expect(failure?.message.contains("make space") == true)
        #expect(journal.warnings.map(\.code) == ["disk-full"])
        #expect(try journal.openChanges().count == recorded)
        #expect(try journal.content(.sha256(noise(size))) == noise(size))
        #expect(throws: JournalError.self) {
            try journal.record(observe("/etc/again", noise(size, seed: 900)))
        }

        disk.free()
        let change = try #require(try journal.record(observe("/etc/again", noise(size, seed: 900))))
        #expect(change.change.before == .absent)
        #expect(journal.warnings.isEmpty)
        #expect(try journal.openChanges().count == recorded + 1)
        #expect(try journal.commitAll()?.sequence == 1)
        try journal.close()
        try Consistency.check(folder)
    }

    @Test("a journal on a disk that is full from the start says so, and opens when there is space")
    func opening() throws {
        let disk = try SmallDisk(mebibytes: 4)
        let folder = disk.path.appending("state")
        try disk.fill()
        let error = #expect(throws: JournalError.self) { try Journal(folder: folder) }
        #expect(error?.code == .diskFull)
        disk.free()
        let journal = try Journal(folder: folder)
        #expect(try journal.record(observe("/etc/a", bytes("1"))) != nil)
    }

    @Test("commits and acknowledgements fail whole, and succeed later")
    func commits() throws {
        let disk = try SmallDisk(mebibytes: 8)
        let journal = try Journal(folder: disk.path.appending("state"))
        for number in 0..<300 { try journal.record(observe("/etc/\(number)", bytes("\(number)"))) }
        try disk.fill()
        var isFull = false
        for number in 0..<2000 where !isFull {
            do {
                try journal.setValue(String(repeating: "x", count: 8000), for: "\(number)")
            } catch {
                #expect(error.code == .diskFull)
                isFull = true
            }
        }
        #expect(isFull)
        let error = #expect(throws: JournalError.self) { try journal.commitAll() }
        #expect(error?.code == .diskFull)
        #expect(try journal.openSummary().changes == 300)
        #expect(try journal.outbox(limit: 1).isEmpty)
        disk.free()
        let commit = try #require(try journal.commitAll())
        #expect(commit.sequence == 1)
        #expect(commit.changes.count == 300)
    }
}
