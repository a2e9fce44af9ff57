import FabricAPI
import FabricClient
import FabricModel
import FoundationEssentials
import NodeControl
import Testing
import TrialFabric

/// What nodes do with a server that was restored from a backup.
@Suite struct RestoredServerTests {
    private let fabric: TrialLoop
    private var backup: URL { fabric.folder["backup"] }
    private var tree: String { fabric.folder["tree"].path }

    init() throws {
        fabric = try TrialLoop()
    }

    /// Stops the server, puts the backup in its place and starts it again where it was.
    private func restore() throws {
        #expect(fabric.server.stop())
        let said = try fabric.server.restore(backup)
        #expect(said.contains("is kept as"), "\(said)")
        try fabric.server.start()
    }

    private func commit(_ number: Int) throws {
        try fabric.folder.write("\(number)\n", to: "tree/file-\(number)")
        try fabric.node.control.barrier()
        _ = try fabric.node.control.commit(CommitRequest(message: "commit \(number)"))
    }

    private func waitUntilSent() throws {
        _ = try eventually("that everything is sent") {
            try fabric.node.control.status().unsentCommits == 0 ? true : nil
        }
    }

    @Test("after a backup, 100 commits and a restore nothing is lost and nothing doubled")
    func commits() throws {
        try fabric.start()
        for number in 1...5 { try commit(number) }
        try waitUntilSent()
        let early = try fabric.admin.queue()
        try fabric.server.backUp(to: backup)
        // Decisions on both sides of the backup, which the restored server does not know.
        for queued in early.prefix(2) { _ = try fabric.admin.approve(queued.id.text, Approval()) }
        for number in 6...105 { try commit(number) }
        try waitUntilSent()
        let before = try fabric.admin.queue()
        #expect(before.count == 103)
        _ = try eventually("that the node knows the decisions") {
            try fabric.node.control.status().heldResourceCount == 103 ? true : nil
        }

        try restore()
        let queue = try eventually("that the restored server has all commits", within: 120) {
            let queue = try fabric.admin.queue()
            return queue.count == 105 ? queue : nil
        }
        #expect(queue.map(\.message) == (1...105).map { "commit \($0)" })
        #expect(queue.suffix(100).map(\.id) == before.suffix(100).map(\.id))
        for number in [6, 105] {
            let digest = ContentDigest.sha256("\(number)\n".utf8)
            #expect(try fabric.admin.content(digest) == Array("\(number)\n".utf8))
        }
        try waitUntilSent()
        // What was approved after the backup is undecided again on both sides, and can be decided.
        _ = try eventually("that the node has forgotten the decisions") {
            try fabric.node.control.status().heldResourceCount == 105 ? true : nil
        }
        _ = try fabric.admin.approve(queue[0].id.text, Approval())
        _ = try eventually("that the node knows the new decision") {
            try fabric.node.control.status().heldResourceCount == 104 ? true : nil
        }
        try commit(106)
        _ = try eventually("that commits go on") {
            try fabric.admin.queue().last?.message == "commit 106" ? true : nil
        }
    }

    private func set(_ tag: TagName, _ name: String, _ text: String) throws {
        let root = AccountReference(name: "root", id: 0)
        let digest = try fabric.admin.upload(Array(text.utf8))
        let content = FileContent(digest: digest, size: UInt64(text.utf8.count))
        let state = FileState(type: .regular, mode: 0o644, owner: root, group: root, content: content)
        let key = try ResourceKey("file:\(tree)/\(name)")
        _ = try fabric.admin.edit(tag, EditTag(items: [.init(key: key, entry: .file(state))], message: name))
    }

    private func wait(for name: String, _ text: String) throws {
        _ = try eventually("\(name) becoming \(text)") {
            try String(contentsOf: fabric.folder["tree/\(name)"], encoding: .utf8) == text ? true : nil
        }
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOf: fabric.folder["tree/\(name)"], encoding: .utf8)
    }

    private func warning() throws -> HealthWarning? {
        try fabric.node.control.status().warnings.first { $0.code == "configuration-goes-back" }
    }

    @Test("after a backup, an approval and a restore nothing on the node changes until it is confirmed there")
    func goingBack() throws {
        let web = try TagName("web")
        try fabric.start(settings: "policy: apply")
        try fabric.admin.createTag(web)
        try fabric.admin.include([web], in: "trial")
        try set(web, "file", "one\n")
        try wait(for: "file", "one\n")
        try fabric.server.backUp(to: backup)
        try set(web, "file", "two\n")
        try wait(for: "file", "two\n")

        try restore()
        let shown = try eventually("the warning") { try warning() }
        #expect(shown.message.contains("web (known at 2, there at 1)"), "\(shown.message)")
        #expect(shown.message.contains("restored from a backup"))
        // As many revisions as before, and more, are still another history.
        for text in ["three\n", "four\n"] {
            try set(web, "other", text)
            let revision = try fabric.admin.tag(web).tag.revision
            let message = "there at \(revision))"
            let told: Bool = try eventually("that the node was told of \(revision)") {
                try warning()?.message.contains(message) == true ? true : nil
            }
            #expect(told)
        }
        try fabric.node.control.rescan()
        #expect(try text("file") == "two\n")
        try fabric.node.stop()
        try fabric.node.start()
        _ = try eventually("the warning after a restart") { try self.warning() }
        #expect(try text("file") == "two\n")
        #expect(!FileManager.default.fileExists(atPath: fabric.folder["tree/other"].path))

        let confirmed = try fabric.node.weft("confirm")
        #expect(confirmed.text == "web is followed back from 2 to 3.\n", "\(confirmed.errors)")
        try wait(for: "file", "one\n")
        try wait(for: "other", "four\n")
        #expect(try self.warning() == nil)
        #expect(try fabric.node.weft("confirm").text == "Nothing waits to be confirmed.\n")
        try set(web, "file", "five\n")
        try wait(for: "file", "five\n")
    }

    @Test("a restore of a backup that has all that the node knows changes nothing and warns of nothing")
    func nothingLost() throws {
        let web = try TagName("web")
        try fabric.start(settings: "policy: apply")
        try fabric.admin.createTag(web)
        try fabric.admin.include([web], in: "trial")
        try set(web, "file", "one\n")
        try wait(for: "file", "one\n")
        try fabric.server.backUp(to: backup)
        try restore()
        try set(web, "file", "two\n")
        try wait(for: "file", "two\n")
        #expect(try warning() == nil)
    }
}
