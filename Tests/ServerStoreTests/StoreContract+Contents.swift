import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let contents: [Case] = [
        Case("a content comes back byte for byte") { fabric in
            let node = try await fabric.node("web1")
            var random = SystemRandomNumberGenerator()
            let contents: [[UInt8]] = [
                [], [0], Array("plain text\n".utf8), [0xFF, 0xFE, 0x00, 0x80],
                Array(repeating: 7, count: 1 << 20), (0..<300_000).map { _ in random.next() },
            ]
            for content in contents {
                let digest = ContentDigest.sha256(content)
                try await fabric.store.putContent(content, digest: digest, from: node)
                try await fabric.store.putContent(content, digest: digest, from: node)
                #expect(try await fabric.store.content(digest) == content)
            }
        },
        Case("a content under a wrong digest is refused and not kept") { fabric in
            let node = try await fabric.node("web1")
            let digest = ContentDigest.sha256("right".utf8)
            let keyed = try ContentDigest("hmac-sha256:" + digest.hexDigits)
            await expectRefusal(.digestMismatch, subject: digest.text) {
                try await fabric.store.putContent(Array("wrong".utf8), digest: digest, from: node)
            }
            await expectRefusal(.digestMismatch, subject: keyed.text) {
                try await fabric.store.putContent(Array("right".utf8), digest: keyed, from: node)
            }
            // Also when the server knows the content: who does not have the bytes gets no hold of it.
            try await fabric.content("right", from: nil)
            await expectRefusal(.digestMismatch, subject: digest.text) {
                try await fabric.store.putContent([], digest: digest, from: node)
            }
            #expect(try await fabric.store.missing([digest], for: node) == [digest])
        },
        Case("a content that nobody uploaded is unknown") { fabric in
            let digest = ContentDigest.sha256("x".utf8)
            await expectRefusal(.unknownContent, subject: digest.text) {
                _ = try await fabric.store.content(digest)
            }
        },
        Case("a content is missing until the node itself has uploaded it") { fabric in
            let node = try await fabric.node("web1")
            let other = try await fabric.node("web2")
            let digests = ["one", "two", "three"].map { ContentDigest.sha256($0.utf8) }
            try await fabric.content("one", from: other)
            try await fabric.content("two", from: nil)
            #expect(try await fabric.store.missing(digests, for: node) == digests)
            try await fabric.content("two", from: node)
            #expect(try await fabric.store.missing(digests, for: node) == [digests[0], digests[2]])
            #expect(try await fabric.store.isContent(digests[1], readableBy: node))
            #expect(try await !fabric.store.isContent(digests[0], readableBy: node))
        },
        Case("a content of the effective configuration is readable and not missing, a shadowed one is") {
            fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let base = try await fabric.tag("base", includedBy: node)
            try await fabric.set(base, "file:/etc/motd", Sample.entry("one"))
            let digest = ContentDigest.sha256("one".utf8)
            #expect(try await fabric.store.isContent(digest, readableBy: node))
            #expect(try await fabric.store.missing([digest], for: node) == [])
            try await fabric.set(web, "file:/etc/motd", .absent)
            #expect(try await !fabric.store.isContent(digest, readableBy: node))
            #expect(try await fabric.store.missing([digest], for: node) == [digest])
            try await fabric.set(web, "file:/etc/motd", nil)
            #expect(try await fabric.store.isContent(digest, readableBy: node))
        },
        Case("a content is no longer held once it has left the effective configuration, whichever way") {
            fabric in
            let store = fabric.store
            let key = "file:/etc/motd"
            let digest = ContentDigest.sha256("one".utf8)
            let ways: [(String, @Sendable (TagName, NodeID) async throws -> Void)] = [
                ("unset", { tag, _ in try await fabric.set(tag, key, nil) }),
                ("another", { tag, _ in try await fabric.set(tag, key, Sample.entry("two")) }),
                (
                    "no-longer-included",
                    { _, node in try await store.include([], in: node, by: "alice", at: Fabric.moment(600)) }
                ),
                (
                    "own-tag",
                    { _, node in
                        let name = try await store.node(node.text).name
                        try await fabric.set(TagName(ownTagOf: name), key, Sample.entry("two"))
                    }
                ),
                (
                    "reverted",
                    { tag, _ in
                        let revision = try RevisionReference("\(tag)@1")
                        _ = try await store.revert(revision, Reversal(), by: "alice", at: Fabric.moment(600))
                    }
                ),
            ]
            for (number, (name, leave)) in ways.enumerated() {
                let node = try await fabric.node("node-\(name)")
                let tag = try await fabric.tag("tag-\(name)", includedBy: node)
                try await fabric.set(tag, key, Sample.entry("one"))
                let held = Fabric.commit(of: node, 1, [try Sample.edit("/etc/motd", "one", nil)])
                #expect(try await store.add([held], from: node, at: Fabric.moment(1)) == [held.id], "\(name)")
                try await leave(tag, node)
                #expect(try await !store.isContent(digest, readableBy: node), "\(name)")
                #expect(try await store.missing([digest], for: node) == [digest], "\(name)")
                await expectRefusal(.missingContents, subject: digest.text) {
                    let late = Fabric.commit(of: node, 2, [try Sample.edit("/etc/b", nil, "one")])
                    _ = try await store.add([late], from: node, at: Fabric.moment(1))
                }
                #expect(try await store.queue(node: node).map(\.id) == [held.id], "\(name)")
                // Who has it and sends it holds it by that.
                try await fabric.content("one", from: node)
                #expect(try await store.isContent(digest, readableBy: node), "\(number)")
            }
        },
        Case("an unknown node neither uploads nor asks") { fabric in
            let unknown = NodeID.make(at: Fabric.moment(0))
            let digest = ContentDigest.sha256("one".utf8)
            await expectRefusal(.unknownNode) { try await fabric.content("one", from: unknown) }
            await expectRefusal(.unknownNode) { _ = try await fabric.store.missing([digest], for: unknown) }
            await expectRefusal(.unknownNode) {
                _ = try await fabric.store.isContent(digest, readableBy: unknown)
            }
            await expectRefusal(.unknownContent) { _ = try await fabric.store.content(digest) }
        },
    ]
}
