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
