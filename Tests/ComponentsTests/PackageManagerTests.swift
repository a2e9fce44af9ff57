import FabricModel
import Synchronization
import Testing

@testable import Components

@Suite("Package managers")
struct PackageManagerTests {
    @Test("dnf's shell fails by what it says, though its status is 0")
    func shell() {
        // As `dnf -y -q shell` of dnf 4.14 prints where no repository has the package.
        let messages = "Error: Unable to find a match: none\n"
        let unknown = ProgramRun.Ended(problem: nil, output: [], messages: Array(messages.utf8))
        #expect(DNF.problem(unknown) == "failed: Unable to find a match: none")
        // As where what a package needs is nowhere.
        let unsolved =
            "Error: \n Problem: conflicting requests\n  - nothing provides b needed by a-1-1.noarch\n"
        #expect(
            DNF.problem(ProgramRun.Ended(problem: nil, output: [], messages: Array(unsolved.utf8)))
                == "failed: Problem: conflicting requests | - nothing provides b needed by a-1-1.noarch"
        )
        let warned = ProgramRun.Ended(problem: nil, output: [], messages: Array("Warning: Error: no\n".utf8))
        #expect(DNF.problem(warned) == nil)
        let broken = ProgramRun.Ended(problem: "ended with status 1", output: [], messages: Array("no".utf8))
        #expect(DNF.problem(broken) == "ended with status 1: no")
    }

    @Test("dnf's table names what a transaction would touch, and nothing that is skipped")
    func table() throws {
        // Printed by `dnf --assumeno shell` of dnf 4.14 into a file, without the blanks at the ends of lines; what is
        // removed as unused is put in by its title in dnf, and what is skipped is from another transaction.
        let output = """
            Last metadata expiration check: 0:00:23 ago on Thu Nov 26 07:39:07 2026.
            No match for argument: none
            ================================================================================
             Package     Architecture  Version                              Repo       Size
            ================================================================================
            Installing:
             newa        noarch        3-1                                  x         5.4 k
                 replacing  a.noarch 1-1.fc39.some.long.release
            Removing:
             app         noarch        1-1.fc39.some.long.release           @x          0
            Removing unused dependencies:
             liba        i686          2-1                                  @x          0
            Skipping packages with broken dependencies:
             example-web                   noarch          2.0-1           x          8.4 k

            Transaction Summary
            ================================================================================
            Install  1 Package
            Remove   2 Packages

            Total size: 5.4 k
            Dependencies resolved.
            Nothing to do.
            Complete!
            """
        #expect(
            Set(DNFTransactionLine.lines(of: Array(output.utf8)).flatMap(\.names)) == [
                "newa", "newa.noarch", "a", "a.noarch", "app", "app.noarch", "liba", "liba.i686",
            ]
        )
    }

    @Test("that nothing was run is no problem where nothing was to be run, and another error is one")
    func dryRun() {
        let aborted = "Error: Operation aborted."
        func problem(_ messages: String, _ status: String? = nil) -> String? {
            let ended = ProgramRun.Ended(problem: status, output: [], messages: Array(messages.utf8))
            return DNF.problem(ended, expecting: aborted)
        }
        #expect(problem("\(aborted)\n") == nil)
        #expect(problem("\(aborted)\n", "ended with status 1") == nil)
        #expect(problem("", "ended with status 1") != nil)
        let unknown = "Error: Unable to find a match: none"
        #expect(problem("\(unknown)\n\(aborted)\n") == "failed: Unable to find a match: none")
    }

    /// A dnf on whose machine `tools` needs `common`.
    private func dnf(chosen: String, _ ran: @escaping @Sendable ([String]) -> Void) -> DNF {
        DNF { _, arguments in
            ran(arguments)
            guard arguments.first != "-y" else { return ProgramRun.Ended(output: [], messages: []) }
            // Printed by `dnf --assumeno shell` of dnf 4.14, and by `dnf -q repoquery --userinstalled`.
            let table = """
                Removing:
                 example-common          noarch          2.0-1             @weft           65
                Removing dependent packages:
                 example-tools           noarch          1.1-1             @weft           50
                Removing unused dependencies:
                 example-data            noarch          1.0-1             @weft           50

                Transaction Summary
                Remove  3 Packages
                Error: Operation aborted.
                """
            let output = arguments.contains("repoquery") ? chosen : table
            return ProgramRun.Ended(output: Array(output.utf8), messages: [])
        }
    }

    @Test("dnf takes nobody's package away with another one, and what nobody chose it does")
    func dependants() throws {
        let programs = Mutex<[[String]]>([])
        func names(_ requests: [PackageRequest], chosen: String) throws -> [String] {
            programs.withLock { $0 = [] }
            let dnf = dnf(chosen: chosen) { arguments in programs.withLock { $0.append(arguments) } }
            try dnf.fulfil(requests)
            return programs.withLock(\.self).compactMap(\.first)
        }
        let common = try request("example-common", nil, installed: "2.0-1", .rpm)
        let tools = try request("example-tools", "removed", installed: "1.1-1", .rpm)
        let error = #expect(throws: ComponentsError.self) {
            try names([common], chosen: "bash.x86_64\nexample-tools.noarch\n")
        }
        #expect(error?.code == .cannotChange)
        #expect(error?.subject == "example-tools")
        #expect(error?.message.contains("example-tools needs example-common and would go too") == true)
        #expect(programs.withLock { !$0.contains { $0.first == "-y" } })
        #expect(try names([common], chosen: "bash.x86_64\n") == ["--assumeno", "-q", "-y"])
        #expect(try names([common, tools], chosen: "") == ["--assumeno", "-y"])
        let update = try request("example-common", ">=2.0-1", installed: "1.0-1", .rpm)
        #expect(try names([update], chosen: "") == ["-y"])
    }

    private func request(
        _ name: String,
        _ wish: String?,
        installed: String? = nil,
        _ system: PackageSystem
    ) throws -> PackageRequest {
        PackageRequest(
            name: name,
            wish: try wish.map { try PackageWish($0) },
            installed: try installed.map {
                PackageState(system: system, instances: [.init(evr: try PackageVersion($0), arch: "x")])
            }
        )
    }

    @Test(
        "apt is told names, versions and what is to go",
        arguments: [
            ("nginx", "any", nil, "nginx"), ("nginx", ">=1.22", "1.18", "nginx"),
            ("nginx", ">=1.22 if installed", "1.18", "nginx"),
            ("nginx", "=1.22-9", nil, "nginx=1.22-9"), ("nginx", nil, "1.22", "nginx-"),
            ("nginx", "removed", "1.22", "nginx-"),
            ("libc6.i386", "any", nil, "libc6:i386"), ("python3.11", "any", nil, "python3.11"),
        ] as [(String, String?, String?, String)]
    )
    func apt(name: String, wish: String?, installed: String?, argument: String) throws {
        #expect(try Apt.argument(request(name, wish, installed: installed, .dpkg)) == argument)
    }

    @Test(
        "dnf is told by a line each, and what is there is upgraded, so that its reason stays",
        arguments: [
            ("nginx", "any", nil, "install nginx"), ("nginx", ">=1.22-1", nil, "install nginx"),
            ("nginx", ">=1.22-1", "1.18-1", "upgrade nginx"),
            ("nginx", ">=1.22-1 if installed", "1.18-1", "upgrade nginx"),
            ("nginx", ">=1.22-1 if installed", nil, "upgrade nginx"),
            ("nginx", "=1.22-1", "1.18-1", "install nginx-1.22-1"),
            ("nginx", "=1.18-1", "1.22-1", "downgrade nginx-1.18-1"),
            ("nginx", nil, "1.22-1", "remove nginx"), ("nginx", "removed", "1.22-1", "remove nginx"),
            ("glibc.i686", "any", nil, "install glibc.i686"),
        ] as [(String, String?, String?, String)]
    )
    func dnf(name: String, wish: String?, installed: String?, line: String) throws {
        #expect(try DNF.line(request(name, wish, installed: installed, .rpm)) == line)
    }
}
