import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let flags: [Case] = [
        Case("an entry's flags are in the tag, the node's configuration, the explanation and the history") {
            fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let flags = EntryFlags(restart: ["b.service", "a.service"], reload: ["c.service"])
            let revision = try await fabric.set(web, "package:nginx", .package(.any), flags: flags)
            #expect(revision?.items.first?.flagsBefore == nil)
            #expect(revision?.items.first?.flagsAfter == flags)
            #expect(try await fabric.store.revisions(of: web, before: nil, limit: 1).first == revision)
            #expect(try await fabric.store.tag(web).entries.first?.flags == flags)
            #expect(try await fabric.effective(node)["package:nginx"]?.flags == flags)
            let layers = try await fabric.store.explain(ResourceKey("package:nginx"), on: node).layers
            #expect(layers.map(\.flags) == [nil, flags])
        },
        Case("an edit that says nothing of flags keeps them, empty ones take them away") { fabric in
            let web = try await fabric.tag("web")
            let flags = EntryFlags(restart: ["a.service"])
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"), flags: flags)
            try await fabric.set(web, "file:/etc/a", Sample.entry("two"))
            #expect(try await fabric.store.tag(web).entries.first?.flags == flags)
            let cleared = try await fabric.set(
                web,
                "file:/etc/a",
                Sample.entry("two"),
                flags: EntryFlags()
            )
            #expect(cleared?.items.first?.flagsBefore == flags)
            #expect(cleared?.items.first?.flagsAfter == nil)
            #expect(try await fabric.store.tag(web).entries.first?.flags == nil)
            #expect(
                try await fabric.set(web, "file:/etc/a", Sample.entry("two"), flags: EntryFlags()) == nil
            )
        },
        Case("flags alone can be set where the tag names the resource") { fabric in
            let web = try await fabric.tag("web")
            let key = try ResourceKey("file:/etc/a")
            try await fabric.set(web, key.description, Sample.entry("one"))
            let flags = EntryFlags(reload: ["a.service"])
            func keep(_ key: ResourceKey, _ entry: Entry? = nil) async throws -> Revision? {
                let item = EditTag.Item(key: key, entry: entry, flags: flags, keepsEntry: true)
                let edit = EditTag(items: [item], message: "m")
                return try await fabric.store.edit(web, edit, by: "alice", at: Fabric.moment(1))
            }
            let item = Revision.Item(
                key: key,
                before: Sample.entry("one"),
                after: Sample.entry("one"),
                flagsAfter: flags
            )
            #expect(try await keep(key)?.items == [item])
            await expectRefusal(.invalidRequest, subject: "file:/etc/b") {
                _ = try await keep(ResourceKey("file:/etc/b"))
            }
            await expectRefusal(.invalidRequest, subject: "file:/etc/a") { _ = try await keep(key, .absent) }
        },
        Case("an approval keeps the flags of an entry and adds its own") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            try await fabric.set(
                web,
                "file:/etc/a",
                Sample.entry("one"),
                flags: EntryFlags(restart: ["a.service"])
            )
            let edit = try Sample.edit("/etc/a", "one", "two")
            try await fabric.approve(fabric.commit(node, 1, [edit]), into: web)
            #expect(try await fabric.effective(node)["file:/etc/a"]?.flags?.restart == ["a.service"])
            let next = try Sample.edit("/etc/a", "two", "three")
            let flags = EntryFlags(restart: ["b.service"])
            try await fabric.approve(fabric.commit(node, 2, [next]), into: web, flags: flags)
            let restart = try await fabric.effective(node)["file:/etc/a"]?.flags?.restart
            #expect(restart == ["a.service", "b.service"])
        },
        Case("flags of an approval are for its files and packages, and count where the tag said the rest") {
            fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            try await fabric.set(web, "file:/etc/a", Sample.entry("two"))
            let enabled = ResourceState.service(ServiceState(links: ["multi-user.target.wants"]))
            let changes = [
                try Sample.edit("/etc/a", "one", "two"),
                try Sample.change("package:nginx", .absent, Sample.package("1-1")),
                try Sample.change("service:nginx.service", .absent, enabled),
            ]
            let commit = try await fabric.commit(node, 1, changes)
            let flags = EntryFlags(restart: ["nginx.service"])
            let result = try await fabric.approve(commit, into: web, flags: flags)
            #expect(result.unchanged.isEmpty)
            #expect(result.items.map(\.flagsAfter) == [flags, flags, nil])
        },
        Case("flags that nothing can come of are refused") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            let enabled = ServiceState(links: ["multi-user.target.wants"])
            for unit in ["nginx", "a b.service", "", "../x.service"] {
                await expectRefusal(.invalidRequest) {
                    try await fabric.set(
                        web,
                        "package:nginx",
                        .package(.any),
                        flags: EntryFlags(restart: [unit])
                    )
                }
            }
            let flags = EntryFlags(restart: ["a.service"])
            await expectRefusal(.invalidRequest, subject: "service:nginx.service") {
                try await fabric.set(web, "service:nginx.service", .service(enabled), flags: flags)
            }
            let change = try Sample.change("service:nginx.service", .absent, .service(enabled))
            let commit = try await fabric.commit(node, 1, [change])
            await expectRefusal(.invalidRequest, subject: "service:nginx.service") {
                try await fabric.approve(commit, into: web, flags: flags)
            }
            #expect(try await fabric.store.tag(web).tag.revision == 0)
        },
        Case("a revert puts earlier flags back, and so does one of a deleted tag") { fabric in
            let web = try await fabric.tag("web")
            let flags = EntryFlags(restart: ["a.service"])
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"), flags: flags)
            try await fabric.set(web, "file:/etc/a", Sample.entry("two"), flags: EntryFlags())
            try await fabric.revert(web, 2)
            #expect(try await fabric.store.tag(web).entries.first?.flags == flags)
            try await fabric.store.deleteTag(web, by: "alice", at: Fabric.moment(1))
            try await fabric.tag("web")
            try await fabric.revert(web, 4)
            #expect(try await fabric.store.tag(web).entries.first?.flags == flags)
        },
        Case("what is unset loses its flags") { fabric in
            let web = try await fabric.tag("web")
            let flags = EntryFlags(restart: ["a.service"])
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"), flags: flags)
            try await fabric.set(web, "file:/etc/a", nil)
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
            #expect(try await fabric.store.tag(web).entries.first?.flags == nil)
        },
    ]
}
