import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

@Suite struct HistoryRouteTests {
    @Test("the chain of one tag, or of all page by page, is verified")
    func verification() async throws {
        try await Bench.run { bench, client in
            let reader = bench.token(.reader)
            let web = try TagName("web")
            try await bench.store.createTag(web, by: "alice", at: Bench.start)
            let edit = EditTag(
                items: [.init(key: try ResourceKey("package:a"), entry: .absent)],
                message: "m"
            )
            let revision = try await bench.store.edit(web, edit, by: "alice", at: Bench.start)
            let one = try await client.send(.get, "/v1/verification?tag=web", as: reader)
                .value(VerificationList.self)
            #expect(one.tags == [TagVerification(tag: web, revisions: 1, head: revision?.digest)])
            let first = try await client.send(.get, "/v1/verification?limit=2", as: reader)
                .value(VerificationList.self)
            #expect(first.tags.map(\.tag.text) == ["node:mail1", "node:web1"])
            #expect(first.next?.text == "node:web1")
            let rest = try await client.send(.get, "/v1/verification?after=node:web1", as: reader)
                .value(VerificationList.self)
            #expect(rest.tags == one.tags && rest.next == nil)
            for query in ["limit=0", "limit=51", "tag=web&limit=1", "tag=Web", "x=1"] {
                let answer = try await client.send(.get, "/v1/verification?\(query)", as: reader)
                #expect(try answer.refusal().code == .invalidRequest, "\(query)")
            }
            let unknown = try await client.send(.get, "/v1/verification?tag=nope", as: reader)
            #expect(try unknown.refusal().code == .unknownTag)
        }
    }
}
