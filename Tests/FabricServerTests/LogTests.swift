import FabricAPI
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

@Suite struct LogTests {
    @Test("the log has a line per request, but neither tokens nor bodies")
    func requests() async throws {
        try await Bench.run { bench, client in
            let token = bench.token(.admin)
            _ = try await client.send(.post, "/v1/tags", as: token, json: #"{"name":"confidential"}"#)
            _ = try await client.send(.get, "/v1/tags%0A", as: "weft_wrong")
            let log = bench.log.lines.joined(separator: "\n")
            #expect(log.contains("POST /v1/tags"))
            #expect(log.contains("201"))
            #expect(!log.contains(token))
            #expect(!log.contains("weft_wrong"))
            #expect(!log.contains("confidential"))
        }
    }

    @Test("an unexpected error is told to the log and not to the client, under the same id")
    func unexpected() async throws {
        try await Bench.run { bench, client in
            try await bench.store.close()
            let answer = try await client.send(.get, "/v1/nodes", as: bench.token(.reader))
            let error = try answer.refusal()
            #expect([.unavailable, .internalError].contains(error.code), "\(error)")
            #expect(answer.status >= 500)
            #expect(!error.message.contains("SQL"))
            let line = try #require(bench.log.lines.first { $0.hasPrefix("error") })
            let name = try #require(HTTPField.Name("X-Request-ID"))
            #expect(line.contains(try #require(answer.headers[name])))
        }
    }

    @Test("the health check fails with the store")
    func health() async throws {
        try await Bench.run { bench, client in
            #expect(try await client.send(.get, "/healthz", as: nil).status == 200)
            try await bench.store.close()
            let answer = try await client.send(.get, "/healthz", as: nil)
            #expect(try answer.refusal().code == .unavailable)
            #expect(answer.headers[.retryAfter] != nil)
        }
    }
}
