import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let approval: [Case] = taking + conflicts + withheldContents

    private static let taking: [Case] = [
        Case("a dry run of an approval says what it would do and to which nodes, and does nothing") {
            fabric in
            let web = try await fabric.node("web1")
            let tag = try await fabric.tag("web", includedBy: web, fabric.node("web2"))
            let commit = try await fabric.commit(web, 1, [Sample.edit("/etc/motd", "one", "two")])
            let approval = Approval(into: tag, dryRun: true)
            let plan = try await fabric.store.approve(commit.id, approval, by: "bob", at: Fabric.moment(1))
            #expect(plan.revision == nil)
            #expect(plan.items.map(\.key) == [commit.changes[0].key])
            #expect(plan.nodes.map(\.text) == ["web2"], "web1 has it already")
            #expect(plan.author?.text == "web1")
            let effect = EffectiveChange(
                key: commit.changes[0].key,
                before: nil,
                after: Sample.entry("two"),
                nodes: plan.nodes
            )
            #expect(plan.effects == [effect])
            #expect(try await fabric.store.queue(node: nil).count == 1)
            #expect(try await fabric.entry(tag, "file:/etc/motd") == nil)
            let done = try await fabric.approve(commit, into: tag)
            #expect(done.items == plan.items && done.nodes == plan.nodes && done.author == plan.author)
        },
        Case("an approved change becomes the entry of the own tag, with revision and decision") { fabric in
            let node = try await fabric.node("web1")
            let commit = try await fabric.commit(
                node,
                1,
                [Sample.edit("/etc/motd", "one", "two")],
                message: "greet"
            )
            let result = try await fabric.approve(commit)
            let tag = try TagName("node:web1")
            let item = Revision.Item(key: commit.changes[0].key, before: nil, after: Sample.entry("two"))
            let revision = Revision(
                tag: tag,
                number: 1,
                at: Fabric.moment(600),
                author: "alice",
                message: "greet",
                items: [item],
                commit: commit.id,
                digest: result.revision?.digest
            )
            #expect(result.revision == revision)
            #expect(result.unchanged.isEmpty)
            #expect(try await fabric.store.revisions(of: tag, before: nil, limit: 9) == [revision])
            let decision = Decision(
                sequence: 1,
                commit: commit.id,
                key: commit.changes[0].key,
                outcome: .approved,
                revision: revision.reference,
                by: "alice",
                reason: nil,
                at: Fabric.moment(600)
            )
            #expect(try await fabric.store.decisions(for: node, after: 0) == [decision])
            #expect(try await fabric.store.commit(commit.id.text).changes[0].decision == decision)
            try await fabric.reportInSync(node)
            #expect(try await fabric.store.node("web1").state == .clean)
        },
        Case("an approval may give its own message and name a shared tag") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/motd", "one", nil)])
            let approval = Approval(into: web, message: "for all")
            let result = try await fabric.store.approve(
                commit.id,
                approval,
                by: "carol",
                at: Fabric.moment(1)
            )
            #expect(result.revision?.message == "for all")
            #expect(result.revision?.author == "carol")
            #expect(try await fabric.entry(web, "file:/etc/motd") == .absent)
            #expect(try await fabric.store.tag(TagName("node:web1")).entries.isEmpty)
        },
        Case("an entry equal to the state before is replaced, one equal to the state after stays") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            try await fabric.set(web, "file:/etc/before", Sample.entry("one"))
            try await fabric.set(web, "file:/etc/after", Sample.entry("two"))
            let commit = try await fabric.commit(
                node,
                1,
                [Sample.edit("/etc/after", "one", "two"), Sample.edit("/etc/before", "one", "two")]
            )
            let result = try await fabric.approve(commit, into: web)
            #expect(result.unchanged == [1])
            #expect(result.revision?.number == 3)
            #expect(result.revision?.items.map(\.key.name) == ["/etc/before"])
            #expect(result.revision?.items.first?.before == Sample.entry("one"))
            let decisions = try await fabric.store.decisions(for: node, after: 0)
            #expect(decisions.map(\.revision) == [nil, result.revision?.reference])
        },
        Case("an approval of what the tag says already makes no revision") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            try await fabric.set(web, "file:/etc/a", Sample.entry("two"))
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", "one", "two")])
            let result = try await fabric.approve(commit, into: web)
            #expect(result.revision == nil)
            #expect(result.unchanged == [1])
            #expect(try await fabric.store.tag(web).tag.revision == 1)
            #expect(try await fabric.store.queue(node: nil).isEmpty)
        },
        Case("owners are the same by name, whatever their ids") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            var elsewhere = Sample.file("two")
            elsewhere.owner = AccountReference(name: "root", id: 77)
            try await fabric.set(web, "file:/etc/a", .file(elsewhere))
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", "one", "two")])
            #expect(try await fabric.approve(commit, into: web).unchanged == [1])
        },
        Case("an older commit that waits does not block a newer one, and then conflicts or is there") {
            fabric in
            let node = try await fabric.node("web1")
            let older = try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            let newer = try await fabric.commit(node, 2, [Sample.edit("/etc/a", "one", "two")])
            #expect(try await fabric.approve(newer).revision?.number == 1)
            await expectRefusal(.conflict, subject: "file:/etc/a", naming: "node:web1@1") {
                try await fabric.approve(older)
            }
            #expect(try await fabric.store.queue(node: nil).map(\.id) == [older.id])
        },
        Case("changes are decided once, and only those that there are") { fabric in
            let node = try await fabric.node("web1")
            let changes = [try Sample.edit("/etc/a", nil, "one"), try Sample.edit("/etc/b", nil, "two")]
            let commit = try await fabric.commit(node, 1, changes)
            try await fabric.approve(commit, [2, 2])
            await expectRefusal(.alreadyDecided, subject: "file:/etc/b", naming: "approved by alice") {
                try await fabric.approve(commit, [1, 2])
            }
            await expectRefusal(.alreadyDecided) { try await fabric.reject(commit, [2]) }
            for number in [0, -1, 3, .max] {
                await expectRefusal(.unknownChange, subject: commit.id.text, naming: "1 to 2") {
                    try await fabric.approve(commit, [1, number])
                }
            }
            await expectRefusal(.invalidRequest) { try await fabric.approve(commit, []) }
            #expect(try await fabric.store.queue(node: nil).map(\.undecided) == [1])
            try await fabric.approve(commit)
            await expectRefusal(.alreadyDecided, subject: commit.id.text) { try await fabric.approve(commit) }
            await expectRefusal(.alreadyDecided, subject: commit.id.text) { try await fabric.reject(commit) }
            #expect(try await fabric.store.decisions(for: node, after: 0).map(\.sequence) == [1, 2])
            #expect(try await fabric.store.decisions(for: node, after: 1).map(\.key) == [changes[0].key])
        },
        Case("unknown commits and tags are refused") { fabric in
            let node = try await fabric.node("web1")
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            let unknown = Fabric.commit(of: node, 9, [])
            await expectRefusal(.unknownCommit, subject: unknown.id.text) {
                try await fabric.approve(unknown)
            }
            await expectRefusal(.unknownCommit, subject: unknown.id.text) { try await fabric.reject(unknown) }
            for name in ["nope", "node:nope"] {
                await expectRefusal(.unknownTag, subject: name) {
                    try await fabric.approve(commit, into: TagName(name))
                }
            }
        },
    ]

    private static let conflicts: [Case] = [
        Case("one conflict stops all changes of the approval") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            try await fabric.set(web, "file:/etc/b", Sample.entry("three"))
            try await fabric.set(web, "file:/etc/c", Sample.entry("four"))
            let commit = try await fabric.commit(
                node,
                1,
                [Sample.edit("/etc/a", nil, "one"), Sample.edit("/etc/b", "one", "two")]
            )
            let generation = try await fabric.store.generation()
            let digest = String(ContentDigest.sha256("three".utf8).text.prefix(15))
            await expectRefusal(.conflict, subject: "file:/etc/b", naming: "web@1", digest) {
                try await fabric.approve(commit, into: web)
            }
            #expect(try await fabric.entry(web, "file:/etc/a") == nil)
            #expect(try await fabric.store.tag(web).tag.revision == 2)
            #expect(try await fabric.store.decisions(for: node, after: 0).isEmpty)
            #expect(try await fabric.store.generation() == generation)
            #expect(try await fabric.approve(commit, [1], into: web).revision?.number == 3)
        },
        Case("all that stands in the way of an approval is named, up to twenty changes") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            var changes: [Change] = []
            for number in 10..<33 {
                let path = "/etc/\(number)"
                try await fabric.set(web, "file:\(path)", Sample.entry("three"))
                changes.append(try Sample.edit(path, "one", "two"))
            }
            let secret = ResourceState.file(try Sample.withheld(.secret(rule: "key")))
            changes.append(try Sample.change("file:/etc/a-key", .absent, secret))
            let commit = try await fabric.commit(node, 1, changes)
            await expectRefusal(
                .conflict,
                subject: commit.id.text,
                naming: "24 changes",
                "(1) file:/etc/10: web@1 says",
                "(20) file:/etc/29: web@20 says",
                "… and 4 more",
                "or --theirs, approve into the node's own tag with '--into node', or reject"
            ) {
                try await fabric.approve(commit, into: web)
            }
            await expectRefusal(
                .conflict,
                naming: "(23) file:/etc/32: ",
                "(24) file:/etc/a-key: its content matches"
            ) {
                try await fabric.approve(commit, [23, 24], into: web)
            }
            #expect(try await fabric.store.tag(web).tag.revision == 23)
            #expect(try await fabric.store.queue(node: nil).map(\.undecided) == [24])
        },
        Case("a refusal tells the ways out, of which a conflict with the own tag has fewer") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            let own = try TagName("node:web1")
            for tag in [web, own] { try await fabric.set(tag, "file:/etc/a", Sample.entry("three")) }
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", "one", "two")])
            let first = "; merge both with --edit, take one side with --ours or --theirs"
            await expectRefusal(
                .conflict,
                naming: "\(first), approve into the node's own tag with '--into node', or reject the change"
            ) {
                try await fabric.approve(commit, into: web)
            }
            await expectRefusal(.conflict, naming: "\(first), or reject the change") {
                try await fabric.approve(commit)
            }
        },
        Case("what a tag wants absent conflicts with a change of it") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            try await fabric.set(web, "file:/etc/a", .absent)
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", "one", "two")])
            await expectRefusal(.conflict, naming: "absent") { try await fabric.approve(commit, into: web) }
            let created = try await fabric.commit(node, 2, [Sample.edit("/etc/a", nil, "two")])
            #expect(try await fabric.approve(created, into: web).revision?.number == 2)
        },
        Case("a resource that was made unmanaged can be taken again") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            try await fabric.set(web, "file:/etc/a", Sample.entry("three"))
            try await fabric.set(web, "file:/etc/a", nil)
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", "one", "two")])
            #expect(try await fabric.approve(commit, into: web).revision?.items.first?.before == nil)
        },
    ]

    private static let withheldContents: [Case] = [
        Case("a secret goes into the own tag of its node and nowhere else") { fabric in
            let node = try await fabric.node("web1")
            try await fabric.node("web2")
            let secret = try Sample.withheld(.secret(rule: "private-key"))
            let commit = try await fabric.commit(
                node,
                1,
                [Sample.edit("/etc/a", nil, "one"), Sample.change("file:/etc/key", .absent, .file(secret))]
            )
            try await fabric.tag("web")
            for name in ["web", "node:web2"] {
                await expectRefusal(.secretContent, subject: "file:/etc/key", naming: "private-key", name) {
                    try await fabric.approve(commit, into: TagName(name))
                }
                #expect(try await fabric.store.tag(TagName(name)).tag.revision == 0)
            }
            #expect(try await fabric.approve(commit).revision?.items.last?.after == .file(secret))
        },
        Case("a content that was not kept goes nowhere, but its removal does") { fabric in
            let node = try await fabric.node("web1")
            for (index, why) in [FileContent.Withholding.tooLarge, .journalFull].enumerated() {
                let state = try Sample.withheld(why)
                let change = try Sample.change("file:/etc/\(index)", .absent, .file(state))
                let commit = try await fabric.commit(node, Int64(2 * index + 1), [change])
                await expectRefusal(.contentNotKept, subject: "file:/etc/\(index)") {
                    try await fabric.approve(commit)
                }
                let removal = try Sample.change("file:/etc/\(index)", .file(state), .absent)
                let removed = try await fabric.commit(node, Int64(2 * index + 2), [removal])
                #expect(try await fabric.approve(removed).revision?.items.first?.after == .absent)
            }
        },
    ]
}
