import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let history: [Case] = states + earlierExplanations + partialReverts

    private static let states: [Case] = [
        Case("a tag's state at each revision is what its entries were then") { fabric in
            let web = try await fabric.tag("web")
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
            try await fabric.set(web, "package:mc", .package(.any), flags: EntryFlags(restart: ["a.service"]))
            try await fabric.set(web, "file:/etc/a", Sample.entry("two"))
            try await fabric.set(web, "package:mc", nil)
            let expected: [[String: Int64]] = [
                [:], ["file:/etc/a": 1], ["file:/etc/a": 1, "package:mc": 2],
                ["file:/etc/a": 3, "package:mc": 2], ["file:/etc/a": 3],
            ]
            let log = try await fabric.store.revisions(of: web, before: nil, limit: 9)
            for (number, expected) in expected.enumerated() {
                let state = try await fabric.store.state(of: web, at: .revision(Int64(number)))
                let set = Dictionary(state.entries.map { ($0.key.description, $0.revision) }) { $1 }
                #expect(set == expected, "\(number)")
                #expect(state.revision == Int64(number))
                #expect(state.digest == log.first { $0.number == number }?.digest)
            }
            let second = try await fabric.store.state(of: web, at: .revision(2)).entries
            #expect(second.map(\.entry) == [Sample.entry("one"), .package(.any)])
            #expect(second.map(\.flags) == [nil, EntryFlags(restart: ["a.service"])])
            let newest = try await fabric.store.state(of: web, at: .revision(4)).entries
            #expect(try await fabric.store.tag(web).entries == newest)
            for number in [-1, 5] as [Int64] {
                await expectRefusal(.unknownRevision, subject: "web@\(number)") {
                    _ = try await fabric.store.state(of: web, at: .revision(number))
                }
            }
        },
        Case("a tag's state at a time is that of its newest revision then, also where the clock was set back")
        {
            fabric in
            let web = try await fabric.tag("web")
            for (entry, second) in [("one", 10), ("two", 30), ("three", 20)] as [(String, Int64)] {
                try await edit(fabric, web, "file:/etc/a", Sample.entry(entry), at: second)
            }
            for (second, revision) in [(9, 0), (10, 1), (19, 1), (20, 3), (30, 3), (99, 3)]
                as [(Int64, Int64)]
            {
                let state = try await fabric.store.state(of: web, at: .time(Fabric.moment(second)))
                #expect(state.revision == revision, "\(second)")
            }
            #expect(try await fabric.store.state(of: web, at: .time(Fabric.moment(9))).at == nil)
        },
        Case("the history of a deleted tag can be read, and a tag that never was has none") { fabric in
            let web = try await fabric.tag("web")
            try await fabric.set(web, "package:mc", .absent)
            try await fabric.store.deleteTag(web, by: "alice", at: Fabric.moment(600))
            #expect(try await fabric.store.state(of: web, at: .revision(1)).entries.count == 1)
            #expect(try await fabric.store.state(of: web, at: .revision(2)).entries.isEmpty)
            #expect(try await fabric.store.difference(of: web, from: 0, to: 1).items.count == 1)
            let nope = try TagName("nope")
            await expectRefusal(.unknownTag) { _ = try await fabric.store.state(of: nope, at: .revision(0)) }
            await expectRefusal(.unknownTag) {
                _ = try await fabric.store.difference(of: nope, from: 0, to: nil)
            }
        },
        Case("a difference is what is otherwise between two revisions, in either direction") { fabric in
            let web = try await fabric.tag("web")
            let (one, two) = (Sample.entry("one"), Sample.entry("two"))
            try await fabric.set(web, "file:/etc/a", one)
            try await fabric.set(web, "package:mc", .absent)
            try await fabric.set(web, "file:/etc/a", two)
            try await fabric.set(web, "package:mc", nil)
            try await fabric.set(web, "file:/etc/a", one)
            func difference(_ from: Int64, _ to: Int64?) async throws -> TagDifference {
                try await fabric.store.difference(of: web, from: from, to: to)
            }
            let (a, mc) = (try ResourceKey("file:/etc/a"), try ResourceKey("package:mc"))
            let gone = Revision.Item(key: mc, before: .absent, after: nil)
            let changed = Revision.Item(key: a, before: one, after: two)
            #expect(try await difference(2, 4).items == [changed, gone])
            let back = [
                Revision.Item(key: a, before: two, after: one),
                Revision.Item(key: mc, before: nil, after: .absent),
            ]
            #expect(try await difference(4, 2).items == back)
            // What came back in between is no difference.
            #expect(try await difference(2, nil) == TagDifference(tag: web, from: 2, to: 5, items: [gone]))
            #expect(try await difference(1, nil).items == [])
            #expect(try await difference(3, 3).items == [])
            for (from, to) in [(-1, 1), (0, 6), (6, nil)] as [(Int64, Int64?)] {
                await expectRefusal(.unknownRevision) { _ = try await difference(from, to) }
            }
        },
    ]

    private static let earlierExplanations: [Case] = [
        Case("an explanation of an earlier time has the tags that were included then, each as it was") {
            fabric in
            let node = try await fabric.node("web1")
            let key = try ResourceKey("file:/etc/a")
            let (web, base) = (try await fabric.tag("web"), try await fabric.tag("base"))
            try await edit(fabric, base, "file:/etc/a", Sample.entry("one"), at: 10)
            try await fabric.store.include([base], in: node, by: "alice", at: Fabric.moment(20))
            try await edit(fabric, web, "file:/etc/a", Sample.entry("two"), at: 30)
            try await fabric.store.include([web, base], in: node, by: "alice", at: Fabric.moment(40))
            try await edit(fabric, TagName("node:web1"), "file:/etc/a", .absent, at: 50)
            try await edit(fabric, base, "file:/etc/a", Sample.entry("three"), at: 60)
            try await fabric.store.include([], in: node, by: "alice", at: Fabric.moment(70))
            try await fabric.store.deleteTag(web, by: "alice", at: Fabric.moment(80))
            func explained(_ second: Int64?) async throws -> [String] {
                let time = second.map { Fabric.moment($0) }
                let explanation = try await fabric.store.explain(key, on: node, at: time)
                #expect(explanation.at == time)
                #expect(explanation.layers.allSatisfy { ($0.revision?.items.map(\.key) ?? [key]) == [key] })
                return explanation.layers.map { layer in
                    let number = layer.revision.map { "@\($0.number)" } ?? ""
                    return "\(layer.tag)\(number)\(layer.wins ? " wins" : "")"
                }
            }
            #expect(try await explained(0) == ["node:web1"])
            #expect(try await explained(19) == ["node:web1"])
            #expect(try await explained(20) == ["node:web1", "base@1 wins"])
            #expect(try await explained(39) == ["node:web1", "base@1 wins"])
            #expect(try await explained(40) == ["node:web1", "web@1 wins", "base@1"])
            #expect(try await explained(50) == ["node:web1@1 wins", "web@1", "base@1"])
            #expect(try await explained(69) == ["node:web1@1 wins", "web@1", "base@2"])
            #expect(try await explained(70) == ["node:web1@1 wins"])
            #expect(try await explained(nil) == ["node:web1@1 wins"])
            await expectRefusal(.unknownNode, subject: "web1", naming: "registered") {
                _ = try await explained(-1)
            }
        }
    ]

    private static let partialReverts: [Case] = [
        Case("single resources of a revision are put back, and the others stay") { fabric in
            let web = try await fabric.tag("web")
            let keys = try ["package:a", "package:b", "package:c"].map { try ResourceKey($0) }
            let edit = EditTag(items: keys.map { .init(key: $0, entry: .absent) }, message: "m")
            _ = try await fabric.store.edit(web, edit, by: "alice", at: Fabric.moment(1))
            let dry = try await fabric.revert(web, 1, Reversal(resources: [keys[1]], dryRun: true))
            #expect(dry.items.map(\.key) == [keys[1]])
            let wet = try await fabric.revert(web, 1, Reversal(resources: [keys[1]]))
            #expect(wet.items == dry.items && wet.revision?.reverts == 1)
            #expect(try await fabric.store.tag(web).entries.map(\.key) == [keys[0], keys[2]])
            // What was put back alone stands in the way of the whole, not of the rest.
            await expectRefusal(.conflict, subject: "package:b", naming: "web@2") {
                _ = try await fabric.revert(web, 1)
            }
            let rest = try await fabric.revert(web, 1, Reversal(resources: [keys[0], keys[2]]))
            #expect(rest.revision?.number == 3)
            #expect(try await fabric.store.tag(web).entries.isEmpty)
        },
        Case("a resource that the revision did not change cannot be put back") { fabric in
            let web = try await fabric.tag("web")
            try await fabric.set(web, "package:a", .absent)
            try await fabric.set(web, "package:b", .absent)
            let keys = try ["package:b", "package:a"].map { try ResourceKey($0) }
            await expectRefusal(.unknownChange, subject: "package:a", naming: "web@2") {
                _ = try await fabric.revert(web, 2, Reversal(resources: keys))
            }
            #expect(try await fabric.store.tag(web).tag.revision == 2)
        },
        Case("a resource that is put back alone brings back only its own overrides") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let changes = [try Sample.edit("/etc/a", nil, "one"), try Sample.edit("/etc/b", nil, "two")]
            try await fabric.approve(fabric.commit(node, 1, changes))
            try await fabric.approve(fabric.commit(node, 2, changes), into: web)
            let key = try ResourceKey("file:/etc/b")
            let result = try await fabric.revert(web, 1, Reversal(resources: [key]))
            #expect(result.restored.map(\.key) == [key])
            #expect(try await fabric.effective(node)["file:/etc/b"]?.tag.text == "node:web1")
            #expect(try await fabric.effective(node)["file:/etc/a"]?.tag == web)
        },
    ]

    /// Sets one entry at a moment.
    private static func edit(
        _ fabric: Fabric,
        _ tag: TagName,
        _ key: String,
        _ entry: Entry,
        at second: Int64
    ) async throws {
        if let text = entry.keptDigest.flatMap({ Sample.text(of: $0) }) {
            try await fabric.content(text, from: nil)
        }
        let edit = EditTag(items: [.init(key: try ResourceKey(key), entry: entry)], message: "m")
        _ = try await fabric.store.edit(tag, edit, by: "alice", at: Fabric.moment(second))
    }
}
