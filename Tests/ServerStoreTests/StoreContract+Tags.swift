import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let tags: [Case] = [
        Case("tags are listed by name with what they hold and whom they reach") { fabric in
            let web1 = try await fabric.node("web1")
            let web2 = try await fabric.node("web2")
            let web = try await fabric.tag("web", includedBy: web2, web1)
            try await fabric.tag("base")
            try await fabric.set(web, "package:nginx", .package(.any))
            try await fabric.set(web, "package:mc", .absent)
            try await fabric.set(web, "package:mc", nil)
            let names = try ["web1", "web2"].map { try NodeName($0) }
            let expected = [
                TagSummary(name: try TagName("base"), entries: 0, revision: 0, nodes: [], atOnce: 10),
                TagSummary(name: try TagName("node:web1"), entries: 0, revision: 0, nodes: [names[0]]),
                TagSummary(name: try TagName("node:web2"), entries: 0, revision: 0, nodes: [names[1]]),
                TagSummary(name: web, entries: 1, revision: 3, nodes: names, atOnce: 10),
            ]
            #expect(try await fabric.store.tags() == expected)
            #expect(try await fabric.store.tag(web).tag == expected[3])
        },
        Case("a tag shows its entries by key, each with the revision that set it") { fabric in
            let web = try await fabric.tag("web")
            let keys = ["package:nginx", "file:/etc/b", "file:/etc/a"]
            for key in keys { try await fabric.set(web, key, .absent) }
            let entries = try await fabric.store.tag(web).entries
            #expect(entries.map(\.key.description) == keys.reversed())
            #expect(entries.map(\.revision) == [3, 2, 1])
            #expect(entries.allSatisfy { $0.tag == web && $0.entry == .absent })
        },
        Case("a name is given once, and own tags are not made by hand") { fabric in
            try await fabric.tag("web")
            await expectRefusal(.nameTaken, subject: "web") { try await fabric.tag("web") }
            await expectRefusal(.invalidRequest, subject: "node:web1") { try await fabric.tag("node:web1") }
        },
        Case("a tag that nodes include is not deleted, and they are named") { fabric in
            let web1 = try await fabric.node("web1")
            let web2 = try await fabric.node("web2")
            let web = try await fabric.tag("web", includedBy: web1, web2)
            await expectRefusal(.tagInUse, subject: "web", naming: "web1", "web2") {
                try await fabric.store.deleteTag(web, by: "alice", at: Fabric.moment(1))
            }
            for node in [web1, web2] {
                try await fabric.store.include([], in: node, by: "alice", at: Fabric.moment(1))
            }
            try await fabric.store.deleteTag(web, by: "alice", at: Fabric.moment(2))
            #expect(try await fabric.store.tags().map(\.name.text) == ["node:web1", "node:web2"])
        },
        Case("own and unknown tags are not deleted") { fabric in
            try await fabric.node("web1")
            for (name, code) in [("node:web1", APIError.Code.invalidRequest), ("nope", .unknownTag)] {
                await expectRefusal(code, subject: name) {
                    try await fabric.store.deleteTag(TagName(name), by: "alice", at: Fabric.moment(1))
                }
            }
            #expect(try await fabric.store.tag(TagName("node:web1")).tag.nodes.count == 1)
        },
        Case("a deleted tag is gone, its history stays, and its name goes on counting") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
            try await fabric.set(web, "file:/etc/b", .absent)
            try await fabric.store.deleteTag(web, by: "carol", at: Fabric.moment(800))
            await expectRefusal(.unknownTag, subject: "web") { _ = try await fabric.store.tag(web) }
            await expectRefusal(.unknownTag) { try await fabric.set(web, "file:/etc/a", .absent) }
            await expectRefusal(.unknownTag) {
                try await fabric.store.include([web], in: node, by: "alice", at: Fabric.moment(1))
            }
            await expectRefusal(.unknownTag) {
                try await fabric.store.deleteTag(web, by: "alice", at: Fabric.moment(1))
            }
            let history = try await fabric.store.revisions(of: web, before: nil, limit: 10)
            #expect(history.map(\.number) == [3, 2, 1])
            #expect(history.first?.author == "carol")
            #expect(history.first?.items.map(\.after) == [nil, nil])

            try await fabric.tag("web")
            #expect(try await fabric.store.tag(web).entries.isEmpty)
            #expect(try await fabric.store.tag(web).tag.entries == 0)
            #expect(try await fabric.set(web, "file:/etc/c", .absent)?.number == 4)
        },
        Case("tags are read in pages, each with its own nodes") { fabric in
            let node = try await fabric.node("web1")
            for name in ["d", "b", "a", "c"] { try await fabric.tag(name, includedBy: node) }
            try await fabric.store.include(
                [TagName("a"), TagName("d")],
                in: node,
                by: "alice",
                at: Fabric.moment(0)
            )
            try await fabric.store.deleteTag(TagName("b"), by: "alice", at: Fabric.moment(0))
            func page(_ after: String?, _ limit: Int) async throws -> [TagSummary] {
                try await fabric.store.tags(after: after.map { try TagName($0) }, limit: limit)
            }
            #expect(try await page(nil, 2).map(\.name.text) == ["a", "c"])
            #expect(try await page(nil, 2).map(\.nodes.count) == [1, 0])
            #expect(try await page("c", 2).map(\.name.text) == ["d", "node:web1"])
            #expect(try await page("c", 2).map(\.nodes.count) == [1, 1])
            #expect(try await page("node:web1", 2) == [])
        },
        Case("a history is read in pages, newest first") { fabric in
            let web = try await fabric.tag("web")
            #expect(try await fabric.store.revisions(of: web, before: nil, limit: 10).isEmpty)
            for number in 1...7 { try await fabric.set(web, "file:/etc/\(number)", .absent) }
            func page(_ before: Int64?, _ limit: Int) async throws -> [Int64] {
                try await fabric.store.revisions(of: web, before: before, limit: limit).map(\.number)
            }
            #expect(try await page(nil, 3) == [7, 6, 5])
            #expect(try await page(5, 3) == [4, 3, 2])
            #expect(try await page(2, 3) == [1])
            #expect(try await page(1, 3) == [])
            #expect(try await page(nil, 0) == [])
            #expect(try await page(nil, -1) == [])
        },
        Case("a tag that never was is unknown everywhere") { fabric in
            let nope = try TagName("nope")
            await expectRefusal(.unknownTag, subject: "nope") { _ = try await fabric.store.tag(nope) }
            await expectRefusal(.unknownTag) {
                _ = try await fabric.store.revisions(of: nope, before: nil, limit: 1)
            }
            await expectRefusal(.unknownTag) {
                let revision = RevisionReference(tag: nope, number: 1)
                _ = try await fabric.store.revert(revision, Reversal(), by: "alice", at: Fabric.moment(1))
            }
        },
    ]
}
