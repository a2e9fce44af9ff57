import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

/// JSON that is read and that nobody means well with.
@Suite struct StrictJSONTests {
    private static let bombs: [(String, String)] = [
        (String(repeating: "[", count: 100_000), "nested deeper than 64"),
        (String(repeating: #"{"a":"#, count: 100_000), "nested deeper than 64"),
        (
            #"{"items":"# + String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
                + #","message":"m"}"#, "nested deeper than 64"
        ),
        (#"{"items":[],"message":"a","message":"b"}"#, "says 'message' twice"),
        (#"{"items":[],"message":"a","mess\u0061ge":"b"}"#, "says 'message' twice"),
        (#"{"items":[{"key":"package:a","key":"package:b"}],"message":"a"}"#, "says 'key' twice"),
        (#"{"items":[],"é":1,"é":2,"message":"a"}"#, "twice"),
        (#"{"items":[],"\u001b[2J":1,"\u001b[2J":2,"message":"a"}"#, #"says '\x1b[2J' twice"#),
        (#"{"items":[],"message":1e999}"#, "'message' must be a string"),
        (#"{"items":\#(String(repeating: "9", count: 1_000_000)),"message":"m"}"#, "more than 64 characters"),
        (#"{"items":-\#(String(repeating: "0", count: 100)),"message":"m"}"#, "more than 64 characters"),
        (#"{"items":[{"\u001b[2J":{}}],"message":"m"}"#, "is missing"),
    ]

    @Test("JSON that is a bomb or says two things is refused with what is wrong", arguments: bombs)
    func jsonBombs(json: String, problem: String) async throws {
        try await Bench.run { bench, client in
            try await bench.store.createTag(TagName("web"), by: "root", at: Bench.start)
            let path = "/v1/tags/web/revisions"
            let bad = BadRequest(
                path: path,
                caller: bench.token(.admin),
                body: Array(json.utf8),
                code: .invalidRequest,
                logged: "admin-person edit web"
            )
            try await bad.expectRefused(by: bench, client)
            let error = try await client.send(.post, path, as: bench.token(.admin), json: json).refusal()
            #expect(error.message.contains(problem), "\(error.message)")
            #expect(error.message.utf8.count < 200)
        }
    }

    @Test(
        "numbers that do not fit, and texts that are not UTF-8, are refused in a commit too",
        arguments: [
            "99999999999999999999", "1e999", "-1", "1.5", "1e400000000", "\"1\"", "null", "1,\"sequence\":2",
        ]
    )
    func commitNumbers(number: String) async throws {
        try await Bench.run { bench, client in
            let change = try Sample.edit("/etc/motd", from: nil, to: nil)
            let good = try Sample.upload([Sample.commit([change], of: bench.web.id)])
            let text = String(decoding: good, as: UTF8.self)
                .replacing("\"sequence\":1", with: "\"sequence\":\(number)")
            #expect(text.contains("\"sequence\":\(number)"))
            let wide = text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
            for body in [Array(text.utf8), wide] {
                try await BadRequest(
                    path: "/v1/nodes/\(bench.web.id)/commits",
                    caller: bench.web,
                    body: body,
                    code: .invalidRequest,
                    logged: "web1 commit web1"
                )
                .expectRefused(by: bench, client)
            }
        }
    }

    @Test("JSON that means what it says is taken, however its keys are written")
    func goodJSON() throws {
        let texts = [
            "", "{}", "[]", "7", #""a""#, #"{"a":{"a":[{"a":1},{"a":2}]},"b":"a"}"#, #"{"a\"":1,"a":2}"#,
            #"{"a":"\"a\":1,\"a\":2"}"#, String(repeating: "[", count: 64), "{\"a", #"{"a\"#, "]}", ":::",
            #"{"a":-1.5e-3,"b":\#(String(repeating: "1", count: 64))}"#,
        ]
        for text in texts { try StrictJSON.check(Array(text.utf8)) }
    }
}
