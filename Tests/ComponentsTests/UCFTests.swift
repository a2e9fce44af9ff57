import FabricModel
import Testing

@testable import Components

@Suite struct UCFTests {
    private let folder: ScratchFolder
    private let text = Array("cluster = main\n".utf8)

    init() throws {
        folder = try ScratchFolder()
    }

    private func explains(_ content: [UInt8]?, packages: Set<String> = ["postgresql-common"]) throws -> Bool {
        let root = AccountReference(name: "root", id: 0)
        let file = content.map { bytes in
            FileState(
                type: .regular,
                mode: 0o644,
                owner: root,
                group: root,
                content: FileContent(digest: .sha256(bytes), size: UInt64(bytes.count))
            )
        }
        let change = Change(
            key: try ResourceKey("file:/etc/postgresql-common/createcluster.conf"),
            before: .absent,
            after: file.map(ResourceState.file) ?? .absent,
            at: Timestamp(seconds: 1)
        )
        return try UCF(folder: folder.path)
            .explains(
                change,
                isDuringTransaction: false,
                in: FeedbackContext(packages: packages) { _ in content }
            )
    }

    // As ucf 3.0043 (Debian 12) writes them.
    private func register(version: String = "") throws {
        let digest = FileDigest.hex(.md5, of: text)
        try folder.write("\(digest)  /etc/postgresql-common/createcluster.conf\n", to: "hashfile\(version)")
        try folder.write(
            "postgresql-common /etc/postgresql-common/createcluster.conf\n",
            to: "registry\(version)"
        )
    }

    @Test("what ucf put there for a package that changed is the package's doing, an edit of it is not")
    func put() throws {
        #expect(try !explains(text), "nothing is known of ucf")
        try register()
        #expect(try explains(text))
        #expect(try !explains(Array("cluster = other\n".utf8)))
        #expect(try !explains(text, packages: ["nginx"]))
        #expect(try !explains(nil), "ucf still has it, so somebody else removed it")
    }

    @Test("what a purge took back is the package's doing")
    func purged() throws {
        try register(version: ".0")
        try folder.write("", to: "hashfile")
        try folder.write("", to: "registry")
        #expect(try explains(nil))
        #expect(try !explains(nil, packages: ["nginx"]))
        #expect(try !explains(text))
    }
}
