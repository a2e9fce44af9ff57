import FabricAPI
import FabricClient
import FabricModel
import FoundationEssentials
import NodeControl
import Testing
import TrialFabric

@Suite struct RedactionTests {
    /// A content that cannot be compressed, so that it can be found in the files that hold it.
    private let content: [UInt8] = {
        var random = SystemRandomNumberGenerator()
        return (0..<3000).map { _ in UInt8.random(in: 1...255, using: &random) }
    }()

    private func isFound(below folder: URL) throws -> Bool {
        let pieces = stride(from: 0, to: content.count - 16, by: 500).map { Data(content[$0..<$0 + 16]) }
        return try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .contains { name in
                let path = folder.appending(path: name).path
                let type = try FileManager.default.attributesOfItem(atPath: path)[.type]
                guard type as? FileAttributeType == .typeRegular else { return false }
                let data = try Data(contentsOf: URL(filePath: path))
                return pieces.contains { data.firstRange(of: $0) != nil }
            }
    }

    @Test("a redacted content goes from server and node, and the file that had it is secret from then on")
    func redacted() throws {
        let fabric = try TrialLoop()
        try fabric.start()
        let file = fabric.folder["tree/app.dat"]
        try Data(content).write(to: file)
        _ = try fabric.node.weft("commit", "-m", "deploy")
        let queued = try fabric.queued()
        let (journal, store) = (try fabric.node.state.appending(path: "journal"), fabric.folder["server"])
        #expect(try isFound(below: journal) && isFound(below: store))

        let output = try fabric.server.redact(.sha256(content))
        #expect(output.status == 0, "\(output.errors)")
        #expect(
            output.text.contains("These nodes forget it, within about two minutes where they are up: trial")
        )
        #expect(try !isFound(below: store))
        // Whatever is new in its configuration ends the node's wait.
        let own = try TagName("node:trial")
        let item = EditTag.Item(key: try ResourceKey("package:telnetd"), entry: .absent)
        _ = try fabric.admin.edit(own, EditTag(items: [item], message: "no telnet"))
        _ = try eventually("the node's forgetting") { try isFound(below: journal) ? nil : true } as Bool

        // Nothing looks changed for that; and what changes is told as of a secret.
        let error = #expect(throws: NodeControlError.self) { try fabric.node.control.commit() }
        #expect(error?.code == .nothingToCommit)
        try Data(content.reversed()).write(to: file)
        _ = try fabric.node.weft("commit", "-m", "another")
        let second = try eventually("the second commit") {
            try fabric.admin.queue().last { $0.id != queued.id }
        }
        let change = try fabric.admin.commit(second.id.text).changes[0].change
        #expect(change.before.content?.withheld == .redacted)
        #expect(change.after.content?.withheld == .redacted)
        #expect(try fabric.admin.verifications().allSatisfy { $0.fault == nil })
        #expect(try fabric.admin.audit(AuditFilter(action: "redact")).entries.count == 1)
    }
}
