import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let configurations: [Case] = [
        Case("the own tag comes first, then the included ones in order") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let base = try await fabric.tag("base", includedBy: node)
            let own = try TagName("node:web1")
            for (tag, keys) in [(own, ["c"]), (web, ["b", "c"]), (base, ["a", "b", "c"])] {
                for key in keys { try await fabric.set(tag, "file:/etc/\(key)", .absent) }
            }
            let configuration = try await fabric.store.configuration(of: node)
            let expected = try [("a", base, 1), ("b", web, 1), ("c", own, 1)]
                .map { name, tag, revision in
                    let key = try ResourceKey("file:/etc/\(name)")
                    return EffectiveConfiguration.Item(
                        key: key,
                        entry: .absent,
                        tag: tag,
                        revision: Int64(revision)
                    )
                }
            #expect(configuration.configuration.items == expected)
            #expect(configuration.tags == [web, base])
            try await fabric.store.include([base, web], in: node, by: "alice", at: Fabric.moment(1))
            let tags = try await fabric.store.configuration(of: node).configuration.items.map(\.tag)
            #expect(tags == [base, base, own])
        },
        Case("the entity tag is stable, and new after whatever matters to the node") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            let base = try await fabric.tag("base")
            var seen: [String] = []
            func step(_ what: String, _ work: () async throws -> Void) async throws {
                try await work()
                let etag = try await fabric.etag(of: node)
                #expect(!seen.contains(etag), "\(what)")
                #expect(try await fabric.store.configuration(of: node).etag == etag, "\(what)")
                #expect(try await fabric.difference(of: node, since: etag) == nil, "\(what)")
                seen.append(etag)
            }
            func include(_ tags: [TagName]) async throws {
                try await fabric.store.include(tags, in: node, by: "alice", at: Fabric.moment(1))
            }
            try await step("at first") {}
            try await step("include") { try await include([web]) }
            try await step("include a second") { try await include([web, base]) }
            try await step("another order") { try await include([base, web]) }
            try await step("own entry") { try await fabric.set(TagName("node:web1"), "package:a", .absent) }
            try await step("shared entry") { try await fabric.set(web, "package:b", .absent) }
            try await step("shared entry gone") { try await fabric.set(web, "package:b", nil) }
            let changes = [try Sample.edit("/etc/a", nil, "one"), try Sample.edit("/etc/b", nil, "one")]
            let commit = try await fabric.commit(node, 1, changes)
            try await step("approval") { try await fabric.approve(commit, [1]) }
            try await step("rejection") { try await fabric.reject(commit, [2]) }
            try await step("a tag of the same name that says something else") {
                try await fabric.set(web, "package:c", .absent)
                try await include([base])
                try await fabric.store.deleteTag(web, by: "alice", at: Fabric.moment(1))
                try await fabric.tag("web")
                try await include([base, web])
            }
        },
        Case("the entity tag stays when something else happens") { fabric in
            let node = try await fabric.node("web1")
            let other = try await fabric.node("web2")
            let etag = try await fabric.store.configuration(of: node).etag
            try await fabric.set(fabric.tag("web", includedBy: other), "package:a", .absent)
            try await fabric.approve(fabric.commit(other, 1, [Sample.edit("/etc/a", nil, "one")]))
            try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            try await fabric.store.touch(node, at: Fabric.moment(5))
            #expect(try await fabric.store.configuration(of: node).etag == etag)
        },
        Case("the generation grows with every change that a node could mind, and with no other") { fabric in
            let node = try await fabric.node("web1")
            var last = try await fabric.store.generation()
            func grows(_ what: String, _ grows: Bool = true, _ work: () async throws -> Void) async throws {
                try await work()
                let now = try await fabric.store.generation()
                #expect(grows ? now > last : now == last, "\(what)")
                last = now
            }
            let web = try TagName("web")
            try await grows("tag") { try await fabric.tag("web") }
            try await grows("include") {
                try await fabric.store.include([web], in: node, by: "alice", at: Fabric.moment(1))
            }
            try await grows("include again", false) {
                try await fabric.store.include([web], in: node, by: "alice", at: Fabric.moment(1))
            }
            try await grows("edit") { try await fabric.set(web, "package:a", .absent) }
            let commit = Fabric.commit(
                of: node,
                1,
                [try Sample.edit("/etc/a", nil, "one"), try Sample.edit("/etc/b", nil, "one")]
            )
            try await grows("commit", false) {
                try await fabric.content("one", from: node)
                _ = try await fabric.store.add([commit], from: node, at: Fabric.moment(1))
                try await fabric.store.touch(node, at: Fabric.moment(1))
            }
            try await grows("approval") { try await fabric.approve(commit, [1]) }
            try await grows("rejection") { try await fabric.reject(commit, [2]) }
        },
        Case("an explanation shows every layer, what set it, and which wins") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let base = try await fabric.tag("base", includedBy: node)
            let own = try TagName("node:web1")
            let key = try ResourceKey("file:/etc/a")
            let items = try ["file:/etc/a", "file:/etc/z"]
                .map {
                    EditTag.Item(key: try ResourceKey($0), entry: .absent)
                }
            _ = try await fabric.store.edit(
                base,
                EditTag(items: items, message: "m"),
                by: "carol",
                at: Fabric.moment(3)
            )
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
            try await fabric.set(web, "file:/etc/b", .absent)
            let explanation = try await fabric.store.explain(key, on: node)
            #expect(explanation.node.text == "web1")
            #expect(explanation.key == key)
            #expect(explanation.layers.map(\.tag) == [own, web, base])
            #expect(explanation.layers.map(\.entry) == [nil, Sample.entry("one"), .absent])
            #expect(explanation.layers.map(\.wins) == [false, true, false])
            #expect(explanation.layers.map(\.revision?.number) == [nil, 1, 1])
            #expect(explanation.layers[2].revision?.author == "carol")
            #expect(explanation.layers[2].revision?.at == Fabric.moment(3))
            #expect(explanation.layers[2].revision?.items.map(\.key) == [key])
        },
        Case("an explanation of what no tag names has no winner") { fabric in
            let node = try await fabric.node("web1")
            let own = try TagName("node:web1")
            try await fabric.set(own, "file:/etc/a", .absent)
            try await fabric.set(own, "file:/etc/a", nil)
            let layers = try await fabric.store.explain(ResourceKey("file:/etc/a"), on: node).layers
            #expect(layers == [Explanation.Layer(tag: own, entry: nil, revision: nil, wins: false)])
        },
        Case("an unknown node has no configuration") { fabric in
            let unknown = NodeID.make(at: Fabric.moment(0))
            await expectRefusal(.unknownNode) { _ = try await fabric.store.configuration(of: unknown) }
            await expectRefusal(.unknownNode) {
                _ = try await fabric.store.configuration(of: unknown, since: "x")
            }
            await expectRefusal(.unknownNode) {
                _ = try await fabric.store.explain(ResourceKey("package:a"), on: unknown)
            }
        },
    ]
}
