import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    private static let path = "file:/etc/a"

    /// A commit that made two of one, where the tag has made three of it since.
    private static func clash(_ fabric: Fabric) async throws -> (FeedbackCommit, TagName) {
        let node = try await fabric.node("web1")
        let web = try await fabric.tag("web", includedBy: node)
        try await fabric.set(web, path, Sample.entry("one"))
        let commit = try await fabric.commit(
            node,
            1,
            [Sample.edit("/etc/b", nil, "one"), Sample.edit("/etc/a", "one", "two")]
        )
        try await fabric.set(web, path, Sample.entry("three"))
        return (commit, web)
    }

    private static func approve(
        _ fabric: Fabric,
        _ commit: FeedbackCommit,
        _ tag: TagName,
        _ resolutions: Resolution...
    ) async throws -> ApprovalResult {
        let approval = Approval(into: tag, resolutions: resolutions)
        return try await fabric.store.approve(commit.id, approval, by: "alice", at: Fabric.moment(600))
    }

    static let resolutions: [Case] = [
        Case("what clashes with a tag is told with all sides of it, and the rest is not") { fabric in
            let (commit, web) = try await clash(fabric)
            let clashes = try await fabric.store.clashes(commit.id, Approval(into: web))
            #expect(clashes.map(\.number) == [2])
            #expect(clashes.first?.change == commit.changes[1])
            #expect(clashes.first?.entry == Sample.entry("three"))
            #expect(clashes.first?.revision == 2)
            #expect(try await fabric.store.clashes(commit.id, Approval(into: web, changes: [1])) == [])
        },
        Case("a clash is taken as somebody resolves it, together with the other changes") { fabric in
            let (commit, web) = try await clash(fabric)
            try await fabric.content("four", from: nil)
            let result = try await approve(
                fabric,
                commit,
                web,
                Resolution(number: 2, revision: 2, entry: Sample.entry("four"))
            )
            #expect(result.revision?.items.map(\.key.name) == ["/etc/a", "/etc/b"])
            #expect(try await fabric.entry(web, path) == Sample.entry("four"))
            // What was merged is news to the node that made the change, too.
            #expect(result.nodes.map(\.text) == ["web1"])
            #expect(try await fabric.store.queue(node: commit.node).isEmpty)
        },
        Case("where the tag goes on to say what it says, the change is decided all the same") { fabric in
            let (commit, web) = try await clash(fabric)
            let result = try await approve(
                fabric,
                commit,
                web,
                Resolution(number: 2, revision: 2, entry: nil)
            )
            #expect(result.unchanged == [2])
            #expect(try await fabric.entry(web, path) == Sample.entry("three"))
            #expect(try await fabric.store.queue(node: commit.node).isEmpty)
        },
        Case("a resolution of what the tag does not say any more is not taken, and nothing is written") {
            fabric in
            let (commit, web) = try await clash(fabric)
            try await fabric.set(web, path, Sample.entry("five"))
            try await fabric.content("four", from: nil)
            let error = await #expect(throws: APIError.self) {
                try await approve(
                    fabric,
                    commit,
                    web,
                    Resolution(number: 2, revision: 2, entry: Sample.entry("four"))
                )
            }
            #expect(error?.code == .conflict)
            #expect(error?.message.contains("web@3") == true)
            #expect(try await fabric.entry(web, "file:/etc/b") == nil)
        },
        Case(
            "a resolution has to be one of the resource, with a content that is there, and of a change at hand"
        ) {
            fabric in
            let (commit, web) = try await clash(fabric)
            let rows: [(Resolution, APIError.Code)] = [
                (Resolution(number: 2, revision: 2, entry: .package(.any)), .invalidRequest),
                (Resolution(number: 2, revision: 2, entry: Sample.entry("five")), .unknownContent),
                (Resolution(number: 3, revision: 2, entry: nil), .invalidRequest),
            ]
            for (resolution, code) in rows {
                let error = await #expect(throws: APIError.self) {
                    try await approve(fabric, commit, web, resolution)
                }
                #expect(error?.code == code)
            }
            #expect(try await fabric.entry(web, path) == Sample.entry("three"))
        },
    ]
}
