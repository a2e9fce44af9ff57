import FabricAPI
import FabricClient
import FabricModel
import FoundationEssentials
import NodeControl
import Testing
import TrialFabric

/// A node that converges beside another one that only the test plays.
@Suite struct BrakeTests {
    private let fabric: TrialLoop
    private let web: TagName
    private let base: TagName
    private let other: NodeID
    /// Asks as the other node.
    private let client: FabricClient

    init() throws {
        fabric = try TrialLoop()
        web = try TagName("web")
        base = try TagName("base")
        try fabric.start(settings: "policy: apply")
        let played = try fabric.server.enrol("other")
        (other, client) = (played.id, played.client)
        for tag in [web, base] { try fabric.admin.createTag(tag) }
        try fabric.admin.limit(web, to: 1)
        for node in ["trial", "other"] { try fabric.admin.include([web, base], in: node) }
    }

    private func path(_ name: String) -> URL { fabric.folder["tree"].appending(path: name) }

    /// Has a tag want a directory.
    private func want(_ name: String, _ tag: TagName) throws {
        let root = AccountReference(name: "root", id: 0)
        let state = FileState(type: .directory, mode: 0o755, owner: root, group: root)
        let key = try ResourceKey("file:\(path(name).path)")
        let edit = EditTag(items: [.init(key: key, entry: .file(state))], message: name)
        _ = try fabric.admin.edit(tag, edit)
    }

    private func wait(for name: String) throws {
        _ = try eventually("\(name) being there") {
            FileManager.default.fileExists(atPath: path(name).path) ? true : nil
        }
    }

    /// Has the other node take the slot of a tag.
    private func take(_ tag: TagName) throws {
        guard case .whole(let configuration)? = try client.configuration(of: other) else {
            throw TrialError("there is no configuration")
        }
        let answer = try client.takeSlots(
            SlotRequest(tags: [tag], configuration: configuration.etag),
            of: other
        )
        guard case .granted = answer else { throw TrialError("the slot is not free: \(answer)") }
    }

    @Test(
        "a node that waits for one tag's slot converges to its other tags, says so, and to that one in its turn"
    )
    func waiting() throws {
        try want("first", web)
        try wait(for: "first")
        _ = try eventually("the free slot") { try? take(web) }
        try want("second", web)
        try want("third", base)
        try wait(for: "third")
        #expect(!FileManager.default.fileExists(atPath: path("second").path))
        let step = try eventually("the plan") {
            try fabric.node.control.plan().steps.first { $0.fate == .waiting }
        }
        #expect(step.key.name == path("second").path)
        #expect(step.message?.contains("web: other") == true)
        let told = try eventually("that the server knows") {
            let node = try fabric.admin.node("trial")
            return node.convergence?.report.waiting == 1 ? node : nil
        }
        #expect(told.state == .behind)
        try client.report(SlotReport(failed: []), of: other)
        try wait(for: "second")
        _ = try eventually("that the server knows") {
            try fabric.admin.node("trial").state == .clean ? true : nil
        }
    }

    @Test(
        "a tag that has stopped keeps its nodes from no other tag, says why, and goes on when somebody says so"
    )
    func stopped() throws {
        try want("first", web)
        try wait(for: "first")
        try fabric.admin.limit(web, to: 2)
        _ = try eventually("a slot") { try? take(web) }
        let failure = SlotReport.Failure(
            key: try ResourceKey("file:\(path("first").path)"),
            revision: RevisionReference(tag: web, number: 1),
            message: "no space left"
        )
        try client.report(SlotReport(failed: [failure]), of: other)
        try want("second", web)
        try want("third", base)
        try wait(for: "third")
        let step = try eventually("the plan") {
            try fabric.node.control.plan().steps.first { $0.fate == .stopped }
        }
        #expect(step.message?.contains("no space left") == true)
        #expect(step.message?.contains("weft resume web") == true)
        #expect(try fabric.node.control.status().warnings.map(\.code) == ["rollout-stopped"])
        #expect(!FileManager.default.fileExists(atPath: path("second").path))
        try fabric.admin.resume(web)
        try wait(for: "second")
        #expect(try fabric.node.control.plan().steps.isEmpty)
    }
}
