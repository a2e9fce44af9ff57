import FabricModel
import GRDB
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@testable import Components

@Suite("rpm database", .enabled(if: ScratchRPM.isAvailable), .ownThread)
struct RPMDatabaseTests {
    /// What a database says is installed, in the words of ``ScratchRPM/listed()``.
    private func listed(_ database: RPMDatabase) throws -> [String] {
        try database.packages()
            .flatMap { key, state in
                state.instances.map { instance in
                    let name =
                        key.name.hasSuffix(".\(instance.arch)")
                        ? key.name.dropLast(instance.arch.count + 1) : key.name[...]
                    return "\(name) \(instance.evr) \(instance.arch)"
                }
            }
            .sorted()
    }

    @Test("what the real rpm does is read directly, step by step, as rpm itself tells it")
    func transactions() throws {
        let root = try ScratchRPM()
        let old = try root.package(version: "1.0")
        let new = try root.package(version: "1.1", epoch: 1)
        let other = try root.package("weft-other", version: "3.0")
        let foreign = try root.package("weft-other", version: "3.0", arch: "i686")
        try root.rpm("-i", old.string)
        let database = try #require(try RPMDatabase(places: root.places))
        let key = try ResourceKey("package:weft-sample")

        func check(_ step: String) throws {
            let expected = try root.listed()
            #expect(try listed(database) == expected, "\(step), from the last snapshot")
            let fresh = try #require(try RPMDatabase(places: root.places))
            #expect(try listed(fresh) == expected, "\(step), from nothing")
            #expect(database.warnings.isEmpty, "\(step)")
        }
        try check("install")
        #expect(try database.packages()[key]?.newest?.description == "1.0-1")
        try root.rpm("-U", new.string)
        try check("upgrade")
        #expect(try database.packages()[key]?.newest?.description == "1:1.1-1")
        try root.rpm("-U", "--oldpackage", old.string)
        try check("downgrade")
        try root.rpm("-U", "--replacepkgs", old.string)
        try check("reinstall")
        try root.rpm("-i", "--force", new.string)
        try check("a second version")
        #expect(try database.packages()[key]?.instances.map(\.evr.description) == ["1.0-1", "1:1.1-1"])
        try root.rpm("-i", "--force", other.string, foreign.string)
        try check("a foreign architecture")
        #expect(try database.packages()[try ResourceKey("package:weft-other.i686")]?.instances.count == 1)
        #expect(try database.packages()[try ResourceKey("package:weft-other")]?.instances.count == 1)
        try root.rpm("-e", "weft-sample-1:1.1-1")
        try check("erase one version")
        try root.rpm("--rebuilddb")
        try check("rebuild")
        try root.rpm("-e", "weft-other.noarch")
        try root.rpm("--rebuilddb")
        try root.rpm("-i", "--force", other.string, new.string)
        try check("erase, rebuild and install, unseen")
        try root.rpm("-e", "--allmatches", "weft-sample", "weft-other")
        try check("erase everything")
        #expect(try database.packages().isEmpty)
    }

    @Test("a stamp changes with every transaction, and never by reading")
    func stamps() throws {
        let root = try ScratchRPM()
        let old = try root.package(version: "1.0")
        let new = try root.package(version: "1.1")
        try root.rpm("-i", old.string)
        let database = try #require(try RPMDatabase(places: root.places))
        try root.settle()
        var stamp = try database.stamp()
        for arguments in [
            ["-U", new.string], ["-U", "--oldpackage", old.string], ["-e", "weft-sample"],
            ["-i", old.string],
        ] {
            try root.rpm(arguments)
            try root.settle()
            let next = try database.stamp()
            #expect(next != stamp, "\(arguments[0])")
            stamp = next
            _ = try database.packages()
            _ = try root.listed()
            try root.settle()
            #expect(try database.stamp() == stamp, "reading after \(arguments[0])")
        }
        // Why a package is there may change without it.
        try root.write("[packages]\n", to: "packages.toml")
        #expect(try database.stamp() != stamp)
    }

    @Test("what a package's scripts do is done before the database is last written")
    func scripts() throws {
        let root = try ScratchRPM()
        let script = """
            local file = io.open("/made", "w")
            file:write("x")
            file:close()
            """
        let package = try root.package(version: "1.0", after: script)
        try root.rpm("-i", try root.package("weft-first", version: "1.0").string)
        let database = try #require(try RPMDatabase(places: root.places))
        let before = try #require(try database.stamp().lastWrite)
        try root.settle()
        try root.rpm("-i", package.string)
        let made = try #require(try FileStatus.at(root.root.appending("made"))).changed
        let after = try #require(try database.stamp().lastWrite)
        #expect(made > before)
        #expect(made <= after)
    }

    @Test("reading leaves the database's files as they are, and no transaction open", .timeLimit(.minutes(5)))
    func readerIsInNobodysWay() throws {
        let root = try ScratchRPM()
        let old = try root.package(version: "1.0")
        let new = try root.package(version: "1.1")
        try root.rpm("-i", old.string)
        let database = try #require(try RPMDatabase(places: root.places))
        let stop = Flag()
        let reader = try WorkerThread.start(name: "reader") {
            while !stop.isSet {
                _ = try? database.packages()
                _ = try? database.shippedFiles(under: ["/etc"], of: nil)
            }
        }
        let start = ContinuousClock.now
        for _ in 0..<5 {
            try root.rpm("-U", new.string)
            try root.rpm("-U", "--oldpackage", old.string)
        }
        // A reader that holds a transaction makes each of these wait for seconds.
        #expect(ContinuousClock.now - start < .seconds(60))
        stop.set()
        #expect(reader.join(timeout: .seconds(60)))
        #expect(try listed(database) == root.listed())
        // The checkpoint with which rpm ends was done to its end.
        try root.rpm("-U", new.string)
        #expect(try FileStatus.at(root.database.appending("rpmdb.sqlite-wal"))?.size == 0)
        _ = try database.packages()
        #expect(try FileStatus.at(root.database.appending("rpmdb.sqlite-wal"))?.size == 0)
        #expect(try FileStatus.at(root.database.appending("rpmdb.sqlite-shm")) != nil)
    }

    @Test("a transaction is seen for as long as rpm holds its lock", .timeLimit(.minutes(2)))
    func busy() throws {
        let root = try ScratchRPM()
        let first = try root.package("weft-first", version: "1.0")
        let script = """
            local entered = io.open("/fifos/entered", "w")
            entered:write("x")
            entered:close()
            local leave = io.open("/fifos/leave", "r")
            leave:read(1)
            leave:close()
            """
        let package = try root.package(version: "1.0", script: script)
        let rendezvous = try Rendezvous(in: root.root.appending("fifos"))
        defer { try? rendezvous.close() }
        try root.rpm("-i", first.string)
        let database = try #require(try RPMDatabase(places: root.places))
        #expect(try !database.isBusy())
        let installer = try WorkerThread.start(name: "rpm") { try? root.rpm("-i", package.string) }
        try rendezvous.awaitEntry()
        #expect(try database.isBusy())
        #expect(try database.packages().count == 1)
        try rendezvous.letGo()
        #expect(installer.join(timeout: .seconds(60)))
        #expect(try !database.isBusy())
        #expect(try database.packages().count == 2)
    }

    @Test("dnf's lock file counts while its process lives, and a stale one does not")
    func dnfLock() throws {
        let root = try ScratchRPM()
        try root.rpm("-i", try root.package(version: "1.0").string)
        let database = try #require(try RPMDatabase(places: root.places))
        // This process is no dnf, so a file with its number was left behind by one that ended.
        try root.write("\(getpid())", to: "rpmdb_lock.pid")
        #expect(try !database.isBusy())
        try root.write("not a number", to: "rpmdb_lock.pid")
        #expect(try !database.isBusy())
        let fifo = root.folder.appending("fifo")
        _ = fifo.withPlatformString { mkfifo($0, 0o600) }
        // A process whose command line says dnf, alive until the FIFO is read.
        let fake = try root.write("echo x > \(fifo)\n", to: "dnf")
        let runner = try WorkerThread.start(name: "dnf") { _ = try? Command.run("sh", fake.string) }
        let pid = try processNumber(ofArgument: fake.string)
        try root.write("\(pid)", to: "rpmdb_lock.pid")
        #expect(try database.isBusy())
        let reader = try FileDescriptor.open(fifo, .readOnly)
        try reader.close()
        #expect(runner.join(timeout: .seconds(30)))
        #expect(try !database.isBusy())
    }

    private func processNumber(ofArgument argument: String) throws -> Int32 {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            for entry in try DirectoryListing.entries(of: "/proc") ?? [] {
                guard let pid = Int32(String(decoding: entry.name, as: UTF8.self)),
                    let command = try SystemFile.read(FilePath("/proc/\(pid)/cmdline")),
                    String(decoding: command, as: UTF8.self).hasSuffix("sh\0\(argument)\0")
                else { continue }
                return pid
            }
            sched_yield()
        }
        return try #require(nil as Int32?, "no process has \(argument) as its argument")
    }

    @Test("what packages shipped is the same read directly and asked of rpm")
    func shippedFiles() throws {
        let root = try ScratchRPM()
        try root.rpm("-i", "--excludedocs", try root.package(version: "1.0").string)
        try root.rpm("-i", try root.package("weft-other", version: "3.0").string)
        let database = try #require(try RPMDatabase(places: root.places))
        let files = try database.shippedFiles(under: ["/etc", "/usr/share"], of: nil)
        let byPath = Dictionary(files.map { ($0.path.string, $0) }, uniquingKeysWith: { first, _ in first })
        #expect(byPath.count == files.count)
        #expect(files.count == 11)
        let conf = try #require(byPath["/etc/weft-sample/a.conf"])
        #expect(conf.isConfig)
        #expect(conf.package == "weft-sample")
        #expect(conf.kind == .regular)
        #expect(conf.digest?.algorithm == .sha256)
        #expect(conf.digest?.matches(Array("conf 1.0\n".utf8)) == true)
        #expect(conf.mode == 0o644)
        let data = try #require(byPath["/etc/weft-sample/data"])
        #expect(!data.isConfig)
        #expect((data.mode, data.owner, data.group) == (0o640, "root", "mail"))
        #expect(byPath["/etc/weft-sample"]?.kind == .directory)
        #expect(byPath["/etc/weft-sample/link"]?.target == Array("a.conf".utf8))
        #expect(byPath["/etc/weft-sample/ghost"]?.digest == nil)
        // It was left out when the package was installed.
        #expect(byPath["/usr/share/doc/weft-sample/README"] == nil)
        #expect(byPath["/usr/share/doc/weft-other/README"]?.package == "weft-other")

        let some = try database.shippedFiles(under: ["/etc"], of: ["weft-other"])
        #expect(some.count == 5)
        #expect(some.allSatisfy { $0.package == "weft-other" })

        let asked = RPMDatabase(
            places: root.places,
            configuration: try configuration(root, backend: "other"),
            options: ["--dbpath", root.database.string]
        )
        #expect(try Set(asked.shippedFiles(under: ["/etc", "/usr/share"], of: nil)) == Set(files))
        #expect(try Set(asked.shippedFiles(under: ["/etc"], of: ["weft-other"])) == Set(some))
        #expect(try asked.packages() == database.packages())
    }

    // Where the backend is not SQLite rpm is asked; it knows its own backend itself.
    private func configuration(_ root: ScratchRPM, backend: String) throws -> RPMConfiguration {
        var configuration = try RPMConfiguration(
            options: ["--dbpath", root.database.string],
            time: .seconds(10)
        )
        #expect(configuration.backend == "sqlite")
        #expect(configuration.folder == root.database)
        #expect(configuration.lock == root.database.appending(".rpm.lock"))
        configuration.backend = backend
        let main = configuration.mainFile
        if try FileStatus.at(main) == nil { try ScratchFolder.write([], to: main) }
        return configuration
    }

    @Test("signing keys are no packages")
    func signingKeys() throws {
        let armored: FilePath = "/etc/apt/trusted.gpg.d/debian-archive-bookworm-stable.asc"
        try #require(try FileStatus.at(armored) != nil, "needs a public key in text form")
        let root = try ScratchRPM()
        try root.rpm("--import", armored.string)
        let database = try #require(try RPMDatabase(places: root.places))
        #expect(try database.packages().isEmpty)
        try root.rpm("-i", try root.package(version: "1.0").string)
        #expect(try listed(database) == ["weft-sample 1.0-1 noarch"])
        try root.rpm("-e", "weft-sample")
        #expect(try database.packages().isEmpty)
        #expect(database.warnings.isEmpty)
    }

    @Test("rows that are no headers are left to rpm, with a warning until they are gone")
    func malformedRow() throws {
        let root = try ScratchRPM()
        try root.rpm("-i", try root.package(version: "1.0").string)
        let database = try #require(try RPMDatabase(places: root.places))
        #expect(try database.packages().count == 1)
        let queue = try DatabaseQueue(path: root.database.appending("rpmdb.sqlite").string)
        try queue.writeWithoutTransaction {
            try $0.execute(sql: "INSERT INTO Packages (hnum, blob) VALUES (50, x'0000000100000000')")
        }
        try queue.close()
        #expect(try listed(database) == ["weft-sample 1.0-1 noarch"])
        #expect(database.warnings.map(\.code) == ["package-database-slow"])
        #expect(try database.shippedFiles(under: ["/etc"], of: nil).count == 5)
        let repair = try DatabaseQueue(path: root.database.appending("rpmdb.sqlite").string)
        try repair.writeWithoutTransaction { try $0.execute(sql: "DELETE FROM Packages WHERE hnum = 50") }
        try repair.close()
        #expect(try database.packages().count == 1)
        #expect(database.warnings.isEmpty)
    }

    @Test("tables that are not rpm's are not guessed at, and a database that vanishes is not made anew")
    func unknownTables() throws {
        let root = try ScratchRPM()
        try root.rpm("-i", try root.package(version: "1.0").string)
        let database = try #require(try RPMDatabase(places: root.places))
        let file = root.database.appending("rpmdb.sqlite")
        let sqlite = RPMSQLite(file: file)
        let queue = try DatabaseQueue(path: file.string)
        try queue.writeWithoutTransaction {
            try $0.execute(sql: "ALTER TABLE Packages RENAME COLUMN hnum TO id")
        }
        try queue.close()
        #expect(throws: RPMSQLite.Unexpected.self) { try sqlite.snapshot(after: nil) }
        for name in ["rpmdb.sqlite", "rpmdb.sqlite-wal", "rpmdb.sqlite-shm"] {
            _ = root.database.appending(name).withPlatformString { unlink($0) }
        }
        let error = #expect(throws: ComponentsError.self) { try database.packages() }
        #expect(error?.code == .packageDatabaseUnreadable)
        #expect(throws: ComponentsError.self) { try database.shippedFiles(under: ["/etc"], of: nil) }
        #expect(try FileStatus.at(file) == nil)
    }

    @Test("reasons are dnf's, for the packages that it knows")
    func reasons() throws {
        let root = try ScratchRPM()
        try root.rpm("-i", try root.package(version: "1.0").string)
        try root.rpm("-i", try root.package("weft-other", version: "1.0").string)
        let database = try #require(try RPMDatabase(places: root.places))
        let key = try ResourceKey("package:weft-sample")
        #expect(try database.packages()[key]?.reason == nil)
        try root.write("[packages]\n\"weft-sample.noarch\" = {reason=\"Dependency\"}\n", to: "packages.toml")
        #expect(try database.packages()[key]?.reason == .dependency)
        #expect(try database.packages()[try ResourceKey("package:weft-other")]?.reason == nil)
        try root.write("[packages]\n\"weft-sample.noarch\" = {reason=\"User\"}\n", to: "packages.toml")
        try root.settle()
        #expect(try database.packages()[key]?.reason == .user)

        _ = root.places.state.withPlatformString { unlink($0) }
        try root.write(
            "this is no database, though it is long enough to be looked at as one",
            to: "history.sqlite"
        )
        #expect(try database.packages()[key]?.reason == nil)
        #expect(database.warnings.map(\.code) == ["package-reasons-unknown"])
    }

    @Test("a database that is missing is never opened, so that rpm does not make one")
    func missing() throws {
        let folder = try ScratchFolder()
        var places = RPMDatabase.Places()
        places.folder = folder.path
        #expect(try RPMDatabase(places: places) == nil)
        #expect(try DirectoryListing.entries(of: folder.path)?.isEmpty == true)
    }

    @Test("a link to the database's folder is resolved, and only the database itself is a hint")
    func hints() throws {
        let root = try ScratchRPM()
        try root.rpm("-i", try root.package(version: "1.0").string)
        let link = root.folder.appending("link")
        _ = link.withPlatformString { symlink(root.database.string, $0) }
        var places = root.places
        places.folder = link
        let database = try #require(try RPMDatabase(places: places))
        #expect(database.hintDirectory == root.database)
        #expect(database.isHint(name: Array("rpmdb.sqlite".utf8)))
        for name in ["rpmdb.sqlite-shm", "rpmdb.sqlite-wal", ".rpm.lock"] {
            #expect(!database.isHint(name: Array(name.utf8)))
        }
        #expect(try database.packages().count == 1)
    }
}
