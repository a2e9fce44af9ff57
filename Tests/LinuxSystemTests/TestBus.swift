import Foundation
import Glibc
import SystemPackage
import Testing

/// A D-Bus message bus of a test's own, ended with it.
final class TestBus {
    let address: String
    private let daemon = Process()

    static let isInstalled = access("/usr/bin/dbus-daemon", X_OK) == 0

    init(_ folder: TestFolder) throws {
        let output = Pipe()
        daemon.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        daemon.arguments = [
            "dbus-daemon", "--session", "--nofork", "--print-address",
            "--address=unix:path=\(folder("bus").string)",
        ]
        daemon.standardOutput = output
        try daemon.run()
        // The daemon listens when it says where.
        let line = output.fileHandleForReading.availableData
        address = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        try #require(!address.isEmpty)
    }

    /// Ends the bus.
    func end() {
        // A signal that can be caught may be blocked in what a test starts.
        kill(daemon.processIdentifier, SIGKILL)
        daemon.waitUntilExit()
    }

    deinit {
        end()
    }
}
