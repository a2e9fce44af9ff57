import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    private static let path = "file:/etc/a"

    /// The conflicts of a commit, by the number of the change.
    private static func conflicts(_ fabric: Fabric, _ commit: FeedbackCommit) async throws -> [Int: Conflict]
    {
        let changes = try await fabric.store.commit(commit.id.text).changes
        let row = try await fabric.store.queue(node: commit.node).first { $0.id == commit.id }
        let found = Dictionary(uniqueKeysWithValues: changes.map { ($0.number, $0.conflict) })
            .compactMapValues(\.self)
        // The queue counts what the commit shows.
        #expect((row?.conflicts ?? 0) == found.count)
        return found
    }

    static let conflictsInTheQueue: [Case] = whatClashes + whatDoesNot

    private static let whatClashes: [Case] = [
        Case("a resource that changed on the node and in its tag is in conflict, with who wants what") {
            fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            try await fabric.set(web, path, Sample.entry("one"), by: "alice")
            try await fabric.set(web, path, Sample.entry("three"), by: "carol")
            let commit = try await fabric.commit(
                node,
                1,
                [Sample.edit("/etc/b", "one", "two"), Sample.edit("/etc/a", "one", "two")]
            )
            let conflict = Conflict(
                entry: Sample.entry("three"),
                revision: try RevisionReference("web@2"),
                by: "carol",
                at: Fabric.moment(500)
            )
            #expect(try await conflicts(fabric, commit) == [2: conflict])
            try await fabric.revert(web, 2)
            #expect(try await conflicts(fabric, commit) == [:])
        },
        Case(
            "of a resource that a tag wants absent, a change is in conflict; a removal where it wants a third state"
        ) {
            fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            try await fabric.set(web, path, .absent)
            try await fabric.set(web, "file:/etc/b", Sample.entry("three"))
            let changes = [try Sample.edit("/etc/a", "one", "two"), try Sample.edit("/etc/b", "one", nil)]
            let commit = try await fabric.commit(node, 1, changes)
            #expect(
                try await conflicts(fabric, commit).mapValues(\.entry) == [
                    1: .absent, 2: Sample.entry("three"),
                ]
            )
        },
        Case("packages, accounts and services clash by what their kinds compare") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            func user(_ shell: String, _ comment: String = "") -> ResourceState {
                let group = AccountReference(name: "bob", id: 1001)
                return .user(
                    UserState(uid: 1001, group: group, comment: comment, home: "/home/bob", shell: shell)
                )
            }
            var wish = UserWish()
            wish.shell = "/bin/zsh"
            func group(_ gid: UInt32) -> ResourceState { .group(GroupState(gid: gid)) }
            var number = GroupWish()
            number.gid = 60
            func service(_ links: String...) -> ResourceState { .service(ServiceState(links: links)) }
            let masked = Entry.service(ServiceState(isMasked: true))
            let (one, two) = (try Sample.package("1"), try Sample.package("2"))
            let rows: [(key: String, Entry, before: ResourceState, after: ResourceState, clashes: Bool)] = [
                ("package:a", .package(.exactly(try PackageVersion("3"))), one, two, true),
                ("package:b", .package(.atLeast(try PackageVersion("1"))), one, two, false),
                ("package:c", .absent, one, two, true),
                ("user:a", .user(wish), user("/bin/sh"), user("/bin/bash"), true),
                ("user:b", .user(wish), user("/bin/sh"), user("/bin/zsh"), false),
                // What the tag wants besides was not touched.
                ("user:c", .user(wish), user("/bin/sh"), user("/bin/sh", "Bob"), false),
                ("group:a", .group(number), group(50), group(55), true),
                ("group:b", .group(number), group(60), group(55), false),
                ("service:a.service", masked, service(), service("a.wants"), true),
                ("service:b.service", .service(ServiceState()), service(), service("a.wants"), false),
            ]
            for (key, entry, _, _, _) in rows { try await fabric.set(web, key, entry) }
            let changes = try rows.map { try Sample.change($0.key, $0.before, $0.after) }
            let found = try await conflicts(fabric, fabric.commit(node, 1, changes))
            for (index, row) in rows.enumerated() {
                #expect((found[index + 1] != nil) == row.clashes, "\(row.key)")
            }
        },
        Case("the tag that gives the node its entry decides, not one that it shadows") { fabric in
            let node = try await fabric.node("web1")
            let first = try await fabric.tag("first", includedBy: node)
            let second = try await fabric.tag("second", includedBy: node)
            let own = try TagName("node:web1")
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", "one", "two")])
            try await fabric.set(second, path, Sample.entry("three"))
            #expect(try await conflicts(fabric, commit)[1]?.revision.tag == second)
            try await fabric.set(first, path, Sample.entry("one"))
            #expect(try await conflicts(fabric, commit) == [:])
            try await fabric.set(own, path, Sample.entry("four"))
            #expect(try await conflicts(fabric, commit)[1]?.revision.description == "node:web1@1")
        },
        Case("names with any bytes are compared, and edits in a row each clash with a third state") {
            fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let name = #"/etc/lat\xe9 "in\\%"#
            try await fabric.set(web, "file:\(name)", Sample.entry("five"))
            let first = try await fabric.commit(node, 1, [Sample.edit(name, "one", "two")])
            let second = try await fabric.commit(node, 2, [Sample.edit(name, "two", "three")])
            #expect(try await conflicts(fabric, first).count == 1)
            #expect(try await conflicts(fabric, second).count == 1)
            #expect(
                try await fabric.store.queue(node: nil, after: first.id, limit: 1).map(\.conflicts) == [1]
            )
        },
    ]

    private static let whatDoesNot: [Case] = [
        Case("where the tag says what was before, what is now or nothing, there is no conflict") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let elsewhere = try await fabric.tag("elsewhere")
            try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
            try await fabric.set(web, "file:/etc/b", Sample.entry("two"))
            try await fabric.set(web, "file:/etc/c", Sample.entry("three"))
            try await fabric.set(web, "file:/etc/c", nil)
            try await fabric.set(elsewhere, "file:/etc/d", Sample.entry("three"))
            let changes = try ["a", "b", "c", "d"].map { try Sample.edit("/etc/\($0)", "one", "two") }
            #expect(try await conflicts(fabric, fabric.commit(node, 1, changes)) == [:])
        },
        Case("what is decided is in conflict no more") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            try await fabric.set(web, "file:/etc/a", Sample.entry("three"))
            try await fabric.set(web, "file:/etc/b", Sample.entry("three"))
            let changes = try ["a", "b"].map { try Sample.edit("/etc/\($0)", "one", "two") }
            let commit = try await fabric.commit(node, 1, changes)
            #expect(try await Set(conflicts(fabric, commit).keys) == [1, 2])
            try await fabric.reject(commit, [1])
            #expect(try await Set(conflicts(fabric, commit).keys) == [2])
            try await fabric.approve(commit, [2])
            #expect(try await conflicts(fabric, commit) == [:])
            #expect(try await fabric.store.queue(node: nil).isEmpty)
        },
        Case("one edit after the other is no conflict with a tag that says what was before the first") {
            fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            try await fabric.set(web, path, Sample.entry("one"))
            let first = try await fabric.commit(node, 1, [Sample.edit("/etc/a", "one", "two")])
            let second = try await fabric.commit(node, 2, [Sample.edit("/etc/a", "two", "three")])
            #expect(try await conflicts(fabric, first) == [:])
            #expect(try await conflicts(fabric, second) == [:])
            // Another node's edit leads nowhere for this one.
            let other = try await fabric.node("web2")
            try await fabric.store.include([web], in: other, by: "alice", at: Fabric.moment(2))
            let elsewhere = try await fabric.commit(other, 1, [Sample.edit("/etc/a", "two", "three")])
            #expect(try await conflicts(fabric, elsewhere).count == 1)
            // Rejected, the first edit no longer leads from the tag to the second.
            try await fabric.reject(first)
            #expect(try await conflicts(fabric, second).count == 1)
        },
    ]
}
