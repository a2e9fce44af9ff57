import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let concurrency: [Case] = [
        Case("approvals into one tag at once get one revision each, without gaps") { fabric in
            let web = try await fabric.tag("web")
            var commits: [FeedbackCommit] = []
            for index in 0..<60 {
                let node = try await fabric.node("web\(index)")
                commits.append(try await fabric.commit(node, 1, [Sample.edit("/etc/\(index)", nil, "one")]))
            }
            let numbers = try await together(commits) { commit in
                try await fabric.approve(commit, into: web).revision?.number ?? 0
            }
            #expect(numbers.sorted() == Array(1...60))
            let history = try await fabric.store.revisions(of: web, before: nil, limit: 100)
            #expect(history.map(\.number) == (1...60).reversed())
            #expect(try await fabric.store.tag(web).tag.entries == 60)
        },
        Case("a change that many decide at once is decided by one of them") { fabric in
            let node = try await fabric.node("web1")
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            let outcomes = try await together(Array(0..<40)) { index in
                do {
                    if index.isMultiple(of: 2) {
                        try await fabric.approve(commit)
                    } else {
                        try await fabric.reject(commit)
                    }
                    return true
                } catch let error as APIError where error.code == .alreadyDecided {
                    return false
                }
            }
            #expect(outcomes.filter(\.self).count == 1)
            #expect(try await fabric.store.decisions(for: node, after: 0).count == 1)
        },
        Case("a commit that is sent many times at once is stored once") { fabric in
            let node = try await fabric.node("web1")
            try await fabric.content("one", from: node)
            let commit = Fabric.commit(of: node, 1, [try Sample.edit("/etc/a", nil, "one")])
            let accepted = try await together(Array(0..<40)) { _ in
                try await fabric.store.add([commit], from: node, at: Fabric.moment(1))
            }
            #expect(accepted.allSatisfy { $0 == [commit.id] })
            #expect(try await fabric.store.queue(node: nil).map(\.id) == [commit.id])
            #expect(try await fabric.store.node("web1").undecided == 1)
        },
        Case("requests that are refused leave those beside them alone") { fabric in
            let node = try await fabric.node("web1")
            try await fabric.content("one", from: node)
            let results = try await together(Array(1...90)) { index -> Bool in
                // Every third is refused after its first commit was written, every third before.
                var commits = [
                    Fabric.commit(of: node, Int64(index), [try Sample.edit("/etc/\(index)", nil, "one")])
                ]
                if index % 3 == 1 {
                    commits.append(Fabric.commit(of: node, 1000, [try Sample.edit("/etc/b", nil, "missing")]))
                }
                do {
                    let sender = index % 3 == 2 ? NodeID.make(at: Fabric.moment(0)) : node
                    for position in commits.indices { commits[position].node = sender }
                    _ = try await fabric.store.add(commits, from: sender, at: Fabric.moment(1))
                    return true
                } catch let error as APIError {
                    #expect(error.code == (index % 3 == 1 ? .missingContents : .unknownNode))
                    return false
                }
            }
            #expect(results.filter(\.self).count == 30)
            var sequences: [Int64] = []
            for row in try await fabric.store.queue(node: node) {
                sequences.append(try await fabric.store.commit(row.id.text).sequence)
            }
            #expect(sequences.sorted() == (1...30).map { Int64($0 * 3) })
        },
    ]

    /// Does the work for all at the same time.
    private static func together<Input: Sendable, Output: Sendable>(
        _ inputs: [Input],
        _ work: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> [Output] {
        try await withThrowingTaskGroup(of: Output.self) { group in
            for input in inputs {
                group.addTask { try await work(input) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}
