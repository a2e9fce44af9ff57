import Components
import Crypto
import FabricModel
import FoundationEssentials
import Journal
import LinuxSystem
import NodeControl
import RecordingRules
import SystemPackage
import Testing

@testable import NodeAgent

@Suite final class RestorationTests {
    private let folder: URL
    private let file: URL
    private let journal: Journal
    private let files: FileComponent

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weft-restoration-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        file = folder.appending(path: "file")
        journal = try Journal(folder: FilePath(folder.appending(path: "journal").path))
        files = FileComponent(
            secrets: try SecretRules(yaml: "paths: []", file: "secrets.yaml"),
            key: SymmetricKey(size: .bits256),
            contentLimit: 1 << 20,
            accounts: AccountNames()
        )
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func write(_ text: String) throws -> Observation {
        try Data(text.utf8).write(to: file)
        return try #require(try files.observe(FilePath(file.path)))
    }

    private func change() throws -> Change {
        let before = try write("before\n")
        try journal.recordBaseline([before])
        try journal.markBaselineComplete(at: Timestamp(seconds: 1))
        let after = try write("after\n")
        return Change(
            key: after.key,
            before: before.state,
            after: after.state,
            at: Timestamp(seconds: 2),
            actor: .unknown,
            isLate: false
        )
    }

    private var restoration: Restoration {
        Restoration(journal: journal, components: ComponentTable(all: [files]))
    }

    @Test("the recorded change is undone")
    func undone() throws {
        let change = try change()
        try restoration.restore(change)
        #expect(try String(contentsOf: file, encoding: .utf8) == "before\n")
    }

    @Test("an edit that was not recorded yet is not replaced")
    func unseen() throws {
        let change = try change()
        _ = try write("an edit that nobody has seen\n")
        let error = #expect(throws: NodeControlError.self) { try restoration.restore(change) }
        #expect(error?.code == .changedMeanwhile)
        #expect(try String(contentsOf: file, encoding: .utf8) == "an edit that nobody has seen\n")
    }

    @Test("a file that came back after its removal was recorded is not replaced")
    func cameBack() throws {
        var change = try change()
        change.after = .absent
        let error = #expect(throws: NodeControlError.self) { try restoration.restore(change) }
        #expect(error?.code == .changedMeanwhile)
        #expect(try String(contentsOf: file, encoding: .utf8) == "after\n")
    }

    @Test("what is not kept is not thrown away")
    func notKept() throws {
        var change = try change()
        guard case .file(var after) = change.after else { return }
        after.content?.withheld = .secret(rule: "a-rule")
        change.after = .file(after)
        change.before = .absent
        let error = #expect(throws: NodeControlError.self) { try restoration.restore(change) }
        #expect(error?.code == .contentNotKept)
        #expect(error?.message.contains("'a-rule'") == true)
        #expect(try String(contentsOf: file, encoding: .utf8) == "after\n")
    }
}
