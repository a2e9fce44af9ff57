import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

/// Tokens that end by themselves.
@Suite struct TokenEndTests {
    @Test("a token is good until its end and then refused with a code of its own and the way out, and logged")
    func expired() async throws {
        try await Bench.run { bench, client in
            let end = Bench.start.adding(seconds: 30)
            let token = try await bench.token(.reviewer, "bob", expires: end)
            bench.time.set(Bench.start.adding(seconds: 29.999_999))
            #expect(try await client.send(.post, "/v1/tags", as: token, ["name": "a"]).status == 201)
            bench.time.set(end)
            for _ in 0..<2 {
                let answer = try await client.send(.post, "/v1/tags", as: token, ["name": "b"])
                let error = try answer.refusal()
                #expect(answer.status == 401)
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
                #expect(error.code == .tokenExpired)
                #expect(
                    error.message
                        == "the token ended at \(end.toSecond); 'weft-server token create' makes another "
                        + "one, 'weft login' stores it"
                )
            }
            #expect(try await bench.store.tags().filter(\.name.isShared).map(\.name.text) == ["a"])
            let newest = try await bench.store.audit(AuditFilter(), before: nil, limit: 1).first
            #expect(newest?.outcome == "token-expired")
            #expect(newest?.action == "create-tag")
            _ = try await bench.store.revokeToken("bob", by: "root", at: end)
            let revoked = try await client.send(.get, "/v1/whoami", as: token)
            #expect(try revoked.refusal().code == .unauthenticated)
        }
    }

    @Test("an enrolment token that has ended registers no machine")
    func enrolment() async throws {
        try await Bench.run { bench, client in
            let token = try await bench.token(.enrol, "rack", expires: Bench.start.adding(seconds: 1))
            bench.time.set(Bench.start.adding(seconds: 1))
            let answer = try await client.send(.post, "/v1/nodes", as: token, json: "{}")
            #expect(try answer.refusal().code == .tokenExpired)
        }
    }

    @Test(
        "an end is said in days, by the last day or by the moment",
        arguments: [
            ("30d", "2026-10-21T14:13:20Z"), ("1d", "2026-09-22T14:13:20Z"),
            ("2026-12-31", "2027-01-01T00:00:00Z"), ("2026-09-21", "2026-09-22T00:00:00Z"),
            ("2026-12-31T12:00:00Z", "2026-12-31T12:00:00Z"),
        ]
    )
    func ends(text: String, expected: String) throws {
        #expect(Bench.start.toSecond == "2026-09-21T14:13:20Z")
        #expect(try TokenEnd.read(text, at: Bench.start).toSecond == expected)
    }

    @Test(
        "what is no end, or one that is over, is refused",
        arguments: [
            "", "d", "0d", "-1d", "3651d", "99999999999999999999d", "30", "30h", "2026-02-30", "2026-09-20",
            "9999-12-31", "2036-09-19",
            "2026-09-21T14:13:20Z", "never\u{1B}",
        ]
    )
    func noEnd(text: String) throws {
        let error = #expect(throws: ServerError.self) { try TokenEnd.read(text, at: Bench.start) }
        #expect(error?.code == .invalidSetting)
        #expect(error?.message.contains("\u{1B}") == false)
    }
}
