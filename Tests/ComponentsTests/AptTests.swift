import FabricModel
import Synchronization
import SystemPackage
import Testing

@testable import Components

@Suite struct AptTests {
    /// A repository and a list of what is installed for the real `apt-get`, which only simulates.
    private final class Repository: Sendable {
        private let folder: ScratchFolder

        /// Offers packages, each in version 2, and has some installed in version 1.
        ///
        /// A name may be followed by a colon and what it depends on.
        init(offering offered: [String], installed: [String] = []) throws {
            folder = try ScratchFolder()
            for path in ["etc", "state", "state/lists", "state/lists/partial", "cache", "repository"] {
                try folder.makeDirectory(path)
            }
            try folder.write(
                "deb [trusted=yes] file:\(folder.appending("repository")) ./\n",
                to: "etc/sources.list"
            )
            // A digest is asked for, and never looked at.
            let digest = String(repeating: "0", count: 64)
            let file = "Filename: ./x.deb\nSize: 1\nSHA256: \(digest)"
            try folder.write(Self.list(offered, version: 2, file), to: "repository/Packages")
            try folder.write(
                Self.list(installed, version: 1, "Status: install ok installed"),
                to: "state/status"
            )
            _ = try run("apt-get", ["update", "-q"])
        }

        private static func list(_ packages: [String], version: Int, _ more: String) -> String {
            packages.map { package in
                let parts = package.split(separator: ":")
                let depends = parts.count > 1 ? "Depends: \(parts[1])\n" : ""
                return """
                    Package: \(parts[0])
                    Version: \(version)
                    Architecture: amd64
                    Maintainer: Weft <weft@example.org>
                    Description: sample
                    \(depends)\(more)


                    """
            }
            .joined()
        }

        func run(_ program: String, _ arguments: [String]) throws(ComponentsError) -> ProgramRun.Ended {
            let options = [
                "Dir::Etc=\(folder.appending("etc"))", "Dir::Cache=\(folder.appending("cache"))",
                "Dir::State=\(folder.appending("state"))",
                "Dir::State::status=\(folder.appending("state/status"))", "APT::Architecture=amd64",
                "APT::Architectures=amd64", "APT::Sandbox::User=root",
            ]
            return try ProgramRun.ended(
                program,
                options.flatMap { ["-o", $0] } + arguments,
                time: .seconds(60)
            )
        }

        func affected(by requests: [PackageRequest]) throws -> Set<String> {
            let apt = Apt { program, arguments throws(ComponentsError) in try self.run(program, arguments) }
            return try apt.affected(by: requests)
        }
    }

    private func request(_ name: String, _ wish: PackageWish?) -> PackageRequest {
        PackageRequest(name: name, wish: wish, installed: nil)
    }

    @Test("what comes with a package and goes with it is affected", .enabled(if: Command.exists("apt-get")))
    func affected() throws {
        let repository = try Repository(
            offering: ["web:library", "library", "other"],
            installed: ["app:base", "base", "library"]
        )
        #expect(try repository.affected(by: [request("web", .any)]) == ["web"])
        #expect(try repository.affected(by: [request("library", .any)]) == ["library"])
        #expect(try repository.affected(by: [request("base", nil)]) == ["app", "base"])
        #expect(try repository.affected(by: [request("base", .removed)]) == ["app", "base"])
        #expect(
            try repository.affected(by: [request("other", .any), request("app", nil)]) == ["app", "other"]
        )
        // What has gone meanwhile does not come back for an update.
        func update(_ name: String) throws -> PackageRequest {
            let instance = PackageState.Instance(evr: try PackageVersion("1"), arch: "amd64")
            let installed = PackageState(system: .dpkg, instances: [instance])
            return PackageRequest(name: name, wish: try PackageWish(">=2 if installed"), installed: installed)
        }
        #expect(try repository.affected(by: [update("library")]) == ["library"])
        #expect(try repository.affected(by: [update("web")]) == [])
        let empty = try Repository(offering: ["web:library", "library"])
        #expect(try empty.affected(by: [request("web", .any)]) == ["library", "web"])
        #expect(throws: ComponentsError.self) { try empty.affected(by: [request("none", .any)]) }
    }

    @Test(
        "a name that looks like an order to apt or like a pattern is that of a package",
        .enabled(if: Command.exists("apt-get")),
        arguments: ["g++", "memtest86+", "libstdc++-", "python3.11"]
    )
    func names(name: String) throws {
        let others = ["g", "g+", "memtest86", "libstdc++", "libstdc", "python3x11"]
        let repository = try Repository(offering: others + [name])
        #expect(try repository.affected(by: [request(name, .any)]) == [name])
        #expect(try repository.affected(by: [request(name, .exactly(PackageVersion("2")))]) == [name])
        let installed = try Repository(offering: [], installed: others + [name])
        #expect(try installed.affected(by: [request(name, nil)]) == [name])
        #expect(try installed.affected(by: [request(name, .removed)]) == [name])
        // Where nobody has it, it is none of the others.
        let unknown = try Repository(offering: others, installed: others)
        #expect(throws: ComponentsError.self) { try unknown.affected(by: [request(name, .any)]) }
        #expect(throws: ComponentsError.self) { try unknown.affected(by: [request(name, nil)]) }
    }

    @Test("what is simulated is said in lines for each package")
    func lines() {
        // Lines of `apt-get -s` of apt 2.6.
        let output = """
            NOTE: This is only a simulation!
            Remv nginx [1.22.1-9]
            Purg old:i386 [1]
            Inst libc6:i386 [2.36-8] (2.36-9 Debian:12/stable [i386])
            Inst python3.11 (3.11.2-6 Debian:12/stable [amd64]) []
            Conf libc6:i386 (2.36-9 Debian:12/stable [i386])
            """
        #expect(Apt.affected(in: Array(output.utf8)) == ["nginx", "old.i386", "libc6.i386", "python3.11"])
    }

    @Test("an earlier transaction that was cut off is finished once, and then the program is run again")
    func interrupted() throws {
        // As apt-get of apt 2.6 says it.
        let message =
            "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem. \n"
        let programs = Mutex<[[String]]>([])
        let isMended = Mutex(false)
        let mends = Mutex(true)
        let apt = Apt { program, arguments in
            programs.withLock { $0.append([program] + arguments.suffix(2)) }
            if program == "dpkg" { isMended.withLock { $0 = mends.withLock(\.self) } }
            guard program == "apt-get", !isMended.withLock(\.self) else {
                return ProgramRun.Ended(problem: nil, output: [], messages: [])
            }
            return ProgramRun.Ended(
                problem: "ended with status 100",
                output: [],
                messages: Array(message.utf8)
            )
        }
        try apt.fulfil([request("web", .any)])
        let (asked, mended) = (["apt-get", "--", "web"], ["dpkg", "--configure", "-a"])
        #expect(programs.withLock(\.self) == [asked, mended, asked])

        isMended.withLock { $0 = false }
        mends.withLock { $0 = false }
        programs.withLock { $0 = [] }
        #expect(throws: ComponentsError.self) { try apt.fulfil([request("web", .any)]) }
        #expect(programs.withLock(\.self) == [asked, mended, asked])
    }
}
