import Crypto
import FabricModel
import Testing

@Suite("States of files and packages")
struct StateTests {
    @Test("accounts are equal when their names are, and by number only where neither has one")
    func accounts() {
        let matrix: [(AccountReference, AccountReference, Bool)] = [
            (.init(name: "alice", id: 1000), .init(name: "alice", id: 2000), true),
            (.init(name: "alice", id: 1000), .init(name: "bob", id: 1000), false),
            (.init(name: nil, id: 1000), .init(name: nil, id: 1000), true),
            (.init(name: nil, id: 1000), .init(name: nil, id: 1001), false),
            (.init(name: "alice", id: 1000), .init(name: nil, id: 1000), false),
        ]
        for (left, right, expected) in matrix {
            #expect(left.matches(right) == expected)
            #expect(right.matches(left) == expected)
        }
    }

    @Test("files are equal by type, mode, owners, digest, target and attributes, kept or not")
    func files() {
        let file = Samples.file("a")
        var renumbered = file
        renumbered.owner.id = 4711
        #expect(file.matches(renumbered))
        var withheld = file
        withheld.content?.withheld = .journalFull
        #expect(file.matches(withheld))
        let others: [(inout FileState) -> Void] = [
            { $0.mode = 0o600 }, { $0.owner.name = "bin" }, { $0.group.name = nil },
            { $0.attributes["user.a"] = "" },
            { $0.content = Samples.file("b").content }, { $0.type = .fifo }, { $0.target = "/" },
        ]
        for change in others {
            var other = file
            change(&other)
            #expect(!file.matches(other))
            #expect(!ResourceState.file(file).matches(.file(other)))
        }
    }

    @Test("packages are equal by system and instances, and by reason where both know it")
    func packages() throws {
        let user = try Samples.package("1.2-3", reason: .user)
        #expect(user.matches(try Samples.package("1.2-3")))
        #expect(!user.matches(try Samples.package("1.2-3", reason: .dependency)))
        #expect(!user.matches(try Samples.package("1.2-4", reason: .user)))
        #expect(!user.matches(try Samples.package("1.2-3", system: .dpkg, reason: .user)))
        let kernels = try Samples.package("5.14-10", "5.14-9")
        #expect(kernels.matches(try Samples.package("5.14-9", "5.14-10")))
        #expect(!kernels.matches(try Samples.package("5.14-10")))
    }

    @Test("states of different kinds are never equal")
    func kinds() throws {
        let states: [ResourceState] = [
            .absent, .file(Samples.file("")), .package(try Samples.package("1-1")),
        ]
        for (left, one) in states.enumerated() {
            for (right, two) in states.enumerated() { #expect(one.matches(two) == (left == right)) }
        }
    }

    @Test("only a content that is kept has a digest to fetch it by")
    func keptDigests() throws {
        var file = Samples.file("a")
        #expect(ResourceState.file(file).keptDigest == .sha256(Array("a".utf8)))
        #expect(Entry.file(file).keptDigest == .sha256(Array("a".utf8)))
        file.content?.withheld = .tooLarge
        #expect(ResourceState.file(file).keptDigest == nil)
        #expect(Entry.file(file).keptDigest == nil)
        for state in [.absent, .file(Samples.symlink("/x")), .package(try Samples.package("1-1"))]
            as [ResourceState]
        {
            #expect(state.keptDigest == nil)
        }
    }

    @Test("the digests of a commit are those of both sides of its changes, once each")
    func commitDigests() throws {
        let key = SymmetricKey(size: .bits256)
        let commit = FeedbackCommit(
            id: .make(at: Samples.time),
            node: .make(at: Samples.time),
            sequence: 1,
            author: .unknown,
            message: "",
            at: Samples.time,
            trigger: .manual,
            changes: [
                try Samples.change("file:/a", .file(Samples.file("1")), .file(Samples.file("2"))),
                try Samples.change("file:/b", .absent, .file(Samples.file("2"))),
                try Samples.change("file:/c", .absent, .file(Samples.secret("s", key: key))),
                try Samples.change("package:d", .absent, .package(try Samples.package("1-1"))),
            ]
        )
        #expect(commit.contentDigests == [.sha256(Array("1".utf8)), .sha256(Array("2".utf8))])
    }
}

@Suite("Digests of contents")
struct ContentDigestTests {
    @Test(
        "known digests",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ]
    )
    func known(text: String, hex: String) throws {
        let digest = ContentDigest.sha256(Array(text.utf8))
        #expect(digest.text == "sha256:\(hex)")
        #expect(digest.hexDigits == hex)
        #expect(digest.algorithm == .sha256)
        #expect(try ContentDigest(digest.text) == digest)
        #expect(digest.rawBytes.withUnsafeBytes { ContentDigest(.sha256, rawBytes: $0) } == digest)
        #expect(ContentDigest.sha256(text.utf8) == digest)
        #expect(ContentDigest.sha256(AnySequence(Array(text.utf8))) == digest)
    }

    @Test("the digest of a secret depends on the node's key")
    func keyed() throws {
        let (one, two) = (SymmetricKey(data: [1, 2, 3]), SymmetricKey(data: [1, 2, 4]))
        let digest = ContentDigest.keyed(Array("secret".utf8), key: one)
        #expect(digest == .keyed(Array("secret".utf8), key: one))
        #expect(digest != .keyed(Array("secret".utf8), key: two))
        #expect(digest.algorithm == .keyed)
        #expect(digest.text.hasPrefix("hmac-sha256:"))
        #expect(digest.hexDigits.count == 64)
        #expect(digest.hexDigits != ContentDigest.sha256(Array("secret".utf8)).hexDigits)
        #expect(try ContentDigest(digest.text) == digest)
    }

    @Test(
        "what is no digest is refused",
        arguments: [
            "", "sha256:", "sha256", "md5:" + String(repeating: "0", count: 64),
            String(repeating: "0", count: 64),
            "sha256:" + String(repeating: "0", count: 63), "sha256:" + String(repeating: "0", count: 65),
            "sha256:" + String(repeating: "A", count: 64), "sha256:" + String(repeating: "g", count: 64),
            "SHA256:" + String(repeating: "0", count: 64), "sha256::" + String(repeating: "0", count: 63),
            " sha256:" + String(repeating: "0", count: 64),
            "sha256:" + String(repeating: "0", count: 64) + "\n",
            "sha256:" + String(repeating: "０", count: 64),
            "hmac-sha256:x" + String(repeating: "0", count: 64),
        ]
    )
    func refused(text: String) {
        let error = #expect(throws: ModelError.self) { try ContentDigest(text) }
        #expect(error?.code == .invalidDigest)
    }
}
