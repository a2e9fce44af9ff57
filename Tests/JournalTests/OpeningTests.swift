import FabricModel
import GRDB
import Glibc
import Journal
import SystemPackage
import Testing

@Suite("Opening")
struct OpeningTests {
    let scratch: ScratchFolder
    var folder: FilePath { scratch.path.appending("state") }
    var database: FilePath { folder.appending("journal.sqlite") }

    init() throws {
        scratch = try ScratchFolder()
    }

    func edit(_ body: (Database) throws -> Void) throws {
        let queue = try DatabaseQueue(path: database.string)
        try queue.write(body)
        try queue.close()
    }

    @Test("folder and files are private whatever the umask", arguments: [0, 0o022, 0o777] as [mode_t])
    func permissions(mask: mode_t) async throws {
        // The umask belongs to the process, so the journal is made in another one.
        await #expect(processExitsWith: .success) { [path = folder.string as String, mask = mask as mode_t] in
            umask(mask)
            let journal = try Journal(folder: FilePath(path), options: JournalOptions(inlineContentLimit: 10))
            try journal.record(observe("/etc/a", noise(100)))
            // Left open: SQLite removes its files when it closes.
            exit(EXIT_SUCCESS)
        }
        #expect(folder.permissions == 0o700)
        #expect(folder.appending("contents").permissions == 0o700)
        #expect(folder.names == ["contents", "journal.sqlite", "journal.sqlite-shm", "journal.sqlite-wal"])
        for name in folder.names where name != "contents" {
            #expect(folder.appending(name).permissions == 0o600)
        }
        let contents = folder.appending("contents")
        #expect(contents.names.count == 1)
        for name in contents.names { #expect(contents.appending(name).permissions == 0o600) }
    }

    @Test("modes that were opened up are closed again")
    func permissionsAgain() throws {
        try Journal(folder: folder).close()
        let opened: [(FilePath, mode_t)] = [
            (folder, 0o777), (database, 0o644), (folder.appending("contents"), 0o755),
        ]
        for (path, mode) in opened { #expect(chmod(path.string, mode) == 0) }
        let journal = try Journal(folder: folder)
        #expect(
            [folder, database, folder.appending("contents")].map(\.permissions) == [0o700, 0o600, 0o700]
        )
        try journal.close()
    }

    @Test("everything recorded is there for the next process")
    func reopened() throws {
        let journal = try Journal(folder: folder)
        let change = try #require(try journal.record(observe("/etc/a", bytes("1"))))
        try journal.close()
        let again = try Journal(folder: folder)
        #expect(try again.openChanges() == [change])
        #expect(try again.record(observe("/etc/a", bytes("2")))?.sequence == 2)
    }

    @Test("a journal that was closed refuses, and does not crash")
    func closed() throws {
        let journal = try Journal(folder: folder)
        try journal.close()
        #expect(throws: JournalError.self) { try journal.openChanges() }
        #expect(throws: JournalError.self) { try journal.record(observe("/etc/a", bytes("1"))) }
        #expect(throws: JournalError.self) { try journal.setValue("1", for: "a") }
        try journal.close()
    }

    @Test(
        "a file that is no database is refused with its name and the way out, and left as it is",
        arguments: [
            bytes("this is no database, but long enough to look like a header of one\n"), noise(20_000),
        ]
    )
    func noDatabase(garbage: [UInt8]) throws {
        try Journal(folder: folder).close()
        try write(garbage, to: database)
        let error = #expect(throws: JournalError.self) { try Journal(folder: folder) }
        #expect(error?.code == .damaged)
        #expect(error?.subject == database.string)
        #expect(error?.message.contains("move the file") == true)
        #expect(try rawContents(database) == garbage)
    }

    @Test("a database whose pages were overwritten is reported as damaged where they are read")
    func overwritten() throws {
        let journal = try Journal(folder: folder)
        for number in 0..<200 {
            try journal.record(observe("/etc/\(number)", noise(500, seed: UInt64(number))))
        }
        try journal.close()
        var image = try rawContents(database)
        // All but the header and the schema, as far as they fit the first pages.
        for index in (8 * 4096)..<image.count { image[index] = UInt8(truncatingIfNeeded: index &* 31) }
        try write(image, to: database)
        let error = #expect(throws: JournalError.self) {
            let journal = try Journal(folder: folder)
            _ = try journal.openChanges()
            _ = try journal.keys(below: "/")
            _ = try (0..<200).map { try journal.content(.sha256(noise(500, seed: UInt64($0)))) }
        }
        #expect(error?.code == .damaged)
    }

    @Test(
        "a database that is gone or empty though its contents are there is not made anew",
        arguments: [true, false]
    )
    func lost(isRemoved: Bool) throws {
        try Journal(folder: folder).close()
        if isRemoved { #expect(unlink(database.string) == 0) } else { try write([], to: database) }
        let error = #expect(throws: JournalError.self) { try Journal(folder: folder) }
        #expect(error?.code == .damaged)
        // Nor at the second try, which then finds a file.
        #expect(throws: JournalError.self) { try Journal(folder: folder) }
    }

    @Test("a first start that was killed before the database was ready begins again")
    func unborn() throws {
        #expect(mkdir(folder.string, 0o700) == 0)
        try write([], to: database)
        #expect(try Journal(folder: folder).lastSequence() == 0)
    }

    @Test("a record that does not read back is reported as damage")
    func unreadable() throws {
        let journal = try Journal(folder: folder)
        try journal.record(observe("/etc/a", bytes("1")))
        try edit {
            try $0.execute(sql: "UPDATE baseline SET state = x'01ff'; UPDATE change SET after = x'7f'")
        }
        for read in [
            { _ = try journal.baseline(file("/etc/a")) }, { _ = try journal.openChanges() },
            { _ = try journal.log() },
            { _ = try journal.record(observe("/etc/a", bytes("2"))) },
        ] as [() throws -> Void] {
            let error = #expect(throws: JournalError.self, performing: read)
            #expect(error?.code == .damaged)
        }
    }

    @Test("a journal of a newer version is refused, and what it holds stays")
    func newer() throws {
        let journal = try Journal(folder: folder)
        let change = try #require(try journal.record(observe("/etc/a", bytes("1"))))
        try journal.close()
        try edit { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('900')") }
        let error = #expect(throws: JournalError.self) { try Journal(folder: folder) }
        #expect(error?.code == .newerSchema)
        #expect(error?.subject == database.string)
        try edit { try $0.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = '900'") }
        #expect(try Journal(folder: folder).openChanges() == [change])
    }

    @Test("a folder that cannot be made, or whose database is a link, is refused by name")
    func unwritable() throws {
        try write([], to: scratch.path.appending("file"))
        let below = scratch.path.appending("file").appending("state")
        let missing = scratch.path.appending("no").appending("state")
        #expect(mkdir(folder.string, 0o700) == 0)
        try write(bytes("precious"), to: scratch.path.appending("target"))
        #expect(symlink(scratch.path.appending("target").string, database.string) == 0)
        for path in [below, missing, folder] {
            let error = #expect(throws: JournalError.self) { try Journal(folder: path) }
            #expect(error?.code == .unwritable, "\(path)")
            #expect(error?.subject.hasPrefix(path.string) == true)
        }
        #expect(try rawContents(scratch.path.appending("target")) == bytes("precious"))
    }

    @Test("a folder whose name is not UTF-8 is refused")
    func notUTF8() throws {
        let name = try #require(FilePath.Component(platformString: [CChar(bitPattern: 0xFF), 0x41, 0]))
        let error = #expect(throws: JournalError.self) { try Journal(folder: scratch.path.appending(name)) }
        #expect(error?.code == .unwritable)
        #expect(error?.subject.hasSuffix("\\xffA") == true)
    }

    @Test("another process in the middle of a write is waited for, not failed on")
    func second() throws {
        let journal = try Journal(folder: folder)
        let other = try Journal(folder: folder)
        try journal.record(observe("/etc/a", bytes("1")))
        try other.record(observe("/etc/b", bytes("1")))
        #expect(try journal.openChanges().count == 2)
    }

    @Test(
        "every error code has a text of its own for the person who reads it",
        arguments: JournalError.Code.allCases
    )
    func description(code: JournalError.Code) {
        let error = JournalError(code, "is wrong", subject: "/var/lib/\u{E9}", cause: "SQLite error 11")
        #expect("\(error)" == "/var/lib/\\xc3\\xa9: is wrong (SQLite error 11)")
    }
}
