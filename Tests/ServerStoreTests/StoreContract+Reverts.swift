import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let reverts: [Case] = [
        Case("a revert puts the earlier entries back as a new revision") { fabric in
            let web = try await fabric.tag("web")
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
            try await fabric.set(web, "file:/etc/a", Sample.entry("two"))
            let result = try await revert(fabric, web, 2)
            let key = try ResourceKey("file:/etc/a")
            let item = Revision.Item(key: key, before: Sample.entry("two"), after: Sample.entry("one"))
            #expect(result.items == [item])
            #expect(result.revision?.number == 3)
            #expect(result.revision?.reverts == 2)
            #expect(result.revision?.author == "dave")
            #expect(try await fabric.store.revisions(of: web, before: nil, limit: 1) == [result.revision])
            #expect(try await fabric.entry(web, "file:/etc/a") == Sample.entry("one"))
        },
        Case("what was unmanaged becomes so again, or absent where removal is asked for") { fabric in
            let web = try await fabric.tag("web")
            try await fabric.set(web, "package:mc", .package(.any))
            #expect(try await revert(fabric, web, 1).items.map(\.after) == [nil])
            #expect(try await fabric.store.tag(web).entries.isEmpty)
            try await fabric.set(web, "package:mc", .package(.any))
            let removal = try await revert(fabric, web, 3, Reversal(remove: true))
            #expect(removal.items.map(\.after) == [.absent])
            #expect(try await fabric.entry(web, "package:mc") == .absent)
        },
        Case("removal leaves an entry that was there before") { fabric in
            let web = try await fabric.tag("web")
            try await fabric.set(web, "package:mc", .package(PackageWish("=1")))
            try await fabric.set(web, "package:mc", .package(.any))
            let result = try await revert(fabric, web, 2, Reversal(remove: true))
            let before = Entry.package(try PackageWish("=1"))
            #expect(result.items.map(\.after) == [before])
        },
        Case("a revert of a revert brings the change back") { fabric in
            let web = try await fabric.tag("web")
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
            _ = try await revert(fabric, web, 1)
            #expect(try await revert(fabric, web, 2).revision?.number == 3)
            #expect(try await fabric.entry(web, "file:/etc/a") == Sample.entry("one"))
            #expect(try await revert(fabric, web, 3).revision?.reverts == 3)
            #expect(try await fabric.store.tag(web).entries.isEmpty)
        },
        Case("a resource that was changed again conflicts, naming the later revision") { fabric in
            let web = try await fabric.tag("web")
            let items = try ["file:/etc/a", "file:/etc/b"]
                .map {
                    EditTag.Item(key: try ResourceKey($0), entry: .absent)
                }
            let edit = EditTag(items: items, message: "")
            _ = try await fabric.store.edit(web, edit, by: "alice", at: Fabric.moment(1))
            try await fabric.set(web, "file:/etc/b", nil)
            for reversal in [Reversal(), Reversal(dryRun: true), Reversal(remove: true)] {
                await expectRefusal(.conflict, subject: "file:/etc/b", naming: "web@2") {
                    _ = try await revert(fabric, web, 1, reversal)
                }
            }
            #expect(try await fabric.store.tag(web).tag.revision == 2)
            _ = try await revert(fabric, web, 2)
            await expectRefusal(.conflict, naming: "web@3") { _ = try await revert(fabric, web, 1) }
        },
        Case("a dry run says the same and changes nothing") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
            let before = try await fabric.store.configuration(of: node)
            let generation = try await fabric.store.generation()
            let dry = try await revert(fabric, web, 1, Reversal(remove: true, dryRun: true))
            #expect(dry.revision == nil)
            #expect(try await fabric.store.configuration(of: node) == before)
            #expect(try await fabric.store.generation() == generation)
            let wet = try await revert(fabric, web, 1, Reversal(remove: true))
            #expect(wet.items == dry.items)
            #expect(wet.nodes == dry.nodes)
            #expect(dry.nodes.map(\.text) == ["web1"])
        },
        Case("the nodes are those whose effective configuration differs afterwards") { fabric in
            let shadowed = try await fabric.node("shadowed")
            let plain = try await fabric.node("plain")
            let same = try await fabric.node("same")
            try await fabric.node("elsewhere")
            let web = try await fabric.tag("web", includedBy: shadowed, plain, same)
            let base = try await fabric.tag("base", includedBy: same, plain)
            try await fabric.set(TagName("node:shadowed"), "file:/etc/a", .absent)
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
            try await fabric.set(TagName("node:plain"), "file:/etc/b", .absent)
            let dry = Reversal(dryRun: true)
            #expect(try await revert(fabric, web, 1, dry).nodes.map(\.text) == ["plain", "same"])
            // The tag below says the same, so nothing changes for those that have it.
            try await fabric.set(base, "file:/etc/a", Sample.entry("one"))
            #expect(try await revert(fabric, web, 1, dry).nodes.isEmpty)
            let removal = Reversal(remove: true, dryRun: true)
            #expect(try await revert(fabric, web, 1, removal).nodes.map(\.text) == ["plain", "same"])
        },
        Case("an approval is undone like any other revision, and its decision stands") { fabric in
            let node = try await fabric.node("web1")
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", "one", "two")])
            try await fabric.approve(commit)
            let own = try TagName("node:web1")
            #expect(try await revert(fabric, own, 1).revision?.commit == nil)
            #expect(try await fabric.store.configuration(of: node).configuration.items.isEmpty)
            #expect(try await fabric.store.decisions(for: node, after: 0).map(\.outcome) == [.approved])
        },
        Case("the end of a deleted tag can be taken back once the name is there again") { fabric in
            let web = try await fabric.tag("web")
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
            try await fabric.store.deleteTag(web, by: "alice", at: Fabric.moment(1))
            await expectRefusal(.unknownTag, subject: "web", naming: "was deleted", "weft tag create web") {
                _ = try await revert(fabric, web, 2)
            }
            try await fabric.tag("web")
            _ = try await revert(fabric, web, 2)
            #expect(try await fabric.entry(web, "file:/etc/a") == Sample.entry("one"))
        },
        Case("revisions that there are not cannot be reverted") { fabric in
            let web = try await fabric.tag("web")
            await expectRefusal(.unknownRevision, subject: "web@1") { _ = try await revert(fabric, web, 1) }
            try await fabric.set(web, "package:mc", .absent)
            for number in [0, 2, .max] as [Int64] {
                await expectRefusal(.unknownRevision, subject: "web@\(number)", naming: "1 to 1") {
                    _ = try await revert(fabric, web, number)
                }
            }
        },
    ]

    private static func revert(
        _ fabric: Fabric,
        _ tag: TagName,
        _ number: Int64,
        _ reversal: Reversal = Reversal()
    ) async throws -> ReversalResult {
        let revision = RevisionReference(tag: tag, number: number)
        return try await fabric.store.revert(revision, reversal, by: "dave", at: Fabric.moment(900))
    }
}
