import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let promotion: [Case] = drops + takingBack

    private static let path = "file:/etc/ntp.conf"

    /// A node that has an entry of its own for the file, and includes the tags in this order.
    private static func override(
        _ fabric: Fabric,
        _ name: String,
        _ text: String,
        including tags: TagName...
    ) async throws -> NodeID {
        let node = try await fabric.node(name)
        try await fabric.store.include(tags, in: node, by: "alice", at: Fabric.moment(2))
        try await fabric.set(TagName("node:\(name)"), path, Sample.entry(text))
        return node
    }

    /// A commit of a node of its own that makes the file `two` of `one`.
    private static func edit(_ fabric: Fabric, on name: String = "author") async throws -> FeedbackCommit {
        try await fabric.commit(fabric.node(name), 1, [Sample.edit("/etc/ntp.conf", "one", "two")])
    }

    private static func own(_ fabric: Fabric, _ name: String) async throws -> Entry? {
        try await fabric.entry(TagName("node:\(name)"), path)
    }

    private static let drops: [Case] = [
        Case("an approval into a shared tag drops equal overrides, told before and after") { fabric in
            let web = try await fabric.tag("web")
            let equal = try await override(fabric, "equal", "two", including: web)
            _ = try await override(fabric, "other", "three", including: web)
            _ = try await override(fabric, "elsewhere", "two")
            let plain = try await fabric.node("plain")
            try await fabric.store.include([web], in: plain, by: "alice", at: Fabric.moment(2))
            let commit = try await edit(fabric)
            let dropped = [NodeOverride(node: try NodeName("equal"), key: try ResourceKey(path))]
            let plan = try await fabric.store.approve(
                commit.id,
                Approval(into: web, dryRun: true),
                by: "alice",
                at: Fabric.moment(3)
            )
            #expect(plan.dropped == dropped)
            #expect(try await own(fabric, "equal") == Sample.entry("two"))
            let done = try await fabric.approve(commit, into: web)
            #expect(done.dropped == dropped)
            // Nothing changes where the override said the same, nor where another one wins.
            #expect(done.nodes.map(\.text) == ["plain"])
            let shadowed = ShadowedEntry(
                node: try NodeName("other"),
                key: try ResourceKey(path),
                by: try TagName("node:other")
            )
            #expect(done.shadowed == [shadowed] && plan.shadowed == [shadowed])
            #expect(try await own(fabric, "equal") == nil)
            #expect(try await own(fabric, "other") == Sample.entry("three"))
            #expect(try await own(fabric, "elsewhere") == Sample.entry("two"))
            let item = try await fabric.effective(equal)[path]
            #expect(item?.entry == Sample.entry("two") && item?.reference == done.revision?.reference)
        },
        Case("a dropped override is a revision of the own tag that says why, and wakes its node") { fabric in
            let web = try await fabric.tag("web")
            let node = try await override(fabric, "equal", "two", including: web)
            let etag = try await fabric.etag(of: node)
            try await fabric.approve(edit(fabric), into: web)
            let revision = try await fabric.store.revisions(of: TagName("node:equal"), before: nil, limit: 1)
            let expected = Revision(
                tag: try TagName("node:equal"),
                number: 2,
                at: Fabric.moment(600),
                author: "alice",
                message: "drop what web@1 says too",
                items: [
                    Revision.Item(key: try ResourceKey(path), before: Sample.entry("two"), after: nil)
                ],
                follows: try RevisionReference("web@1"),
                digest: revision.first?.digest
            )
            #expect(revision == [expected])
            #expect(try await fabric.etag(of: node) != etag)
        },
        Case("an override stays where another tag would give the value") { fabric in
            let (web, first) = (try await fabric.tag("web"), try await fabric.tag("first"))
            _ = try await override(fabric, "equal", "two", including: first, web)
            try await fabric.set(first, path, Sample.entry("three"))
            let done = try await fabric.approve(edit(fabric), into: web)
            #expect(done.dropped.isEmpty)
            #expect(done.shadowed.map(\.by.text) == ["node:equal"])
            #expect(try await own(fabric, "equal") == Sample.entry("two"))
        },
        Case("an override is dropped too where the tag said so already") { fabric in
            let web = try await fabric.tag("web")
            try await fabric.set(web, path, Sample.entry("two"))
            _ = try await override(fabric, "equal", "two", including: web)
            let done = try await fabric.approve(edit(fabric), into: web)
            #expect(done.revision == nil && done.unchanged == [1])
            #expect(done.dropped.map(\.node.text) == ["equal"])
            #expect(try await own(fabric, "equal") == nil)
            let reverted = try await fabric.revert(web, 1)
            #expect(reverted.restored.map(\.node.text) == ["equal"])
            #expect(try await own(fabric, "equal") == Sample.entry("two"))
        },
        Case("an override with units of its own stays, one with some of the tag's goes") { fabric in
            let web = try await fabric.tag("web")
            for (name, unit) in [("fewer", "a.service"), ("more", "c.service")] {
                _ = try await override(fabric, name, "two", including: web)
                try await fabric.set(
                    TagName("node:\(name)"),
                    path,
                    Sample.entry("two"),
                    flags: EntryFlags(restart: [unit])
                )
            }
            let flags = EntryFlags(restart: ["a.service", "b.service"])
            let done = try await fabric.approve(edit(fabric), into: web, flags: flags)
            #expect(done.dropped.map(\.node.text) == ["fewer"])
        },
        Case("an approval into an own tag drops nothing") { fabric in
            let web = try await fabric.tag("web")
            _ = try await override(fabric, "equal", "two", including: web)
            #expect(try await fabric.approve(edit(fabric)).dropped.isEmpty)
            #expect(try await own(fabric, "equal") == Sample.entry("two"))
        },
        Case("a refused approval drops nothing") { fabric in
            let web = try await fabric.tag("web")
            try await fabric.set(web, "file:/etc/z", Sample.entry("three"))
            _ = try await override(fabric, "equal", "two", including: web)
            let changes = [
                try Sample.edit("/etc/ntp.conf", "one", "two"), try Sample.edit("/etc/z", "one", "two"),
            ]
            let commit = try await fabric.commit(fabric.node("author"), 1, changes)
            await expectRefusal(.conflict) { try await fabric.approve(commit, into: web) }
            #expect(try await own(fabric, "equal") == Sample.entry("two"))
        },
    ]

    private static let takingBack: [Case] = [
        Case(
            "a revert of the shared revision brings the overrides back, so that their nodes stay as they are"
        ) {
            fabric in
            let web = try await fabric.tag("web")
            try await fabric.set(web, path, Sample.entry("one"))
            let node = try await override(fabric, "equal", "two", including: web)
            try await fabric.approve(edit(fabric), into: web)
            let restored = [NodeOverride(node: try NodeName("equal"), key: try ResourceKey(path))]
            let plan = try await fabric.revert(web, 2, Reversal(dryRun: true))
            #expect(plan.restored == restored)
            #expect(plan.nodes.isEmpty)
            #expect(try await own(fabric, "equal") == nil)
            let done = try await fabric.revert(web, 2)
            #expect(done.restored == restored && done.nodes.isEmpty)
            #expect(try await fabric.effective(node)[path]?.entry == Sample.entry("two"))
            let log = try await fabric.store.revisions(of: TagName("node:equal"), before: nil, limit: 1)
            #expect(log.first?.message == "put back what web@3 no longer says")
            #expect(log.first?.reverts == 2 && log.first?.follows?.description == "web@3")
        },
        Case("what is removed from the others stays where it was an override") { fabric in
            let web = try await fabric.tag("web")
            let node = try await override(fabric, "equal", "two", including: web)
            try await fabric.approve(edit(fabric), into: web)
            let done = try await fabric.revert(web, 1, Reversal(remove: true))
            #expect(done.items.map(\.after) == [.absent])
            #expect(try await fabric.effective(node)[path]?.entry == Sample.entry("two"))
        },
        Case("a revert of that revert drops them again") { fabric in
            let web = try await fabric.tag("web")
            let node = try await override(fabric, "equal", "two", including: web)
            try await fabric.approve(edit(fabric), into: web)
            try await fabric.revert(web, 1)
            let again = try await fabric.revert(web, 2)
            #expect(again.dropped.map(\.node.text) == ["equal"])
            #expect(again.nodes.isEmpty)
            #expect(try await own(fabric, "equal") == nil)
            #expect(try await fabric.effective(node)[path]?.tag == web)
            #expect(try await fabric.revert(web, 3).restored.map(\.node.text) == ["equal"])
        },
        Case("an own tag that was edited since, and a node that left the tag, are left alone") { fabric in
            let web = try await fabric.tag("web")
            _ = try await override(fabric, "edited", "two", including: web)
            let gone = try await override(fabric, "gone", "two", including: web)
            try await fabric.approve(edit(fabric), into: web)
            try await fabric.set(TagName("node:edited"), path, Sample.entry("four"))
            try await fabric.store.include([], in: gone, by: "alice", at: Fabric.moment(800))
            #expect(try await fabric.revert(web, 1).restored.isEmpty)
            #expect(try await own(fabric, "edited") == Sample.entry("four"))
            #expect(try await own(fabric, "gone") == nil)
        },
    ]
}
