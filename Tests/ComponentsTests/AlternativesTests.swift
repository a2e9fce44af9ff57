import FabricModel
import Testing

@testable import Components

@Suite struct AlternativesTests {
    /// Written by update-alternatives 1.21 (Debian 12) for two packages that offer a pager.
    private static let pager = """
        auto
        /usr/bin/pager
        pager.1.gz
        /usr/share/man/man1/pager.1.gz

        /bin/more
        50
        /usr/share/man/man1/more.1.gz
        /usr/bin/less
        77


        """

    private func explains(
        _ name: String,
        _ target: String?,
        _ text: String,
        isDuringTransaction: Bool = true
    ) throws -> Bool {
        let folder = try ScratchFolder()
        try folder.write(text, to: "pager")
        let root = AccountReference(name: "root", id: 0)
        let link = target.map { FileState(type: .symlink, mode: 0, owner: root, group: root, target: $0) }
        let change = Change(
            key: try ResourceKey("file:/etc/alternatives/\(name)"),
            before: .absent,
            after: link.map(ResourceState.file) ?? .absent,
            at: Timestamp(seconds: 1)
        )
        return try Alternatives(folders: [folder.path, folder.appending("none")])
            .explains(
                change,
                isDuringTransaction: isDuringTransaction,
                in: FeedbackContext(packages: ["less"])
            )
    }

    @Test("in mode auto, the best offer's link is the packages' doing, and so is a follower that it has not")
    func automatic() throws {
        #expect(try explains("pager", "/usr/bin/less", Self.pager))
        #expect(try explains("pager.1.gz", nil, Self.pager))
        #expect(try !explains("pager", "/bin/more", Self.pager))
        #expect(try !explains("pager", nil, Self.pager))
        #expect(try !explains("pager.1.gz", "/usr/share/man/man1/more.1.gz", Self.pager))
    }

    @Test("with no transaction running it was an admin who set the mode, or made the offer")
    func byHand() throws {
        #expect(try !explains("pager", "/usr/bin/less", Self.pager, isDuringTransaction: false))
        #expect(try !explains("pager.1.gz", nil, Self.pager, isDuringTransaction: false))
        #expect(try !explains("editor", nil, Self.pager, isDuringTransaction: false))
    }

    @Test("in mode manual, an admin chose")
    func manual() throws {
        let text = Self.pager.replacing("auto", with: "manual")
        #expect(try !explains("pager", "/usr/bin/less", text))
        #expect(try !explains("pager", "/bin/more", text))
    }

    @Test("a link without a group went with its last offer, and none was made by packages")
    func unknown() throws {
        #expect(try explains("editor", nil, Self.pager))
        #expect(try !explains("editor", "/usr/bin/vi", Self.pager))
    }

    @Test("RedHat's families and services are read past")
    func redHat() throws {
        // The shape that alternatives(8) of chkconfig 1.24 describes.
        let group = try #require(
            Alternatives.Group("auto\n/usr/bin/java\n\n/opt/a\n@open@1800 a.service\n/opt/b\n20\n\n")
        )
        #expect(group.offers.map(\.priority) == [1800, 20])
        #expect(group.target(of: nil) == "/opt/a")
    }

    @Test("what is no group's file is none", arguments: ["", "auto", "best\n/a\n\n", "auto\n/a\nfollower"])
    func malformed(text: String) {
        #expect(Alternatives.Group(text).map(\.offers.isEmpty) ?? true)
    }
}
