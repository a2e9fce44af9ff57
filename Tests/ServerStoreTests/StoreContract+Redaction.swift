import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    private static let one = ContentDigest.sha256("one".utf8)

    static let redaction: [Case] = [
        Case("a redacted content is gone and refused for good, wherever it comes from") { fabric in
            let node = try await fabric.node("web1")
            try await fabric.content("one", from: node)
            let outcome = try await redact(fabric)
            #expect(outcome.wasHeld)
            #expect(outcome.nodes.map(\.text) == ["web1"])
            await expectRefusal(.contentRedacted, subject: one.text) {
                _ = try await fabric.store.content(one)
            }
            await expectRefusal(.contentRedacted) { try await fabric.content("one", from: node) }
            await expectRefusal(.contentRedacted) { try await fabric.content("one", from: nil) }
            #expect(try await redact(fabric).wasHeld == false)
            let entry = try await fabric.store.audit(AuditFilter(action: "redact"), before: nil, limit: 9)
                .last
            #expect(entry?.subject == one.text && entry?.detail == "a password")
            #expect(entry?.principal == "root")
        },
        Case("what was never held can be redacted before it comes") { fabric in
            let node = try await fabric.node("web1")
            let outcome = try await redact(fabric)
            #expect(!outcome.wasHeld && outcome.nodes.isEmpty)
            await expectRefusal(.contentRedacted) { try await fabric.content("one", from: node) }
            #expect(try await fabric.store.redactions(for: node).isEmpty)
        },
        Case("no tag takes a redacted content: not by an edit, an approval or a revert") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
            try await fabric.set(web, "file:/etc/a", Sample.entry("two"))
            try await redact(fabric)
            let edit = EditTag(
                items: [.init(key: try ResourceKey("file:/etc/b"), entry: Sample.entry("one"))],
                message: "m"
            )
            await expectRefusal(.contentRedacted, subject: "file:/etc/b") {
                _ = try await fabric.store.edit(web, edit, by: "alice", at: Fabric.moment(1))
            }
            await expectRefusal(.contentRedacted, subject: "file:/etc/a") { try await fabric.approve(commit) }
            await expectRefusal(.contentRedacted, subject: "file:/etc/a") { try await fabric.revert(web, 2) }
            #expect(try await fabric.store.tag(web).tag.revision == 2)
            // What else is said of it can still change.
            try await fabric.reject(commit)
        },
        Case("tags that still ask for it are named, and can be told something else") { fabric in
            let web = try await fabric.tag("web")
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
            let outcome = try await redact(fabric)
            #expect(outcome.entries.map { "\($0.tag) \($0.key)" } == ["web file:/etc/a"])
            try await fabric.set(web, "file:/etc/a", nil)
            #expect(try await redact(fabric).entries.isEmpty)
        },
        Case("the chain of revisions still verifies, and the history keeps the digest") { fabric in
            let web = try await fabric.tag("web")
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
            let before = try await fabric.store.verify(web)
            try await redact(fabric)
            #expect(try await fabric.store.verify(web) == before)
            #expect(try await fabric.store.tag(web).entries.first?.entry == Sample.entry("one"))
        },
        Case("those nodes are told that uploaded it or have or had a tag that asked for it, and no others") {
            fabric in
            let holder = try await fabric.node("holder")
            let now = try await fabric.node("now")
            let once = try await fabric.node("once")
            let other = try await fabric.node("other")
            let web = try await fabric.tag("web", includedBy: now, once)
            try await fabric.tag("base", includedBy: other)
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
            try await fabric.set(web, "file:/etc/a", nil)
            try await fabric.store.include([], in: once, by: "alice", at: Fabric.moment(1))
            try await fabric.content("one", from: holder)
            let outcome = try await redact(fabric)
            #expect(outcome.nodes.map(\.text) == ["holder", "now", "once"])
            #expect(try await fabric.store.redactions(for: holder) == [one])
            #expect(try await fabric.store.redactions(for: other) == [])
            let unknown = NodeID.make(at: Fabric.moment(0))
            await expectRefusal(.unknownNode) { _ = try await fabric.store.redactions(for: unknown) }
        },
        Case("a commit that names it is taken without it, and its node is told") { fabric in
            let node = try await fabric.node("web1")
            try await redact(fabric)
            #expect(try await fabric.store.missing([one], for: node).isEmpty)
            let edit = try Sample.edit("/etc/a", nil, "one")
            let commit = Fabric.commit(of: node, 1, [edit])
            #expect(try await fabric.store.add([commit], from: node, at: Fabric.moment(1)) == [commit.id])
            #expect(try await fabric.store.redactions(for: node) == [one])
            let two = Fabric.commit(of: node, 2, [try Sample.edit("/etc/b", "one", "two")])
            let digest = ContentDigest.sha256("two".utf8)
            await expectRefusal(.missingContents, subject: digest.text) {
                _ = try await fabric.store.add([two], from: node, at: Fabric.moment(1))
            }
        },
    ]

    @discardableResult
    private static func redact(_ fabric: Fabric) async throws -> RedactionOutcome {
        try await fabric.store.redact(one, reason: "a password", by: "root", at: Fabric.moment(1))
    }
}
