import FabricModel
import Testing

@testable import Components

@Suite("Package managers")
struct PackageManagerTests {
    @Test("dnf's shell fails by what it says, though its status is 0")
    func shell() {
        // As `dnf -y -q shell` of dnf 4.14 prints where no repository has the package.
        let messages = "Error: Unable to find a match: none\n"
        let unknown = ProgramRun.Ended(problem: nil, output: [], messages: Array(messages.utf8))
        #expect(DNF.problem(unknown) == "ended with status 0: Error: Unable to find a match: none")
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
            DNF.affected(in: Array(output.utf8)) == [
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
        #expect(problem("\(unknown)\n\(aborted)\n") == "ended with status 0: \(unknown)")
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
