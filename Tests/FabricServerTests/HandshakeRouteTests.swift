import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import FabricServer

@Suite struct HandshakeRouteTests {
    @Test("a node is told what the store has of it, and which store it is")
    func answer() async throws {
        try await Bench.run { bench, client in
            let path = "/v1/nodes/\(bench.web.id)/handshake"
            _ = try await bench.upload("/etc/a", from: nil, to: "one\n", by: bench.web, through: client)
            let greeting = Handshake(life: nil, tags: [])
            let answer = try await client.send(.post, path, as: bench.web, greeting)
                .value(HandshakeAnswer.self)
            #expect(answer.lastSequence == 1 && answer.gaps.isEmpty && answer.unknown.isEmpty)
            let configuration =
                try await client.send(
                    .get,
                    "/v1/nodes/\(bench.web.id)/configuration",
                    as: bench.web
                )
                .value(NodeConfiguration.self)
            #expect(configuration.source?.life == answer.life)
        }
    }

    @Test("too many tags, or a life that is no id, are refused")
    func limits() async throws {
        try await Bench.run { bench, client in
            let path = "/v1/nodes/\(bench.web.id)/handshake"
            let head = TagHead(tag: try TagName("web"), revision: 0, digest: nil)
            let many = Handshake(
                life: nil,
                tags: Array(repeating: head, count: APILimits.tagsPerHandshake + 1)
            )
            let long = Handshake(life: String(repeating: "a", count: 5000), tags: [])
            for handshake in [many, long] {
                let answer = try await client.send(.post, path, as: bench.web, handshake)
                #expect(try answer.refusal().code == .invalidRequest)
            }
        }
    }
}
