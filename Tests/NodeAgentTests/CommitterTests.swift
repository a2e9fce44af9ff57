import FabricModel
import FoundationEssentials
import Journal
import Logging
import NodeControl
import SystemPackage
import Testing

@testable import NodeAgent

@Suite final class CommitterTests {
    private let folder: URL
    private let journal: Journal
    private let committer: Committer

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weft-committer-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = FilePath(folder.path)
        journal = try Journal(folder: path.appending("journal"))
        try journal.markBaselineComplete(at: Timestamp(seconds: 1))
        committer = Committer(
            journal: journal,
            identity: try NodeIdentity(folder: path, name: NodeName("web1"), now: Timestamp(seconds: 1)),
            feedback: FeedbackPreparation(
                components: ComponentTable(all: []),
                consequences: nil,
                journal: journal
            ),
            batch: FeedbackBatch(),
            time: SystemTime(),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            pieceSize: 2,
            onCommit: {}
        )
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func record(_ path: String, _ text: String?) throws {
        let key = try ResourceKey("file:\(path)")
        guard let text else {
            try journal.record([Observation(key: key, state: .absent)], at: Timestamp(seconds: 2))
            return
        }
        let root = AccountReference(name: "root", id: 0)
        let bytes = Array(text.utf8)
        let content = FileContent(digest: .sha256(bytes), size: UInt64(bytes.count))
        let state = FileState(type: .regular, mode: 0o644, owner: root, group: root, content: content)
        try journal.record(
            [Observation(key: key, state: .file(state), content: bytes)],
            at: Timestamp(seconds: 2)
        )
    }

    @Test("a large batch becomes commits of a piece each, and what came to nothing is closed")
    func pieces() throws {
        for name in ["a", "b", "c", "d", "e"] { try record("/etc/\(name)", name) }
        try record("/etc/b", "changed twice")
        try record("/etc/c", nil)
        let made = try committer.commit(.manual, message: "five files")
        #expect(made.map(\.changes) == [2, 1, 1])
        let commits = try journal.outbox(limit: 10)
        #expect(commits.map(\.id) == made.map(\.id))
        #expect(
            commits.map { $0.changes.map(\.key.name) }
                == [["/etc/a", "/etc/b"], ["/etc/d"], ["/etc/e"]]
        )
        #expect(try journal.openChanges().isEmpty)
    }

    @Test("only what is selected is committed, wherever it stands in the batch")
    func selection() throws {
        for name in ["a", "b", "c", "d", "e/f", "e/g"] { try record("/etc/\(name)", name) }
        let selection = try [ResourceSelection("/etc/e"), ResourceSelection("/etc/b")]
        let made = try committer.commit(.manual, selection: selection)
        #expect(made.map(\.changes) == [1, 2])
        #expect(try journal.openChanges().map(\.change.key.name) == ["/etc/a", "/etc/c", "/etc/d"])
    }
}
