import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

/// Names that lead elsewhere, or that a terminal would take for commands.
@Suite struct HostileNameTests {
    private static let keys = [
        "file:/etc/../shadow", "file:/../etc/shadow", "file:etc/shadow", "file:/etc//shadow", "file:/etc/.",
        "file:/etc/\\x2e\\x2e/shadow", "file:/etc/\\x00", "file:/etc/..\\x2fshadow", "package:../nginx",
        "service:../sshd.service", "service:/etc/sshd.service", "user:../root", "user:a/b", "group:..",
        "user:root:x", "file:/etc/\u{1B}[2J", "user:a\u{1B}b", "package:a\nb", "file:/etc/\u{202E}x",
        "nothing:a",
        "", "file:", "file:/" + String(repeating: "a/", count: 2100) + "b",
    ]

    @Test("a resource whose key leads elsewhere, or has a character that does, is refused", arguments: keys)
    func resourceKeys(key: String) async throws {
        let name = String(decoding: try CanonicalJSON.encode(key), as: UTF8.self)
        #expect(throws: ModelError.self) { try ResourceKey(key) }
        try await Bench.run { bench, client in
            try await bench.store.createTag(TagName("web"), by: "root", at: Bench.start)
            let change = try Sample.edit("/etc/motd", from: nil, to: nil)
            let good = try Sample.upload([Sample.commit([change], of: bench.web.id)])
            let text = String(decoding: good, as: UTF8.self).replacing("\"file:/etc/motd\"", with: name)
            let edit = #"{"items":[{"key":\#(name),"entry":{"absent":true}}],"message":"m"}"#
            for (path, caller, body, logged) in [
                ("/v1/nodes/\(bench.web.id)/commits", bench.web as any Caller, text, "web1 commit web1"),
                ("/v1/tags/web/revisions", bench.token(.admin), edit, "admin-person edit web"),
            ] {
                try await BadRequest(
                    path: path,
                    caller: caller,
                    body: Array(body.utf8),
                    code: .invalidRequest,
                    logged: logged
                )
                .expectRefused(by: bench, client)
            }
        }
    }

    @Test(
        "what the path names cannot lead elsewhere",
        arguments: [
            "..", "..%2Fmail", "%2e%2e", "a%2Fb", "%1B%5B2J", "a%00", "web%0A", "%E2%80%AEbew", "node:..%2Fx",
        ]
    )
    func paths(name: String) async throws {
        try await Bench.run { bench, client in
            let raw = PercentEncoding.decode(name[...]) ?? name
            for (path, action) in [
                ("/v1/tags/\(name)/revisions", "edit"), ("/v1/tags/\(name)/limit", "limit"),
            ] {
                try await BadRequest(
                    method: action == "edit" ? .post : .put,
                    path: path,
                    caller: bench.token(.admin),
                    body: Array("{}".utf8),
                    code: .invalidRequest,
                    logged: "admin-person \(action) \(EscapedText.escape(raw.utf8))"
                )
                .expectRefused(by: bench, client)
            }
        }
    }

    @Test(
        "a machine whose name or description a terminal would take for commands does not get to wait",
        arguments: [
            #""name":"a\u001b[2Jb""#, #""name":"../web2""#,
            #""name":"web2","operatingSystem":"\u001b]0;x\u0007""#,
            #""name":"web2","machineID":"a\u202eb""#, #""name":"web2","operatingSystem":"a\nb""#,
        ]
    )
    func machines(fields: String) async throws {
        try await Bench.run { bench, client in
            let json = #"{"node":{"id":"\#(NodeID.make(at: Bench.start))",\#(fields)},"request":""}"#
            let newest = try await client.send(.post, "/v1/nodes", as: nil, json: json).refusal()
            try await BadRequest(
                path: "/v1/nodes",
                body: Array(json.utf8),
                code: .invalidRequest,
                logged: "nobody register \(newest.subject ?? "")"
            )
            .expectRefused(by: bench, client)
            #expect(newest.subject != "request")
        }
    }

    @Test("where a text is wrong is told without the characters that its keys have")
    func innerKeys() async throws {
        try await Bench.run { bench, client in
            let change = try Sample.edit("/etc/motd", from: nil, to: "x")
            let good = String(
                decoding: try Sample.upload([Sample.commit([change], of: bench.web.id)]),
                as: UTF8.self
            )
            let attributes = #""file":{"attributes":{"user.\u001b[2J\u202e":7},"#
            let text = good.replacing(#""file":{"#, with: attributes)
            #expect(text != good)
            try await BadRequest(
                path: "/v1/nodes/\(bench.web.id)/commits",
                caller: bench.web,
                body: Array(text.utf8),
                code: .invalidRequest,
                logged: "web1 commit web1"
            )
            .expectRefused(by: bench, client)
            let path = "/v1/nodes/\(bench.web.id)/commits"
            let error = try await client.send(.post, path, as: bench.web, json: text).refusal()
            #expect(error.message.contains(#"user.\x1b[2J\xe2\x80\xae"#))
        }
    }
}
