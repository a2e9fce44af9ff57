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
