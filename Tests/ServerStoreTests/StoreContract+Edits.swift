import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let edits: [Case] = [
        Case("an edit is one revision with all its items by key, before and after") { fabric in
            let web = try await fabric.tag("web")
            try await fabric.set(web, "package:nginx", .package(.any))
            let items = [
                EditTag.Item(key: try ResourceKey("package:nginx"), entry: nil),
                EditTag.Item(key: try ResourceKey("package:mc"), entry: .absent),
            ]
            let edit = EditTag(items: items, message: "tidy up")
            let revision = try await fabric.store.edit(web, edit, by: "carol", at: Fabric.moment(5))
            let expected = Revision(
                tag: web,
                number: 2,
                at: Fabric.moment(5),
                author: "carol",
                message: "tidy up",
                items: [
                    Revision.Item(key: items[1].key, before: nil, after: .absent),
                    Revision.Item(key: items[0].key, before: .package(.any), after: nil),
                ],
                digest: revision?.digest
            )
            #expect(revision == expected)
            #expect(try await fabric.store.revisions(of: web, before: nil, limit: 1) == [expected])
        },
        Case("what an edit would do to which nodes is told, and nothing is done") { fabric in
            let (first, web) = (try await fabric.tag("first"), try await fabric.tag("web"))
            let base = try await fabric.tag("base")
            let key = try ResourceKey("package:nginx")
            try await fabric.set(first, "package:nginx", .package(.removed))
            try await fabric.set(base, "package:nginx", .package(.any))
            for (name, tags) in [
                ("higher", [first, web]), ("lower", [web, base]), ("plain", [web]), ("without", [base]),
            ] {
                let node = try await fabric.node(name)
                try await fabric.store.include(tags, in: node, by: "alice", at: Fabric.moment(1))
            }
            func plan(_ entry: Entry?) async throws -> EditPlan {
                let edit = EditTag(items: [.init(key: key, entry: entry)], message: "", dryRun: true)
                return try await fabric.store.plan(edit, of: web)
            }
            let (lower, plain) = (try NodeName("lower"), try NodeName("plain"))
            let same = try await plan(.package(.any))
            #expect(same.items == [Revision.Item(key: key, before: nil, after: .package(.any))])
            #expect(same.nodes == [plain], "the others take it from elsewhere, or have the same already")
            #expect(same.shadowed.map(\.node.text) == ["higher"])
            let other = try await plan(.absent)
            #expect(other.nodes == [lower, plain])
            #expect(
                other.effects == [
                    EffectiveChange(key: key, before: .package(.any), after: .absent, nodes: [lower]),
                    EffectiveChange(key: key, before: nil, after: .absent, nodes: [plain]),
                ]
            )
            #expect(try await plan(nil) == EditPlan(items: [], nodes: []))
            #expect(try await fabric.store.tag(web).tag.revision == 0)
            try await fabric.set(web, "package:nginx", .absent)
            #expect(try await plan(nil).effects.map(\.after) == [.package(.any), nil])
        },
        Case("an edit that changes nothing is no revision") { fabric in
            let web = try await fabric.tag("web")
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
            let generation = try await fabric.store.generation()
            #expect(try await fabric.set(web, "file:/etc/a", Sample.entry("one")) == nil)
            #expect(try await fabric.set(web, "file:/etc/b", nil) == nil)
            let nothing = EditTag(items: [], message: "")
            #expect(try await fabric.store.edit(web, nothing, by: "alice", at: Fabric.moment(1)) == nil)
            #expect(try await fabric.store.tag(web).tag.revision == 1)
            #expect(try await fabric.store.generation() == generation)
        },
        Case("an edit names only the items that it changes") { fabric in
            let web = try await fabric.tag("web")
            try await fabric.set(web, "package:mc", .absent)
            let items = try ["package:mc", "package:vim"]
                .map {
                    EditTag.Item(key: try ResourceKey($0), entry: .absent)
                }
            let edit = EditTag(items: items, message: "")
            let revision = try await fabric.store.edit(web, edit, by: "alice", at: Fabric.moment(1))
            #expect(revision?.items.map(\.key.name) == ["vim"])
        },
        Case("an entry that cannot be is refused with the whole edit") { fabric in
            let web = try await fabric.tag("web")
            let good = EditTag.Item(key: try ResourceKey("package:vim"), entry: .absent)
            let state = Sample.file("not uploaded")
            let digest = ContentDigest.sha256("not uploaded".utf8).text
            let refused: [(String, Entry, APIError.Code, String)] = [
                ("package:mc", .file(Sample.file("one")), .invalidRequest, "package:mc"),
                ("file:/etc/a", .package(.any), .invalidRequest, "file:/etc/a"),
                ("file:/etc/a", .file(state), .unknownContent, digest),
                ("file:/etc/a", .file(try Sample.withheld(.tooLarge)), .contentNotKept, "file:/etc/a"),
                ("file:/etc/a", .file(try Sample.withheld(.journalFull)), .contentNotKept, "file:/etc/a"),
                (
                    "file:/etc/a", .file(try Sample.withheld(.secret(rule: "r1"))), .secretContent,
                    "file:/etc/a"
                ),
                ("package:vim", .package(.any), .invalidRequest, "package:vim"),
            ]
            for (key, entry, code, subject) in refused {
                let edit = EditTag(
                    items: [good, EditTag.Item(key: try ResourceKey(key), entry: entry)],
                    message: ""
                )
                await expectRefusal(code, subject: subject) {
                    _ = try await fabric.store.edit(web, edit, by: "alice", at: Fabric.moment(1))
                }
            }
            #expect(try await fabric.store.tag(web).tag.revision == 0)
        },
        Case("an own tag can be edited, with a secret too") { fabric in
            try await fabric.node("web1")
            let secret = Entry.file(try Sample.withheld(.secret(rule: "r1")))
            let revision = try await fabric.set(TagName("node:web1"), "file:/etc/key", secret)
            #expect(revision?.items.first?.after == secret)
        },
        Case("a tag that is not there cannot be edited") { fabric in
            await expectRefusal(.unknownTag, subject: "nope") {
                try await fabric.set(TagName("nope"), "package:vim", .absent)
            }
        },
    ]
}
