import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let rejection: [Case] = [
        Case("a rejected change is tolerated, with who and why, and no tag has it") { fabric in
            let node = try await fabric.node("web1")
            let changes = [try Sample.edit("/etc/a", nil, "one"), try Sample.edit("/etc/b", nil, "two")]
            let commit = try await fabric.commit(node, 1, changes)
            #expect(try await fabric.reject(commit, [2]).rejected == [2])
            #expect(try await fabric.reject(commit).rejected == [1])
            let expected = [1, 0].enumerated()
                .map { index, change in
                    Decision(
                        sequence: Int64(index + 1),
                        commit: commit.id,
                        key: changes[change].key,
                        outcome: .tolerated,
                        revision: nil,
                        by: "alice",
                        reason: "not here",
                        at: Fabric.moment(700)
                    )
                }
            #expect(try await fabric.store.decisions(for: node, after: 0) == expected)
            #expect(try await fabric.store.tag(TagName("node:web1")).tag.revision == 0)
            #expect(try await fabric.store.configuration(of: node).lastDecision == 2)
        },
        Case("a node waits, drifts, and is clean once a later change of the resource is approved") { fabric in
            let node = try await fabric.node("web1")
            let first = try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            #expect(try await fabric.state("web1") == .pending)
            try await fabric.reject(first)
            #expect(try await fabric.state("web1") == .drifted)
            let other = try await fabric.commit(node, 2, [Sample.edit("/etc/b", nil, "one")])
            #expect(try await fabric.state("web1") == .pending)
            try await fabric.approve(other)
            #expect(try await fabric.state("web1") == .drifted)
            try await fabric.approve(fabric.commit(node, 3, [Sample.edit("/etc/a", "one", "two")]))
            try await fabric.reportInSync(node)
            #expect(try await fabric.state("web1") == .clean)
            #expect(try await fabric.store.nodes().map(\.state) == [.clean])
        },
        Case("an older change that is approved later does not end the drift of a newer one") { fabric in
            let node = try await fabric.node("web1")
            let older = try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            try await fabric.reject(fabric.commit(node, 2, [Sample.edit("/etc/a", "one", "two")]))
            try await fabric.approve(older)
            #expect(try await fabric.store.node("web1").state == .drifted)
        },
        Case("an older change that is rejected later is no drift where a newer one was approved") { fabric in
            let node = try await fabric.node("web1")
            let older = try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            try await fabric.approve(fabric.commit(node, 2, [Sample.edit("/etc/a", "one", "two")]))
            try await fabric.reject(older)
            try await fabric.reportInSync(node)
            #expect(try await fabric.store.node("web1").state == .clean)
        },
        Case("a rejection of an unknown change decides nothing") { fabric in
            let node = try await fabric.node("web1")
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            await expectRefusal(.unknownChange) { try await fabric.reject(commit, [1, 2]) }
            await expectRefusal(.invalidRequest) { try await fabric.reject(commit, []) }
            #expect(try await fabric.store.decisions(for: node, after: 0).isEmpty)
        },
    ]
}

extension StoreContract {
    static let rollBacks: [Case] = [
        Case("a change that is to be rolled back is decided so, and no tag changes") { fabric in
            let node = try await fabric.node("web1")
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", "one", "two")])
            let etag = try await fabric.etag(of: node)
            #expect(try await fabric.reject(commit, nil, .rollBack).rejected == [1])
            let decision = try #require(try await fabric.store.decisions(for: node, after: 0).first)
            #expect(decision.outcome == .rolledBack && decision.reason == "not here")
            #expect(decision.revision == nil)
            #expect(try await fabric.store.tag(TagName("node:web1")).tag.revision == 0)
            #expect(try await fabric.etag(of: node) != etag)
            #expect(try await fabric.state("web1") == .clean)
            await expectRefusal(.alreadyDecided, naming: "rejected, to be rolled back, by alice") {
                try await fabric.approve(commit, [1])
            }
        },
        Case("to tolerate is the same whether it is said or not") { fabric in
            let node = try await fabric.node("web1")
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", "one", "two")])
            try await fabric.reject(commit, nil, .tolerate)
            #expect(try await fabric.store.decisions(for: node, after: 0).map(\.outcome) == [.tolerated])
            #expect(try await fabric.state("web1") == .drifted)
        },
        Case("what was not kept cannot be rolled back, and nothing of the rejection is decided") { fabric in
            let node = try await fabric.node("web1")
            let secret = ResourceState.file(try Sample.withheld(.secret(rule: "key")))
            let large = ResourceState.file(try Sample.withheld(.tooLarge))
            let changes = [
                try Sample.edit("/etc/a", "one", "two"), try Sample.change("file:/etc/key", secret, .absent),
                try Sample.change("file:/etc/large", .absent, large),
            ]
            let commit = try await fabric.commit(node, 1, changes)
            for (number, subject) in [(2, "file:/etc/key"), (3, "file:/etc/large")] {
                await expectRefusal(.contentNotKept, subject: subject, naming: "--roll-back") {
                    try await fabric.reject(commit, [1, number], .rollBack)
                }
            }
            #expect(try await fabric.store.decisions(for: node, after: 0).isEmpty)
        },
    ]
}
