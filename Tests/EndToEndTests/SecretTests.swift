import Compression
import FabricAPI
import FabricClient
import FabricModel
import FoundationEssentials
import GRDB
import NodeControl
import Testing
import TrialFabric

@Suite struct SecretTests {
    @Test("planted secrets are found nowhere outside their files")
    func planted() throws {
        let fabric = try TrialLoop()
        let secrets = [
            "tree/app.conf": "user=app\npassword=Xq7-planted-one\n",
            "tree/id_key":
                "-----BEGIN OPENSSH PRIVATE KEY-----\nWm7plantedtwo\n-----END OPENSSH PRIVATE KEY-----\n",
            "tree/token.env": "GITHUB_TOKEN=ghp_plantedthreeAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
        ]
        try fabric.start()
        for (path, text) in secrets { try fabric.folder.write(text, to: path) }
        try fabric.folder.write("open content\n", to: "tree/open.conf")
        _ = try fabric.node.weft("commit", "-m", "deploy")
        let queued = try fabric.queued()
        let detail = try fabric.admin.commit(queued.id.text)
        #expect(detail.changes.count == 4)

        for needle in ["Xq7-planted-one", "Wm7plantedtwo", "plantedthree"] {
            for file in try files(below: [fabric.node.state, fabric.folder["server"]]) {
                #expect(!contains(needle, in: try Data(contentsOf: file)), "\(needle) lies in \(file.path)")
            }
            for content in try contents(of: fabric) { #expect(!contains(needle, in: Data(content))) }
        }
        // The open one is there: the search can find something.
        #expect(try contents(of: fabric).contains { contains("open content", in: Data($0)) })

        // A secret stays on its node.
        let tag = try TagName("shared")
        try fabric.admin.createTag(tag)
        let error = #expect(throws: ClientError.self) {
            try fabric.admin.approve(queued.id.text, Approval(into: tag))
        }
        #expect(error?.refusal?.code == .secretContent)
        #expect(try fabric.admin.approve(queued.id.text, Approval()).revision != nil)
    }

    private func files(below folders: [URL]) throws -> [URL] {
        try folders.flatMap { folder in
            try FileManager.default.subpathsOfDirectory(atPath: folder.path)
                .map { folder.appending(path: $0) }
        }
        .filter { url in
            let attributes = try FileManager.default.attributesOfItem(atPath: url.path)
            return attributes[.type] as? FileAttributeType == .typeRegular
        }
    }

    /// Every kept content, unpacked: in the files they are deflated and could not be found.
    private func contents(of fabric: TrialLoop) throws -> [[UInt8]] {
        var configuration = Configuration()
        configuration.readonly = true
        let journal = try DatabaseQueue(
            path: fabric.node.state.appending(path: "journal/journal.sqlite").path,
            configuration: configuration
        )
        let digests = try journal.read { db in
            try String.fetchAll(db, sql: "SELECT 'sha256:' || lower(hex(digest)) FROM content")
        }
        return try digests.map { try fabric.node.control.content(ContentDigest($0)) }
    }

    private func contains(_ needle: String, in data: Data) -> Bool {
        data.firstRange(of: Data(needle.utf8)) != nil
    }
}
