import FabricAPI
import FabricClient
import FabricModel
import FoundationEssentials
import NodeControl
import Testing
import TrialFabric

@Suite struct ConvergenceTests {
    private let fabric: TrialLoop
    private let tag: TagName

    init() throws {
        fabric = try TrialLoop()
        tag = try TagName("web")
        try fabric.start(settings: "policy: apply")
        try fabric.admin.createTag(tag)
        try fabric.admin.include([tag], in: "trial")
    }

    private func key(_ name: String) throws -> ResourceKey {
        try ResourceKey("file:\(fabric.folder["tree"].path)/\(name)")
    }

    private func set(_ name: String, _ text: String?, mode: UInt16 = 0o644) throws {
        let root = AccountReference(name: "root", id: 0)
        var entry = Entry.absent
        if let text {
            let digest = try fabric.admin.upload(Array(text.utf8))
            let content = FileContent(digest: digest, size: UInt64(text.utf8.count))
            let state = FileState(type: .regular, mode: mode, owner: root, group: root, content: content)
            entry = .file(state)
        }
        let edit = EditTag(items: [.init(key: try key(name), entry: entry)], message: "set \(name)")
        _ = try fabric.admin.edit(tag, edit)
    }

    private func text(_ name: String) -> String? {
        try? String(contentsOf: fabric.folder["tree/\(name)"], encoding: .utf8)
    }

    private func wait(for name: String, _ text: String?) throws {
        _ = try eventually("\(name) becoming \(text ?? "absent")") { self.text(name) == text ? true : nil }
    }

    @Test("a node becomes what its tags say, and its own writes are no drift")
    func applied() throws {
        try set("new/deep/file", "one\n", mode: 0o640)
        try wait(for: "new/deep/file", "one\n")
        try set("new/deep/file", "two\n")
        try wait(for: "new/deep/file", "two\n")
        try set("new/deep/file", nil)
        try wait(for: "new/deep/file", nil)
        try fabric.node.control.barrier()
        let status = try fabric.node.control.status()
        #expect(status.state == .clean)
        #expect(status.openChangeCount == 0)
        #expect(status.warnings.isEmpty)
        let log = try fabric.node.control.log()
        #expect(log.allSatisfy { $0.state == .settled && $0.actor.name == "weft" })
        #expect(log.first?.actor.evidence == "applied web@3")
    }

    @Test("what an admin changed and nobody has decided is not overwritten, and what was approved is kept")
    func held() throws {
        try set("file", "from the tag\n")
        try wait(for: "file", "from the tag\n")
        try fabric.folder.write("an admin's\n", to: "tree/file")
        try fabric.node.control.barrier()
        try set("file", "newer from the tag\n")
        try set("other", "x\n")
        try wait(for: "other", "x\n")
        #expect(text("file") == "an admin's\n")

        _ = try fabric.node.control.commit()
        let queued = try fabric.queued()
        try set("other", "y\n")
        try wait(for: "other", "y\n")
        #expect(text("file") == "an admin's\n")
        _ = try fabric.admin.approve(queued.id.text, Approval(into: TagName(ownTagOf: NodeName("trial"))))
        try set("other", "z\n")
        try wait(for: "other", "z\n")
        #expect(text("file") == "an admin's\n")
    }

    @Test("a step that fails says why, the others go on, and it is shown until it is mended")
    func failed() throws {
        let owner = AccountReference(name: "nobody-here", id: 65_000)
        let root = AccountReference(name: "root", id: 0)
        let directory = FileState(type: .directory, mode: 0o755, owner: owner, group: root)
        let edit = EditTag(items: [.init(key: try key("a"), entry: .file(directory))], message: "a")
        _ = try fabric.admin.edit(tag, edit)
        try set("b", "x\n")
        try wait(for: "b", "x\n")
        let status = try eventually("the failure") {
            let status = try fabric.node.control.status()
            return status.failedSteps == 1 ? status : nil
        }
        #expect(status.state == .failed)
        let told = try eventually("the server's knowledge of it") {
            let node = try fabric.admin.node("trial")
            return node.state == .failed ? node.convergence?.report : nil
        }
        #expect(told.failures.map(\.key) == [try key("a")])
        #expect(told.failures.first?.message.contains("'nobody-here' does not exist") == true)
        let plan = try fabric.node.control.plan()
        #expect(plan.steps.map(\.fate) == [.failed])
        #expect(plan.steps.first?.message?.contains("'nobody-here' does not exist") == true)
        _ = try fabric.admin.edit(
            tag,
            EditTag(items: [.init(key: try key("a"), entry: nil)], message: "leave it")
        )
        _ = try eventually("the end of it") {
            try fabric.node.control.status().state == .clean ? true : nil
        }
        _ = try eventually("that the server knows") {
            try fabric.admin.node("trial").state == .clean ? true : nil
        }
    }

    @Test("a node that observes shows what would be done and does nothing")
    func observing() throws {
        let other = try TrialLoop()
        try other.start()
        try other.admin.createTag(tag)
        try other.admin.include([tag], in: "trial")
        let key = try ResourceKey("file:\(other.folder["tree"].path)/gone")
        try other.folder.write("x\n", to: "tree/gone")
        try other.node.control.barrier()
        _ = try other.node.control.commit()
        _ = try other.admin.approve(other.queued().id.text, Approval(into: tag))
        _ = try other.admin.edit(tag, EditTag(items: [.init(key: key, entry: .absent)], message: "remove it"))
        let plan = try eventually("the plan") {
            let plan = try other.node.control.plan()
            return plan.steps.isEmpty ? nil : plan
        }
        #expect(plan.policy == .observe)
        #expect(plan.steps.map(\.wanted) == ["absent"])
        #expect(try other.node.control.status().state == .drifted)
        _ = try eventually("that the server knows") {
            let node = try other.admin.node("trial")
            return node.state == .drifted && node.convergence?.report.toDo == 1 ? true : nil
        }
        #expect(FileManager.default.fileExists(atPath: other.folder["tree/gone"].path))
        #expect(try other.node.weft("plan").text.contains("it only observes"))
    }

    @Test("a paused tag changes nothing until it is resumed, and the node says who paused it and why")
    func paused() throws {
        try set("file", "one\n")
        try wait(for: "file", "one\n")
        _ = try fabric.admin.pause(tag, reason: "look first")
        let warning = try eventually("the pause") {
            try fabric.node.control.status().warnings.first { $0.code == "paused" }
        }
        #expect(
            warning.message.hasSuffix(
                "has paused the nodes of web: look first ('weft resume web' lets it go on)"
            )
        )
        try set("file", "two\n")
        _ = try eventually("the plan") { try fabric.node.control.plan().steps.first }
        #expect(text("file") == "one\n")
        #expect(try fabric.node.control.plan().steps.map(\.fate) == [.paused])
        #expect(try fabric.admin.tag(tag).tag.pause?.reason == "look first")
        try fabric.admin.resume(tag)
        try wait(for: "file", "two\n")
        #expect(try fabric.node.control.status().warnings.isEmpty)
    }
}
