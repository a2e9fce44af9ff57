import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let handshakes: [Case] = [
        Case("a node is told the last sequence of its commits, and which below it are missing") { fabric in
            let node = try await fabric.node("web1")
            let other = try await fabric.node("web2")
            #expect(try await greet(fabric, node).lastSequence == 0)
            for sequence in [2, 3, 7] {
                try await fabric.commit(node, Int64(sequence), [Sample.edit("/etc/\(sequence)", nil, "one")])
            }
            try await fabric.commit(other, 1, [Sample.edit("/etc/a", nil, "one")])
            let answer = try await greet(fabric, node)
            #expect(answer.lastSequence == 7)
            #expect(answer.gaps == [.init(from: 1, through: 1), .init(from: 4, through: 6)])
            #expect((1...8).filter(answer.lacks) == [1, 4, 5, 6, 8])
            let whole = try await greet(fabric, other)
            #expect(whole.lastSequence == 1 && whole.gaps.isEmpty)
            let unknown = NodeID.make(at: Fabric.moment(0))
            await expectRefusal(.unknownNode) { _ = try await greet(fabric, unknown) }
        },
        Case("of too many gaps the last covers all that are left") { fabric in
            let node = try await fabric.node("web1")
            let count = APILimits.gapsPerHandshake + 3
            let change = try Sample.edit("/etc/a", nil, nil)
            let commits = (1...count).map { Fabric.commit(of: node, Int64($0 * 2), [change]) }
            _ = try await fabric.store.add(commits, from: node, at: Fabric.moment(1))
            let gaps = try await greet(fabric, node).gaps
            #expect(gaps.count == APILimits.gapsPerHandshake)
            #expect(gaps.last == .init(from: Int64(gaps.count * 2 - 1), through: Int64(count * 2)))
        },
        Case("a store says whether it has the revision that a node knows, deleted tags' too") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            let first = try #require(try await fabric.set(web, "package:a", .absent))
            let second = try #require(try await fabric.set(web, "package:b", .absent))
            func unknown(_ number: Int64, _ digest: RevisionDigest?) async throws -> [TagName] {
                let head = TagHead(tag: web, revision: number, digest: digest)
                return try await greet(fabric, node, tags: [head]).unknown
            }
            #expect(try await unknown(1, first.digest) == [])
            #expect(try await unknown(2, second.digest) == [])
            #expect(try await unknown(2, first.digest) == [web])
            #expect(try await unknown(3, second.digest) == [web])
            #expect(try await unknown(2, nil) == [web])
            #expect(try await unknown(0, nil) == [])
            try await fabric.store.deleteTag(web, by: "alice", at: Fabric.moment(1))
            #expect(try await unknown(2, second.digest) == [])
            let never = TagHead(tag: try TagName("never"), revision: 1, digest: first.digest)
            #expect(try await greet(fabric, node, tags: [never]).unknown == [never.tag])
        },
        Case("a configuration says how far each of its tags is, and changes of one do too") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let own = TagName(ownTagOf: try NodeName("web1"))
            let revision = try await fabric.set(web, "package:a", .absent)
            let whole = try await fabric.store.configuration(of: node)
            let source = try #require(whole.source)
            #expect(
                source.tags == [
                    TagHead(tag: own, revision: 0, digest: nil),
                    TagHead(tag: web, revision: 1, digest: revision?.digest),
                ]
            )
            let answer = try await greet(fabric, node)
            #expect(source.life == answer.life && source.store == answer.store)
            let next = try await fabric.set(web, "package:b", .absent)
            let changes = try await fabric.difference(of: node, since: whole.etag)?.changes
            #expect(changes?.source?.tags.last == TagHead(tag: web, revision: 2, digest: next?.digest))
            #expect(changes?.source?.life == source.life)
        },
        Case("in one life a node forgets no decision, whatever it knew") { fabric in
            let node = try await fabric.node("web1")
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            try await fabric.approve(commit)
            let answer = try await greet(fabric, node)
            #expect(answer.lastDecision == 1 && answer.restoredAt == nil)
            #expect(try await greet(fabric, node, life: answer.life).lastDecision == 1)
            // Of a store that is not this one.
            #expect(try await greet(fabric, node, life: "another").lastDecision == 0)
        },
    ]

    private static func greet(
        _ fabric: Fabric,
        _ node: NodeID,
        life: String? = nil,
        tags: [TagHead] = []
    ) async throws -> HandshakeAnswer {
        try await fabric.store.handshake(Handshake(life: life, tags: tags), from: node)
    }
}
