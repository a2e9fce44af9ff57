import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let commits: [Case] = accepted + refused

    private static let accepted: [Case] = [
        Case("a commit is kept as it was sent, whatever its texts hold") { fabric in
            let node = try await fabric.node("web1")
            var ugly = Sample.file("two")
            ugly.attributes = ["user.\u{1F600}": "\\x00\"\\\\", "security.selinux": "etc_t:s0", "a": ""]
            ugly.owner = AccountReference(name: nil, id: 4_294_967_294)
            var link = ugly
            (link.type, link.content, link.target) = (.symlink, nil, "../\\xff\\n")
            var changes = [
                try Sample.change("file:/etc/a b\\x01", .file(Sample.file("one")), .file(ugly)),
                try Sample.change("file:/etc/link", .absent, .file(link)),
                try Sample.change("file:/etc/big", .absent, .file(Sample.withheld(.tooLarge))),
                try Sample.change("file:/etc/full", .absent, .file(Sample.withheld(.journalFull))),
                try Sample.change(
                    "file:/etc/key",
                    .absent,
                    .file(Sample.withheld(.secret(rule: "a \"rule\"\t")))
                ),
                try Sample.change(
                    "package:kernel",
                    Sample.package("1:5.14-1"),
                    Sample.package("1:5.14-1", "1:5.14-2~rc1")
                ),
                try Sample.change("package:mc", Sample.package("4.8", system: .dpkg), .absent),
            ]
            changes[0].actor = Actor(
                tier: .strong,
                name: "müller\u{7F}",
                session: "\u{0}\u{1F}",
                evidence: "\r\u{8}\u{C}\u{2028}"
            )
            changes[1].isLate = true
            changes[2].at = Timestamp(microseconds: -1)
            let commit = try await fabric.commit(
                node,
                1,
                changes,
                message: "first\nsecond \"line\" \u{1F600}"
            )
            let detail = try await fabric.store.commit(commit.id.text)
            let expected = CommitDetail(
                id: commit.id,
                node: node,
                nodeName: try NodeName("web1"),
                sequence: 1,
                author: commit.author,
                message: commit.message,
                at: commit.at,
                receivedAt: Fabric.moment(101),
                trigger: .logout,
                changes: changes.enumerated().map { ReviewedChange(number: $0 + 1, change: $1) }
            )
            #expect(detail == expected)
        },
        Case("a commit that is sent again is accepted and not doubled") { fabric in
            let node = try await fabric.node("web1")
            let first = try await fabric.commit(node, 1, [Sample.edit("/etc/motd", nil, "one")])
            let second = Fabric.commit(of: node, 2, [try Sample.edit("/etc/motd", "one", nil)])
            let accepted = try await fabric.store.add(
                [first, second, first],
                from: node,
                at: Fabric.moment(9)
            )
            #expect(accepted == [first.id, second.id, first.id])
            #expect(try await fabric.store.queue(node: nil).map(\.id) == [first.id, second.id])
            #expect(try await fabric.store.commit(first.id.text).receivedAt == Fabric.moment(101))
        },
        Case("a commit that comes with its changes' text is the same commit without it, or with another text")
        { fabric in
            let node = try await fabric.node("web1")
            try await fabric.content("one", from: node)
            let commit = Fabric.commit(of: node, 1, [try Sample.edit("/etc/motd", nil, "one")])
            let canonical = String(decoding: try CanonicalJSON.encode(commit.changes), as: UTF8.self)
            let spaced = canonical.replacing(",\"", with: ",\n \"")
            for text in [canonical, nil, spaced] {
                let received = ReceivedCommit(commit, changesText: text)
                #expect(
                    try await fabric.store.add([received], from: node, at: Fabric.moment(9)) == [commit.id]
                )
            }
            #expect(try await fabric.store.commit(commit.id.text).changes.map(\.change) == commit.changes)
            #expect(try await fabric.store.queue(node: nil).count == 1)
        },
        Case("a commit that was decided and is sent again stays decided") { fabric in
            let node = try await fabric.node("web1")
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/motd", nil, "one")])
            try await fabric.approve(commit)
            #expect(try await fabric.store.add([commit], from: node, at: Fabric.moment(900)) == [commit.id])
            #expect(try await fabric.store.queue(node: nil).isEmpty)
            #expect(try await fabric.store.node("web1").undecided == 0)
        },
        Case("a secret or a content that was not kept need not be uploaded") { fabric in
            let node = try await fabric.node("web1")
            let states = [try Sample.withheld(.tooLarge), try Sample.withheld(.secret(rule: "shadow"))]
            let changes = try states.enumerated()
                .map { try Sample.change("file:/etc/\($0)", .absent, .file($1)) }
            let commit = Fabric.commit(of: node, 1, changes)
            #expect(try await fabric.store.add([commit], from: node, at: Fabric.moment(1)) == [commit.id])
        },
        Case("nodes count their commits each on their own") { fabric in
            for name in ["web1", "web2"] {
                try await fabric.commit(fabric.node(name), 1, [Sample.edit("/etc/motd", nil, "one")])
            }
            #expect(try await fabric.store.queue(node: nil).count == 2)
        },
        Case("a commit of thousands of changes is kept") { fabric in
            let node = try await fabric.node("web1")
            let changes = try (0..<3000).map { try Sample.edit("/etc/f\($0)", "one", "two") }
            let commit = try await fabric.commit(node, 1, changes)
            #expect(try await fabric.store.commit(commit.id.text).changes.map(\.change) == changes)
            #expect(try await fabric.approve(commit).revision?.items.count == 3000)
        },
    ]

    private static let refused: [Case] = [
        Case("one missing content refuses the whole upload and is named") { fabric in
            let node = try await fabric.node("web1")
            try await fabric.content("one", from: node)
            let complete = Fabric.commit(of: node, 1, [try Sample.edit("/etc/a", nil, "one")])
            let lacking = Fabric.commit(of: node, 2, [try Sample.edit("/etc/b", "two", "three")])
            let digests = ["two", "three"].map { ContentDigest.sha256($0.utf8) }.sorted()
            let subject = digests.map(\.text).joined(separator: " ")
            await expectRefusal(.missingContents, subject: subject) {
                _ = try await fabric.store.add([complete, lacking], from: node, at: Fabric.moment(1))
            }
            #expect(try await fabric.store.queue(node: nil).isEmpty)
            await expectRefusal(.unknownCommit) { _ = try await fabric.store.commit(complete.id.text) }
        },
        Case("a content that only another node uploaded is missing") { fabric in
            let node = try await fabric.node("web1")
            try await fabric.content("one", from: fabric.node("web2"))
            try await fabric.content("one", from: nil)
            await expectRefusal(.missingContents) {
                let commit = Fabric.commit(of: node, 1, [try Sample.edit("/etc/a", nil, "one")])
                _ = try await fabric.store.add([commit], from: node, at: Fabric.moment(1))
            }
        },
        Case("a content of the node's configuration need not be uploaded") { fabric in
            let node = try await fabric.node("web1")
            let base = try await fabric.tag("base", includedBy: node)
            try await fabric.set(base, "file:/etc/a", Sample.entry("one"))
            let commit = Fabric.commit(of: node, 1, [try Sample.edit("/etc/a", "one", nil)])
            #expect(try await fabric.store.add([commit], from: node, at: Fabric.moment(1)) == [commit.id])
        },
        Case("a known id with anything else in it is refused") { fabric in
            let node = try await fabric.node("web1")
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", "two", "one")])
            var others = Array(repeating: commit, count: 7)
            others[0].message = "else"
            others[1].sequence = 2
            others[2].at = Fabric.moment(77)
            others[3].trigger = .manual
            others[4].author.name = "eve"
            others[5].changes[0].isLate = true
            others[6].changes = []
            for other in others {
                await expectRefusal(.commitMismatch, subject: commit.id.text) {
                    _ = try await fabric.store.add([other], from: node, at: Fabric.moment(2))
                }
            }
            #expect(try await fabric.store.commit(commit.id.text).message == commit.message)
        },
        Case("a sequence that another commit has is refused, with the rest of the upload") { fabric in
            let node = try await fabric.node("web1")
            try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            let next = Fabric.commit(of: node, 2, [try Sample.edit("/etc/b", nil, "one")])
            let other = Fabric.commit(of: node, 1, [try Sample.edit("/etc/c", nil, "one")])
            await expectRefusal(.commitMismatch, subject: other.id.text) {
                _ = try await fabric.store.add([next, other], from: node, at: Fabric.moment(2))
            }
            #expect(try await fabric.store.queue(node: node).count == 1)
        },
        Case("a node sends its own commits only") { fabric in
            let node = try await fabric.node("web1")
            let other = try await fabric.node("web2")
            let commit = Fabric.commit(of: node, 1, [try Sample.edit("/etc/a", "one", nil)])
            await expectRefusal(.commitMismatch, subject: commit.id.text, naming: node.text) {
                _ = try await fabric.store.add([commit], from: other, at: Fabric.moment(1))
            }
            let known = try await fabric.commit(node, 1, [Sample.edit("/etc/a", "one", nil)])
            var stolen = known
            stolen.node = other
            await expectRefusal(.commitMismatch, subject: known.id.text) {
                try await fabric.content("one", from: other)
                _ = try await fabric.store.add([stolen], from: other, at: Fabric.moment(1))
            }
        },
        Case("an unknown node sends nothing") { fabric in
            let unknown = NodeID.make(at: Fabric.moment(0))
            let commit = Fabric.commit(
                of: unknown,
                1,
                [try Sample.change("package:mc", .absent, Sample.package("1"))]
            )
            await expectRefusal(.unknownNode, subject: unknown.text) {
                _ = try await fabric.store.add([commit], from: unknown, at: Fabric.moment(1))
            }
        },
    ]
}
