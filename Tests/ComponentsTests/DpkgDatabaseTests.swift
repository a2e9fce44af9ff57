import FabricModel
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@testable import Components

@Suite("dpkg database", .ownThread)
struct DpkgDatabaseTests {
    @Test(
        "this machine's packages are those that dpkg-query lists",
        .enabled(if: Command.exists("dpkg-query"))
    )
    func thisMachine() throws {
        let database = try #require(try DpkgDatabase())
        let native = try Command.run("dpkg", "--print-architecture").trimmed
        let format = "${db:Status-Status} ${Package} ${Architecture} ${Version}\\n"
        var expected: Set<String> = []
        for line in try Command.run("dpkg-query", "-W", "-f", format).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words[0] != "half-installed" else { continue }
            let isNative = words[2] == native || words[2] == "all"
            let installed = words[0] == "config-files" ? "removed" : "\(words[3]) \(words[2])"
            expected.insert("package:\(words[1])\(isNative ? "" : ".\(words[2])") \(installed)")
        }
        let found = try database.packages()
            .map { key, state in
                let installed = state.instances.first.map { "\($0.evr) \($0.arch)" } ?? "removed"
                return "\(key) \(installed)"
            }
        // dpkg writes an epoch of 0 as it was given, so equal versions may differ as text; none does here.
        #expect(Set(found) == expected)
        #expect(database.system == .dpkg)
        #expect(database.warnings.isEmpty)
    }

    @Test("reasons are those of apt-mark", .enabled(if: Command.exists("apt-mark")))
    func reasons() throws {
        let database = try #require(try DpkgDatabase())
        let packages = try database.packages()
        let user = packages.filter { $0.value.reason == .user }.map(\.key.name)
        let expected = try Command.run("apt-mark", "showmanual").split(separator: "\n")
            .map {
                String($0.map { $0 == ":" ? "." : $0 })
            }
        #expect(Set(user) == Set(expected))
        #expect(packages.values.allSatisfy { $0.reason != nil })
    }

    @Test("a conffile that nobody touched has the digest that it was shipped with")
    func shippedHere() throws {
        guard let database = try DpkgDatabase() else { return }
        let files = try database.shippedFiles(under: ["/etc"], of: ["base-files"])
        let issue = try #require(files.first { $0.path == "/etc/issue" || $0.path == "/etc/debian_version" })
        #expect(issue.isConfig)
        #expect(issue.kind == .regular)
        #expect(issue.package == "base-files")
        let content = try #require(try SystemFile.read(issue.path))
        #expect(issue.digest?.matches(content) == true)
        #expect(issue.digest?.matches(content + [0]) == false)
        #expect(files.contains { $0.path == "/etc/update-motd.d" && $0.kind == .directory })
        #expect(files.allSatisfy { $0.path.starts(with: "/etc") })
    }

    @Test(
        "what the real dpkg does to a database shows at once, step by step",
        .enabled(if: Command.exists("dpkg-deb") && getuid() == 0)
    )
    func transactions() throws {
        let root = try ScratchDpkg()
        let database = try #require(try DpkgDatabase(places: root.places))
        let key = try ResourceKey("package:weft-sample")
        var stamp = try database.stamp()
        #expect(try database.packages()[key] == nil)

        func expectNewStamp(_ isNew: Bool = true) throws {
            let now = try database.stamp()
            #expect((now != stamp) == isNew)
            stamp = now
        }
        try root.settle()
        stamp = try database.stamp()
        try expectNewStamp(false)

        try root.install(try root.package(version: "1:1.0-1"))
        try root.settle()
        try expectNewStamp()
        let installed = PackageState(
            system: .dpkg,
            instances: [.init(evr: PackageVersion(epoch: 1, version: "1.0", release: "1"), arch: "all")]
        )
        #expect(try database.packages()[key] == installed)
        try expectNewStamp(false)

        try root.install(try root.package(version: "1:1.1-1"))
        #expect(try database.packages()[key]?.newest?.description == "1:1.1-1")
        try root.install(try root.package(version: "1:0.9-1"), "--force-downgrade")
        #expect(try database.packages()[key]?.newest?.description == "1:0.9-1")

        // The conffile stays, and with it the package's name.
        try root.dpkg("--remove", "weft-sample")
        #expect(try database.packages()[key] == PackageState(system: .dpkg, instances: []))
        try root.dpkg("--purge", "weft-sample")
        #expect(try database.packages()[key] == nil)
    }

    @Test(
        "a held package, and one whose script failed, are there",
        .enabled(if: Command.exists("dpkg-deb") && getuid() == 0)
    )
    func unusualStates() throws {
        let root = try ScratchDpkg()
        try root.install(try root.package(version: "1.0"))
        try root.select("weft-sample hold")
        let database = try #require(try DpkgDatabase(places: root.places))
        let key = try ResourceKey("package:weft-sample")
        #expect(try database.packages()[key]?.newest?.description == "1.0")
        let broken = try root.package(version: "2.0", postinst: "#!/bin/sh\nexit 1\n")
        #expect(throws: ComponentsError.self) { try root.install(broken) }
        #expect(
            try Command.run("dpkg-query", "--admindir", root.places.folder.string, "-s", "weft-sample")
                .contains("half-configured")
        )
        #expect(try database.packages()[key]?.newest?.description == "2.0")
        #expect(try !database.isBusy())
        #expect(try database.unfinished().map(\.key) == [key])
        #expect(database.warnings.map(\.subject) == ["weft-sample"])
        try root.install(try root.package(version: "3.0"))
        #expect(try database.unfinished().isEmpty && database.warnings.isEmpty)
    }

    @Test(
        "what dpkg has not finished is named with the way out, and what waits for triggers is finished",
        arguments: [
            ("install ok unpacked", "unpacked", "dpkg --configure -a"),
            ("install ok half-configured", "half-configured", "dpkg --configure -a"),
            ("deinstall ok half-configured", "half-configured", "dpkg --configure -a"),
            ("install reinstreq half-installed", "half-installed", "apt-get install --reinstall web:amd64"),
            ("install reinstreq unpacked", "unpacked", "apt-get install --reinstall web:amd64"),
            ("install ok triggers-pending", nil, nil), ("install ok triggers-awaited", nil, nil),
            ("install ok installed", nil, nil), ("hold ok installed", nil, nil),
            ("deinstall ok config-files", nil, nil),
        ] as [(String, String?, String?)]
    )
    func unfinished(status: String, state: String?, command: String?) throws {
        let folder = try ScratchFolder()
        let paragraph = "Package: web\nStatus: \(status)\nArchitecture: amd64\nVersion: 1\n\n"
        let dpkg = "Package: dpkg\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n"
        try folder.write(dpkg + paragraph, to: "status")
        var places = DpkgDatabase.Places()
        places.folder = folder.path
        let database = try #require(try DpkgDatabase(places: places))
        let expected = state.flatMap { state in
            command.map {
                UnfinishedPackage(key: ResourceKey(.package, checked: "web"), state: state, command: $0)
            }
        }
        #expect(try database.unfinished() == (expected.map { [$0] } ?? []))
        #expect(database.warnings.map(\.code) == (state == nil ? [] : ["package-unfinished"]))
        if let state, let command {
            #expect(database.warnings.first?.message.contains(state) == true)
            #expect(database.warnings.first?.message.contains("'\(command)'") == true)
        }
        // What dpkg has noted since and not yet merged counts.
        try folder.makeDirectory("updates")
        try folder.write(
            paragraph.replacing(status, with: "install ok installed"),
            to: "updates/0000"
        )
        #expect(try database.unfinished().isEmpty)
    }

    @Test(
        "what a package's scripts do is done before the database is last written",
        .enabled(if: Command.exists("dpkg-deb") && getuid() == 0)
    )
    func scripts() throws {
        let root = try ScratchDpkg()
        let database = try #require(try DpkgDatabase(places: root.places))
        try root.settle()
        let before = try #require(try database.stamp().lastWrite)
        let file = root.folder.appending("made")
        try root.install(try root.package(version: "1.0", postinst: "#!/bin/sh\necho x > \(file)\n"))
        let made = try #require(try FileStatus.at(file)).changed
        let after = try #require(try database.stamp().lastWrite)
        #expect(made > before)
        #expect(made <= after)
    }

    @Test(
        "a transaction is seen for as long as dpkg holds its lock",
        .timeLimit(.minutes(2)),
        .enabled(if: Command.exists("dpkg-deb") && getuid() == 0)
    )
    func busy() throws {
        let root = try ScratchDpkg()
        let database = try #require(try DpkgDatabase(places: root.places))
        let rendezvous = try Rendezvous(in: root.folder)
        defer { try? rendezvous.close() }
        let script = "#!/bin/sh\necho x > \(root.folder)/entered\nread x < \(root.folder)/leave\n"
        let package = try root.package(version: "1.0", postinst: script)
        #expect(try !database.isBusy())
        let installer = try WorkerThread.start(name: "dpkg") { _ = try? root.install(package) }
        try rendezvous.awaitEntry()
        #expect(try database.isBusy())
        try rendezvous.letGo()
        #expect(installer.join(timeout: .seconds(60)))
        #expect(try !database.isBusy())
        #expect(try database.packages().count == 1)
    }

    @Test(
        "what a package shipped is found where it really lies",
        .enabled(if: Command.exists("dpkg-deb") && getuid() == 0)
    )
    func shippedFiles() throws {
        let root = try ScratchDpkg()
        try root.divert("/etc/weft-sample/data", to: "/etc/weft-sample/data.distrib")
        try root.override(mode: "0600", path: "/etc/weft-sample/secret")
        try root.install(try root.package(version: "1.0"))
        let database = try #require(try DpkgDatabase(places: root.places))
        let files = try database.shippedFiles(under: ["/etc", "/usr/lib"], of: nil)
        let byPath = Dictionary(files.map { ($0.path.string, $0) }, uniquingKeysWith: { first, _ in first })
        #expect(byPath.count == files.count)
        #expect(
            Set(byPath.keys) == [
                "/etc", "/etc/weft-sample", "/etc/weft-sample/a.conf", "/etc/weft-sample/data.distrib",
                "/etc/weft-sample/secret", "/etc/weft-sample/link", "/usr/lib/weft",
                "/usr/lib/weft/x",
            ]
        )
        #expect(byPath["/etc/weft-sample/a.conf"]?.isConfig == true)
        #expect(byPath["/etc/weft-sample/a.conf"]?.digest?.matches(Array("conf 1.0\n".utf8)) == true)
        #expect(byPath["/etc/weft-sample/data.distrib"]?.digest?.matches(Array("data\n".utf8)) == true)
        #expect(byPath["/etc/weft-sample/data.distrib"]?.isConfig == false)
        #expect(byPath["/etc/weft-sample/secret"]?.mode == 0o600)
        #expect(byPath["/etc/weft-sample/secret"]?.owner == "root")
        #expect(byPath["/etc/weft-sample"]?.kind == .directory)
        #expect(byPath["/etc/weft-sample/link"]?.kind == nil)
        #expect(byPath["/usr/lib/weft/x"]?.digest?.matches(Array("x\n".utf8)) == true)
        #expect(try database.shippedFiles(under: ["/etc"], of: ["other"]).isEmpty)
        let one = try database.shippedFiles(under: ["/etc/weft-sample/a.conf"], of: ["weft-sample"])
        #expect(one.map(\.path) == ["/etc/weft-sample/a.conf"])
    }

    @Test("a foreign architecture is part of the key, and what dpkg has not yet merged counts")
    func foreign() throws {
        let folder = try ScratchFolder()
        func paragraph(_ name: String, _ arch: String, _ version: String, _ status: String) -> String {
            "Package: \(name)\nStatus: \(status)\nArchitecture: \(arch)\nVersion: \(version)\n\n"
        }
        try folder.write(
            paragraph("dpkg", "amd64", "1.21", "install ok installed")
                + paragraph("libc6", "amd64", "2.36-9", "install ok installed")
                + paragraph("libc6", "i386", "2.36-9", "install ok installed")
                + paragraph("tzdata", "all", "2024a", "install ok installed")
                + paragraph("gone", "amd64", "1", "deinstall ok config-files")
                + paragraph("stuck", "amd64", "1", "install reinstreq half-installed"),
            to: "status"
        )
        var places = DpkgDatabase.Places()
        places.folder = folder.path
        places.extendedStates = folder.appending("extended_states")
        let database = try #require(try DpkgDatabase(places: places))
        func names() throws -> [String: String] {
            Dictionary(
                uniqueKeysWithValues: try database.packages()
                    .map { ($0.name, $1.newest?.description ?? "removed") }
            )
        }
        #expect(
            try names() == [
                "dpkg": "1.21", "libc6": "2.36-9", "libc6.i386": "2.36-9", "tzdata": "2024a",
                "gone": "removed",
            ]
        )
        #expect(try database.packages().values.allSatisfy { $0.reason == nil })

        try folder.write(
            "Package: libc6\nArchitecture: i386\nAuto-Installed: 1\n\nPackage: tzdata\nArchitecture: amd64\nAuto-Installed: 1\n",
            to: "extended_states"
        )
        let packages = try database.packages()
        #expect(packages[try ResourceKey("package:libc6.i386")]?.reason == .dependency)
        #expect(packages[try ResourceKey("package:libc6")]?.reason == .user)
        #expect(packages[try ResourceKey("package:tzdata")]?.reason == .dependency)

        try folder.makeDirectory("updates")
        try folder.write(paragraph("tzdata", "all", "2024b", "install ok unpacked"), to: "updates/0000")
        try folder.write(paragraph("tzdata", "all", "2024b", "install ok installed"), to: "updates/0001")
        try folder.write(
            paragraph("libc6", "i386", "2.36-9", "deinstall ok config-files"),
            to: "updates/0002"
        )
        try folder.write("not one of dpkg's", to: "updates/tmp.i")
        #expect(
            try names() == [
                "dpkg": "1.21", "libc6": "2.36-9", "libc6.i386": "removed", "tzdata": "2024b",
                "gone": "removed",
            ]
        )

        try folder.write("i386\namd64\n", to: "arch")
        let other = try #require(try DpkgDatabase(places: places))
        #expect(try other.packages().keys.contains { $0.name == "libc6.amd64" })
    }

    @Test("a database that is missing is none, and one that cannot be read is an error")
    func missing() throws {
        let folder = try ScratchFolder()
        var places = DpkgDatabase.Places()
        places.folder = folder.appending("none")
        #expect(try DpkgDatabase(places: places) == nil)
        places.folder = folder.path
        try folder.makeDirectory("status")
        let error = #expect(throws: ComponentsError.self) { try DpkgDatabase(places: places) }
        #expect(error?.code == .packageDatabaseUnreadable)
        #expect(error?.subject == folder.path.string)
    }

    @Test("a status file that is cut short or full of noise never crashes the reader")
    func noise() throws {
        let folder = try ScratchFolder()
        var places = DpkgDatabase.Places()
        places.folder = folder.path
        places.extendedStates = folder.appending("none")
        let good = Array(
            "Package: a\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0\nConffiles:\n /etc/a 0\n\n"
                .utf8
        )
        var random = SystemRandomNumberGenerator()
        for round in 0..<300 {
            var bytes = good + good
            for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8(round & 255) }
            bytes.removeLast(round % bytes.count)
            try folder.write(bytes, to: "status")
            guard let database = try DpkgDatabase(places: places) else { continue }
            do {
                _ = try database.packages()
                _ = try database.shippedFiles(under: ["/"], of: nil)
            } catch {
                #expect(error.code == .packageDatabaseUnreadable)
            }
        }
    }

    @Test("only the status file is a hint")
    func hints() throws {
        guard let database = try DpkgDatabase() else { return }
        #expect(database.isHint(name: Array("status".utf8)))
        for name in ["status-new", "status-old", "lock", "lock-frontend", "available"] {
            #expect(!database.isHint(name: Array(name.utf8)))
        }
        #expect(database.hintDirectory == "/var/lib/dpkg")
    }
}

extension String {
    fileprivate var trimmed: String { String(split(whereSeparator: \.isNewline).first ?? "") }
}
