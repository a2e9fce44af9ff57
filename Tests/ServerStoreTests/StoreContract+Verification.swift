import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let verification: [Case] = [
        Case("each revision has a digest over itself and the digest of the one before it") { fabric in
            let web = try await fabric.tag("web")
            for text in ["one", "two", "three"] {
                try await fabric.set(web, "file:/etc/a", Sample.entry(text))
            }
            try await fabric.set(web, "package:mc", .absent)
            let revisions = try await fabric.store.revisions(of: web, before: nil, limit: 9).reversed()
            var last: RevisionDigest?
            for revision in revisions {
                let items = String(decoding: try CanonicalJSON.encode(revision.items), as: UTF8.self)
                last = RevisionDigest(of: revision, items: items, after: last)
                #expect(revision.digest == last)
            }
            #expect(try await fabric.store.tag(web).head == last)
            let expected = TagVerification(tag: web, revisions: 4, head: last)
            #expect(try await fabric.store.verify(web) == expected)
        },
        Case("the chain holds whatever made the revisions, and goes on where a deleted tag is made again") {
            fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let edit = try Sample.edit("/etc/a", nil, "one")
            try await fabric.approve(fabric.commit(node, 1, [edit]))
            try await fabric.approve(fabric.commit(node, 2, [edit]), into: web)
            try await fabric.revert(web, 1)
            try await fabric.set(web, "package:mc", .package(.any), flags: EntryFlags(restart: ["a.service"]))
            try await fabric.store.include([], in: node, by: "alice", at: Fabric.moment(1))
            try await fabric.store.deleteTag(web, by: "alice", at: Fabric.moment(2))
            #expect(try await fabric.store.verify(web).revisions == 4)
            try await fabric.tag("web")
            try await fabric.set(web, "package:mc", .absent)
            let all = try await fabric.store.verifications(after: nil, limit: 9)
            #expect(all.map(\.tag.text) == ["node:web1", "web"])
            #expect(all.map(\.revisions) == [3, 5])
            #expect(all.map(\.fault) == [nil, nil])
        },
        Case("chains are verified in pages, those of deleted tags and of tags without a revision too") {
            fabric in
            for name in ["b", "a", "c"] { try await fabric.tag(name) }
            try await fabric.store.deleteTag(TagName("b"), by: "alice", at: Fabric.moment(1))
            let first = try await fabric.store.verifications(after: nil, limit: 2)
            #expect(first.map(\.tag.text) == ["a", "b"])
            #expect(first.map(\.head) == [nil, nil])
            let rest = try await fabric.store.verifications(after: TagName("b"), limit: 2)
            #expect(rest.map(\.tag.text) == ["c"])
            await expectRefusal(.unknownTag, subject: "d") { _ = try await fabric.store.verify(TagName("d")) }
        },
    ]
}
