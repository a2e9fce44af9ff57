import FoundationEssentials
import Glibc
import SystemPackage
import Testing
import TrialFabric

/// A D-Bus message bus of a test's own, ended with it.
final class TestBus {
    let address: String
    private let daemon: RunningProgram

    static let isInstalled = access("/usr/bin/dbus-daemon", X_OK) == 0

    init(_ folder: TestFolder) throws {
        let daemon = try RunningProgram(
            URL(filePath: "/usr/bin/dbus-daemon"),
            [
                "--session", "--nofork", "--print-address",
                "--address=unix:path=\(folder("bus").string)",
            ],
            log: URL(filePath: folder("bus.log").string)
        )
        self.daemon = daemon
        // The daemon listens when it says where, and may complain afterwards.
        address = try eventually("the bus's start") { () -> String? in
            let lines = daemon.output.split(separator: "\n", omittingEmptySubsequences: false)
            return lines.count > 1 ? lines.first.map(String.init) : nil
        }
    }

    /// Ends the bus.
    func end() {
        // A signal that can be caught may be blocked in what a test starts.
        daemon.signal(SIGKILL)
        _ = daemon.wait(seconds: 10)
    }

    deinit {
        end()
    }
}
