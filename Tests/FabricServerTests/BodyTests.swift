import Compression
import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import FabricServer

/// Bodies as nobody should send them.
@Suite struct BodyTests {
    @Test(
        "malformed JSON is refused, naming the key's path and what is expected there",
        arguments: [
            (#"{"commits":7}"#, "'commits' must be a list"),
            (#"{}"#, "'commits' is missing"),
            (#"{"commits":[{}]}"#, "'commits[0].id' is missing"),
            (#"{"commits":[{"id":7}]}"#, "'commits[0].id' must be a string"),
            (#"{"commits":[{"id":null}]}"#, "'commits[0].id' is null, but must be a string"),
            (#"{"commits":["#, "the body is not JSON"),
            ("\u{FEFF}{", "the body is not JSON"),
            ("", "the body is not JSON"),
            (String(repeating: "[", count: 100_000), "the body is nested deeper than 64"),
            (String(repeating: "[", count: 64), "the body is not JSON"),
        ]
    )
    func malformed(json: String, expected: String) async throws {
        try await Bench.run { bench, client in
            let path = "/v1/nodes/\(bench.web.id)/commits"
            let error = try await client.send(.post, path, as: bench.web, json: json).refusal()
            #expect(error.code == .invalidRequest)
            #expect(error.message == expected)
        }
    }

    @Test("a whole number and a flag are asked for by name")
    func types() async throws {
        try await Bench.run { bench, client in
            let path = "/v1/commits/ffffffff/approval"
            let numbers = try await client.send(
                .post,
                path,
                as: bench.token(.admin),
                json: #"{"changes":["1"]}"#
            )
            #expect(try numbers.refusal().message == "'changes[0]' must be a whole number")
            let reversal = "/v1/tags/web/revisions/1/reversal"
            let flag = try await client.send(
                .post,
                reversal,
                as: bench.token(.admin),
                json: #"{"remove":1,"dryRun":true}"#
            )
            #expect(try flag.refusal().message == "'remove' must be true or false")
        }
    }

    @Test("bytes that are not UTF-8 are refused")
    func notUTF8() async throws {
        try await Bench.run { bench, client in
            let bytes = Array(#"{"name":""#.utf8) + [0xFF, 0xFE] + Array(#""}"#.utf8)
            let answer = try await client.send(.post, "/v1/tags", as: bench.token(.admin), bytes: bytes)
            #expect(try answer.refusal().code == .invalidRequest)
        }
    }

    @Test("a JSON body over the limit is refused as soon as that is known, and the limit stated")
    func largeJSON() async throws {
        try await Bench.run { bench, client in
            let bytes = Array(repeating: UInt8(ascii: " "), count: APILimits.jsonBody + 1)
            let answer = try await client.send(.post, "/v1/tags", as: bench.token(.admin), bytes: bytes)
            let error = try answer.refusal()
            #expect(error.code == .bodyTooLarge)
            #expect(answer.status == 413)
            #expect(error.message.contains("\(APILimits.jsonBody)"))
            #expect(answer.headers[.connection] == "close")
        }
    }

    @Test("a content at the limit is taken and one byte more is refused")
    func largeContent() async throws {
        try await Bench.run { bench, client in
            for (count, status) in [(APILimits.content, 204), (APILimits.content + 1, 413)] {
                let content = [UInt8](repeating: 7, count: count)
                let path = "/v1/contents/\(ContentDigest.sha256(content))"
                let plain = try await client.send(.put, path, as: bench.token(.admin), bytes: content)
                #expect(plain.status == status)
                let packed = try await client.send(
                    .put,
                    path,
                    as: bench.token(.admin),
                    headers: [.contentEncoding: "deflate"],
                    bytes: Deflate.compress(content)
                )
                #expect(packed.status == status)
            }
        }
    }

    @Test("a deflate bomb is refused once it has unpacked to the limit: what comes after is not read")
    func bomb() async throws {
        try await Bench.run { bench, client in
            let unpacked = 4 * APILimits.content
            let whole = Deflate.compress([UInt8](repeating: 0, count: unpacked), level: 9)
            // Whoever goes on beyond the limit comes upon a cut, and says that instead.
            let bomb = Array(whole.prefix(whole.count / 2))
            #expect(bomb.count < 1 << 20)
            #expect {
                try Deflate.decompress(bomb, limit: unpacked)
            } throws: { error in
                (error as? CompressionError)?.code == .truncated
            }
            let answer = try await client.send(
                .put,
                "/v1/contents/\(ContentDigest.sha256([]))",
                as: bench.token(.admin),
                headers: [.contentEncoding: "deflate"],
                bytes: bomb
            )
            #expect(try answer.refusal().code == .bodyTooLarge)
        }
    }

    @Test("what is not a zlib stream, is cut off or is encoded otherwise is refused")
    func badEncoding() async throws {
        try await Bench.run { bench, client in
            let whole = Deflate.compress(Array("hello hello hello".utf8))
            let bodies = [[1, 2, 3], Array(whole.dropLast(3)), whole + [0], []]
            for body in bodies {
                let answer = try await client.send(
                    .put,
                    "/v1/contents/\(ContentDigest.sha256("hello hello hello".utf8))",
                    as: bench.token(.admin),
                    headers: [.contentEncoding: "deflate"],
                    bytes: body
                )
                #expect(try answer.refusal().code == .invalidRequest)
            }
            let gzip = try await client.send(
                .put,
                "/v1/contents/\(ContentDigest.sha256([]))",
                as: bench.token(.admin),
                headers: [.contentEncoding: "gzip"],
                bytes: []
            )
            #expect(try gzip.refusal().message.contains("deflate"))
        }
    }

    @Test(
        "unknown routes are refused in the envelope",
        arguments: ["/", "/v1", "/v2/nodes", "/v1/tags/a/b", "/v1//x"]
    )
    func unknownRoute(path: String) async throws {
        try await Bench.run { bench, client in
            for method in [HTTPRequest.Method.get, .post, .patch] {
                let answer = try await client.send(method, path, as: bench.token(.admin))
                #expect(try answer.refusal().code == .unknownRoute)
                #expect(answer.status == 404)
            }
        }
    }

    @Test("a method that a path does not have is refused with those that it has")
    func wrongMethod() async throws {
        try await Bench.run { bench, client in
            for endpoint in bench.routes.endpoints {
                let answer = try await client.send(.patch, bench.path(endpoint), as: bench.token(.admin))
                #expect(try answer.refusal().code == .wrongMethod)
                #expect(answer.status == 405)
                let allowed = answer.headers[.allow]?.split(separator: ", ") ?? []
                #expect(allowed.contains { $0 == endpoint.method.rawValue }, "\(endpoint.path)")
            }
            let tags = try await client.send(.delete, "/v1/tags?limit=1", as: bench.token(.admin))
            #expect(tags.headers[.allow] == "GET, POST")
        }
    }

    @Test("every answer has the id under which the log has the request")
    func requestID() async throws {
        try await Bench.run { _, client in
            let name = try #require(HTTPField.Name("X-Request-ID"))
            let one = try await client.send(.get, "/healthz", as: nil).headers[name]
            let two = try await client.send(.get, "/nope", as: nil).headers[name]
            #expect(one != nil && two != nil && one != two)
        }
    }
}
