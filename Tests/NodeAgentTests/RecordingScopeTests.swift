import FileWatching
import Foundation
import RecordingRules
import Synchronization
import SystemPackage
import Testing

@testable import NodeAgent

@Suite("What is recorded of homes")
struct RecordingScopeTests {
    @Test("a home that is nobody's any more is recorded as long as it is there, and then looked at once more")
    func formerHomes() throws {
        let home = FileManager.default.temporaryDirectory.appending(path: "weft-former-home-\(UUID())")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: home) }
        let frank = LocalAccount(name: "frank", uid: 1800, home: FilePath(home.path))
        let accounts = Mutex([frank])
        let scope = try RecordingScope(
            settings: NodeSettings(),
            ignore: IgnoreRules(yaml: "[]", file: "ignore.yaml"),
            packages: nil,
            accounts: { accounts.withLock { $0 } }
        )
        let roots = scope.roots
        #expect(roots.contains { $0.path == frank.home })
        accounts.withLock { $0 = [] }
        var seen = try scope.refresh()
        #expect(!seen.isChanged)
        #expect(seen.gone.isEmpty)
        #expect(scope.roots == roots)
        try FileManager.default.removeItem(at: home)
        seen = try scope.refresh()
        #expect(seen.isChanged)
        #expect(seen.gone.contains(frank.home.appending(".ssh/authorized_keys")))
        #expect(!scope.roots.contains { $0.path == frank.home })
    }
}
