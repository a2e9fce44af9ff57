import FabricAPI
import FabricModel
import FoundationEssentials
import ServerStore
import Testing

extension StoreContract {
    static let differences: [Case] = [
        Case("changes since any earlier entity tag lead to what the node should be") { fabric in
            let node = try await fabric.node("web1")
            let tags = [
                try TagName("node:web1"), try await fabric.tag("web", includedBy: node),
                try await fabric.tag("base", includedBy: node),
            ]
            var generator = SeededGenerator(seed: 7)
            // So that no way is longer than the whole.
            for index in 0..<40 { try await fabric.set(tags[2], "package:still-\(index)", .absent) }
            var known = [try await fabric.store.configuration(of: node)]
            for _ in 0..<60 {
                let key = "package:p\(Int.random(in: 0..<6, using: &generator))"
                let entries = [nil, Entry.absent, .package(.any)]
                try await fabric.set(
                    tags[Int.random(in: 0..<3, using: &generator)],
                    key,
                    entries[Int.random(in: 0..<3, using: &generator)]
                )
                let now = try await fabric.store.configuration(of: node)
                for earlier in known.suffix(12) where earlier.etag != now.etag {
                    let changes = try #require(
                        try await fabric.difference(of: node, since: earlier.etag)?.changes
                    )
                    #expect(earlier.applying(changes) == now)
                }
                known.append(now)
            }
        },
        Case("only what changed for the node is told") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let base = try await fabric.tag("base", includedBy: node)
            for name in ["a", "b", "c"] { try await fabric.set(web, "file:/etc/\(name)", .absent) }
            try await fabric.set(base, "file:/etc/\\\\a \"b\"", .absent)
            let before = try await fabric.store.configuration(of: node)
            try await fabric.set(web, "file:/etc/b", Sample.entry("one"))
            try await fabric.set(web, "file:/etc/c", nil)
            try await fabric.set(base, "file:/etc/a", .absent)
            try await fabric.set(base, "file:/etc/\\\\a \"b\"", nil)
            let changes = try #require(try await fabric.difference(of: node, since: before.etag)?.changes)
            #expect(changes.items.map(\.key.description) == ["file:/etc/b"])
            #expect(changes.items.map(\.reference) == [RevisionReference(tag: web, number: 4)])
            #expect(changes.items.map(\.entry) == [Sample.entry("one")])
            #expect(changes.removed.map(\.description) == ["file:/etc/\\\\a \"b\"", "file:/etc/c"])
            #expect(changes.tags == [web, base])
            #expect(try await before.applying(changes) == fabric.store.configuration(of: node))
        },
        Case("what is to be done besides comes with its entry, also where it alone is another") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            try await fabric.set(web, "file:/etc/a", .absent)
            for number in 0..<20 { try await fabric.set(web, "file:/etc/still-\(number)", .absent) }
            let before = try await fabric.store.configuration(of: node)
            let flags = EntryFlags(restart: ["b.service", "a.service"])
            let item = EditTag.Item(
                key: try ResourceKey("file:/etc/a"),
                entry: nil,
                flags: flags,
                keepsEntry: true
            )
            _ = try await fabric.store.edit(
                web,
                EditTag(items: [item], message: "restart"),
                by: "alice",
                at: Fabric.moment(3)
            )
            let changes = try #require(try await fabric.difference(of: node, since: before.etag)?.changes)
            #expect(changes.items.map(\.flags) == [flags])
            #expect(try await before.applying(changes) == fabric.store.configuration(of: node))
        },
        Case("decisions and pauses come without any entry") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            try await fabric.set(web, "package:a", .absent)
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            let before = try await fabric.store.configuration(of: node)
            try await fabric.reject(commit)
            let pause = try await fabric.store.pause(web, reason: "\"why\"", by: "bob", at: Fabric.moment(9))
            let changes = try #require(try await fabric.difference(of: node, since: before.etag)?.changes)
            #expect(changes.items.isEmpty && changes.removed.isEmpty)
            #expect(changes.lastDecision == 1)
            #expect(changes.pause == pause)
            let paused = try #require(before.applying(changes))
            #expect(try await paused == fabric.store.configuration(of: node))
            _ = try await fabric.store.resume(web, by: "bob", at: Fabric.moment(10))
            let resumed = try #require(try await fabric.difference(of: node, since: paused.etag)?.changes)
            #expect(resumed.pause == nil)
        },
        Case("the whole is told where what changed cannot be") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let base = try await fabric.tag("base")
            try await fabric.set(web, "package:a", .absent)
            let old = try await fabric.store.configuration(of: node)
            try await fabric.store.include([web, base], in: node, by: "alice", at: Fabric.moment(1))
            let now = try await fabric.store.configuration(of: node)
            #expect(try await fabric.difference(of: node, since: old.etag) == .whole(now))
            try await fabric.set(base, "package:b", .absent)
            let newer = try await fabric.store.configuration(of: node)
            for etag in ["", "x", "1", "1----", newer.etag + "0"] {
                #expect(try await fabric.difference(of: node, since: etag) == .whole(newer), "\(etag)")
            }
        },
        Case("the whole is told where more changed than there is") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let first = try await fabric.store.configuration(of: node)
            for index in 0..<17 {
                try await fabric.set(web, "package:p\(index)", .absent)
                try await fabric.set(web, "package:p\(index)", nil)
            }
            let now = try await fabric.store.configuration(of: node)
            #expect(try await fabric.difference(of: node, since: first.etag) == .whole(now))
        },
    ]
}

extension Fabric {
    /// How a node's configuration differs, as the node reads it; `nil` for not at all.
    func difference(of node: NodeID, since etag: String) async throws -> ConfigurationAnswer? {
        switch try await store.configuration(of: node, since: etag) {
        case .none: return nil
        case .whole(let configuration): return .whole(configuration)
        case .changes(let encoded):
            let changes = try CanonicalJSON.decode(ConfigurationChanges.self, from: Data(encoded.json))
            #expect(changes.etag == encoded.etag)
            #expect(changes.since == etag)
            #expect(try CanonicalJSON.encode(changes) == Data(encoded.json))
            return .changes(changes)
        }
    }
}

extension ConfigurationAnswer {
    var changes: ConfigurationChanges? {
        if case .changes(let changes) = self { changes } else { nil }
    }
}

/// The same numbers in each run.
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    // *Source*: SplitMix64, Steele, Lea and Flood 2014.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
