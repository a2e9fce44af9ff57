import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

@Suite struct PagingTests {
    @Test("nodes, tags and the queue come in pages, each of which names the next one")
    func pages() async throws {
        try await Bench.run { bench, client in
            let reader = bench.token(.reader)
            var commits: [CommitID] = []
            for machine in [bench.web, bench.mail] {
                commits.append(
                    try await bench.upload("/etc/a", from: nil, to: "a", by: machine, through: client).id
                )
            }
            let nodes = try await client.send(.get, "/v1/nodes?limit=1", as: reader).value(NodeList.self)
            #expect(nodes.nodes.map(\.name) == [bench.mail.name])
            #expect(nodes.next == bench.mail.name)
            let otherNodes = try await client.send(.get, "/v1/nodes?limit=1&after=mail1", as: reader)
                .value(NodeList.self)
            #expect(otherNodes.nodes.map(\.name) == [bench.web.name])
            #expect(otherNodes.next == nil)

            let tags = try await client.send(.get, "/v1/tags?limit=1", as: reader).value(TagList.self)
            #expect(tags.tags.map(\.name.text) == ["node:mail1"])
            #expect(tags.next?.text == "node:mail1")
            let otherTags = try await client.send(.get, "/v1/tags?after=node:mail1", as: reader)
                .value(TagList.self)
            #expect(otherTags.tags.map(\.name.text) == ["node:web1"])
            #expect(otherTags.next == nil)

            let queue = try await client.send(.get, "/v1/queue?limit=1", as: reader).value(Queue.self)
            #expect(queue.commits.map(\.id) == [commits[0]])
            #expect(queue.next == commits[0])
            let otherQueue = try await client.send(.get, "/v1/queue?after=\(commits[0])", as: reader)
                .value(Queue.self)
            #expect(otherQueue.commits.map(\.id) == [commits[1]])
            #expect(otherQueue.next == nil)
        }
    }

    @Test("an answer has no more rows than a page, whether or not it was asked to be short")
    func bound() async throws {
        try await Bench.run { bench, client in
            let admin = BearerToken(text: bench.token(.admin)).digest
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<APILimits.rowsPerPage {
                    group.addTask {
                        let name = try NodeName("node-\(number)")
                        try await bench.store.register(
                            RegisterNode(id: .make(at: Bench.start), name: name),
                            Sample.credential(name.text),
                            by: .token(admin),
                            at: Bench.start
                        )
                    }
                }
                try await group.waitForAll()
            }
            let reader = bench.token(.reader)
            let nodes = try await client.send(.get, "/v1/nodes", as: reader).value(NodeList.self)
            #expect(nodes.nodes.count == APILimits.rowsPerPage)
            #expect(nodes.next == nodes.nodes.last?.name)
            let tags = try await client.send(.get, "/v1/tags", as: reader).value(TagList.self)
            #expect(tags.tags.count == APILimits.rowsPerPage)
            #expect(tags.next == tags.tags.last?.name)
        }
    }

    @Test(
        "a page that cannot be is refused",
        arguments: [
            ("nodes?limit=0", APIError.Code.invalidRequest), ("nodes?limit=501", .invalidRequest),
            ("tags?limit=x", .invalidRequest), ("tags?after=A%20B", .invalidRequest),
            ("queue?after=1", .invalidRequest), ("queue?limit=-1", .invalidRequest),
            ("queue?after=01890000-0000-7000-8000-000000000001", .unknownCommit),
        ]
    )
    func refused(request: String, code: APIError.Code) async throws {
        try await Bench.run { bench, client in
            let answer = try await client.send(.get, "/v1/\(request)", as: bench.token(.reader))
            #expect(try answer.refusal().code == code)
        }
    }
}
