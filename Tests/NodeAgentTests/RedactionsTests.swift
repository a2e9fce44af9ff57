import Crypto
import FabricModel
import Foundation
import Journal
import LinuxSystem
import Logging
import SystemPackage
import Testing

@testable import NodeAgent

@Suite("Redactions on the node")
struct RedactionsTests {
    private let digest = ContentDigest.sha256("hush".utf8)

    private func redactions(_ journal: Journal) throws -> Redactions {
        try Redactions(
            journal: journal,
            key: SymmetricKey(size: .bits256),
            time: SystemTime(),
            warnings: WarningBoard(),
            log: Logger(label: "test")
        )
    }

    @Test("a file that had the content is secret, and one that gets it becomes so, also after a restart")
    func secret() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weft-redactions-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }
        let journal = try Journal(folder: FilePath(folder.path))
        let root = AccountReference(name: "root", id: 0)
        let state = FileState(
            type: .regular,
            mode: 0o600,
            owner: root,
            group: root,
            content: FileContent(digest: digest, size: 4)
        )
        let key = try ResourceKey("file:/etc/a b")
        try journal.recordBaseline([
            Observation(key: key, state: .file(state), fingerprint: nil, content: Array("hush".utf8))
        ])
        let redactions = try redactions(journal)
        #expect(!redactions.isSecret("/etc/a b", digest))
        try redactions.forget([digest, digest])
        #expect(redactions.isSecret("/etc/a b", nil))
        #expect(!redactions.isSecret("/etc/c", nil))
        #expect(!redactions.isSecret("/etc/c", .sha256("other".utf8)))
        #expect(redactions.isSecret("/etc/c", digest))
        #expect(redactions.isSecret("/etc/c", nil))
        #expect(try !journal.holds(digest))
        let again = try self.redactions(journal)
        for path in ["/etc/a b", "/etc/c"] as [FilePath] { #expect(again.isSecret(path, nil)) }
        #expect(again.isSecret("/etc/d", digest))
    }
}
