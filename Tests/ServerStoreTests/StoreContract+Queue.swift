import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let queue: [Case] = [
        Case("the queue has what waits, in the order in which it came") { fabric in
            let web1 = try await fabric.node("web1")
            let web2 = try await fabric.node("web2")
            let first = try await fabric.commit(
                web2,
                1,
                [Sample.edit("/etc/a", nil, "one")],
                message: "first"
            )
            let second = try await fabric.commit(
                web1,
                1,
                [Sample.edit("/etc/a", nil, "one"), Sample.edit("/etc/b", nil, "two")]
            )
            let third = try await fabric.commit(web2, 2, [Sample.edit("/etc/a", "one", "two")])
            let row = QueuedCommit(
                id: first.id,
                nodeName: try NodeName("web2"),
                author: first.author,
                message: "first",
                at: first.at,
                changes: 1,
                undecided: 1
            )
            #expect(try await fabric.store.queue(node: nil).first == row)
            #expect(try await fabric.store.queue(node: nil).map(\.id) == [first.id, second.id, third.id])
            #expect(try await fabric.store.queue(node: web2).map(\.id) == [first.id, third.id])
        },
        Case("the queue is read in pages, also from a commit on that has left it") { fabric in
            let web1 = try await fabric.node("web1")
            let web2 = try await fabric.node("web2")
            var ids: [CommitID] = []
            for number in 1...6 as ClosedRange<Int64> {
                let change = try Sample.edit("/etc/\(number)", nil, "one")
                let node = number.isMultiple(of: 2) ? web2 : web1
                ids.append(try await fabric.commit(node, number, [change]).id)
            }
            func page(_ after: CommitID?, _ limit: Int, _ node: NodeID? = nil) async throws -> [CommitID] {
                try await fabric.store.queue(node: node, after: after, limit: limit).map(\.id)
            }
            #expect(try await page(nil, 4) == Array(ids[0..<4]))
            #expect(try await page(ids[3], 4) == Array(ids[4..<6]))
            #expect(try await page(ids[5], 4) == [])
            #expect(try await page(ids[0], 2, web1) == [ids[2], ids[4]])
            let rejection = Rejection(reason: "no")
            _ = try await fabric.store.reject(ids[3], rejection, by: "alice", at: Fabric.moment(1))
            #expect(try await page(ids[2], 1) == [ids[4]])
            #expect(try await page(ids[3], 1) == [ids[4]])
            await expectRefusal(.unknownCommit) { _ = try await page(.make(at: Fabric.moment(0)), 1) }
        },
        Case("a commit leaves the queue when its last change is decided") { fabric in
            let node = try await fabric.node("web1")
            let changes = try (1...3).map { try Sample.edit("/etc/\($0)", nil, "one") }
            let commit = try await fabric.commit(node, 1, changes)
            try await fabric.approve(commit, [2])
            #expect(try await fabric.store.queue(node: nil).map(\.undecided) == [2])
            #expect(try await fabric.store.node("web1").undecided == 2)
            try await fabric.reject(commit, [1])
            #expect(try await fabric.store.queue(node: node).map(\.undecided) == [1])
            #expect(try await fabric.store.queue(node: node).map(\.changes) == [3])
            try await fabric.approve(commit)
            #expect(try await fabric.store.queue(node: nil).isEmpty)
            #expect(try await fabric.store.node("web1").state == .drifted)
        },
        Case("an unknown node has no queue and no decisions") { fabric in
            let unknown = NodeID.make(at: Fabric.moment(0))
            await expectRefusal(.unknownNode) { _ = try await fabric.store.queue(node: unknown) }
            await expectRefusal(.unknownNode) { _ = try await fabric.store.decisions(for: unknown, after: 0) }
        },
        Case("a commit is found by its id and by four or more characters of either end, or of what is shown")
        { fabric in
            let node = try await fabric.node("web1")
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            let id = commit.id.text
            for reference in [
                id, commit.id.short, String(id.suffix(4)), String(id.suffix(15)), String(id.prefix(20)),
                String(commit.id.short.prefix(4)), String(commit.id.short.prefix(7)),
            ] {
                #expect(try await fabric.store.commit(reference).id == commit.id)
            }
        },
        Case("an abbreviation that two commits share is ambiguous, from either end") { fabric in
            let node = try await fabric.node("web1")
            let ids = ["01900000-0000-7000-8000-00000000beef", "01900000-0000-7000-8000-00001111beef"]
            for (index, id) in ids.enumerated() {
                var commit = Fabric.commit(of: node, Int64(index + 1), [try Sample.edit("/etc/a", nil, nil)])
                commit.id = CommitID(checked: id)
                commit.changes = [try Sample.change("package:mc", .absent, Sample.package("1"))]
                _ = try await fabric.store.add([commit], from: node, at: Fabric.moment(1))
            }
            for reference in ["beef", "0190", "01900000-0000-7000-8000-0000"] {
                await expectRefusal(.ambiguousID, subject: reference, naming: ids[0], ids[1]) {
                    _ = try await fabric.store.commit(reference)
                }
            }
            #expect(try await fabric.store.commit("1111beef").id.text == ids[1])
            #expect(try await fabric.store.commit("1111").id.text == ids[1])
            #expect(try await fabric.store.commit("00000000beef").id.text == ids[0])
        },
        Case("what names no commit is refused") { fabric in
            let node = try await fabric.node("web1")
            let id = try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")]).id.text
            let references = [
                "", String(id.suffix(3)), String(id.suffix(8).prefix(3)), String(id.suffix(7).prefix(6)),
                "%%%%", "____", "zzzz", id + "0", id.uppercased() + "-",
            ]
            for reference in references {
                await expectRefusal(.unknownCommit) { _ = try await fabric.store.commit(reference) }
            }
            let unknown = CommitID.make(at: Fabric.moment(0))
            await expectRefusal(.unknownCommit, subject: unknown.text) {
                _ = try await fabric.store.commit(unknown.text)
            }
        },
    ]
}
