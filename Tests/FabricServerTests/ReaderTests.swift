import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

/// Whoever reads metadata alone, on every route of the server's own table.
@Suite struct ReaderTests {
    private static let content = "the planted content\n"
    private static let hashes = ["$6$planted$one", "$y$j9T$planted$two", "$6$planted$three"]

    private static func user(_ hash: String) throws -> ResourceState {
        .user(
            UserState(
                uid: 1000,
                group: AccountReference(name: "alice", id: 1000),
                home: "/home/alice",
                shell: "/bin/sh",
                password: .set(digest: try keyed(hash), isLocked: false, hash: hash)
            )
        )
    }

    private static func keyed(_ text: String) throws -> ContentDigest {
        try ContentDigest("hmac-sha256:" + ContentDigest.sha256(text.utf8).hexDigits)
    }

    private static func wish(_ hash: String) -> Entry {
        var wish = UserWish()
        wish.hash = hash
        return .user(wish)
    }

    /// What each route that reads is asked, with hashes and a content wherever the server keeps them.
    private static func withPlanted(
        _ body: @Sendable (Bench, any TestClientProtocol, _ paths: [String: [String]]) async throws -> Void
    ) async throws {
        try await Bench.run { bench, client in
            let tag = try TagName("web")
            try await bench.store.createTag(tag, by: "root", at: Bench.start)
            try await bench.store.include([tag], in: bench.web.id, by: "root", at: Bench.start)
            let before = try await bench.store.configuration(of: bench.web.id).etag
            _ = try await bench.upload("/etc/motd", from: nil, to: content, by: bench.web, through: client)
            let alice = try ResourceKey("user:alice")
            let change = Change(
                key: alice,
                before: try user(hashes[0]),
                after: try user(hashes[1]),
                at: Sample.time
            )
            let commit = Sample.commit([change], of: bench.web.id, sequence: 2)
            _ = try await bench.store.add([commit], from: bench.web.id, at: Bench.start)
            let edit = EditTag(items: [.init(key: alice, entry: wish(hashes[2]))], message: "m")
            _ = try await bench.store.edit(tag, edit, by: "root", at: Bench.start)
            let facts: FactValue = ["kernel": ["name": "Linux"]]
            try await bench.store.report(FactReport(facts: facts), from: bench.web.id, at: Bench.start)
            let digest = ContentDigest.sha256(content.utf8)
            let node = "/v1/nodes/web1"
            let paths = [
                "/v1/commits/{commit}": ["/v1/commits/\(commit.id)"],
                "/v1/commits/{commit}/clashes": ["/v1/commits/\(commit.id)/clashes?into=web"],
                "/v1/contents/{digest}": ["/v1/contents/\(digest)"],
                "/v1/nodes/{node}/configuration": [
                    "\(node)/configuration", "\(node)/configuration?since=\(before)",
                ],
                "/v1/nodes/{node}/explanation": ["\(node)/explanation?resource=user:alice"],
                "/v1/facts/find": ["/v1/facts/find?query=kernel"],
                "/v1/tags/{tag}/state": ["/v1/tags/web/state?revision=1"],
                "/v1/tags/{tag}/difference": ["/v1/tags/web/difference?from=0"],
            ]
            try await body(bench, client, paths)
        }
    }

    private static func text(_ answer: Answer) -> String { String(decoding: answer.body, as: UTF8.self) }

    /// Which routes show a hash of a password, or the content, to somebody who may read contents.
    private static let showing: Set<String> = [
        "/v1/commits/{commit}", "/v1/commits/{commit}/clashes", "/v1/contents/{digest}",
        "/v1/nodes/{node}/configuration", "/v1/nodes/{node}/explanation", "/v1/tags/{tag}",
        "/v1/tags/{tag}/revisions", "/v1/tags/{tag}/state", "/v1/tags/{tag}/difference",
    ]

    @Test(
        "no route tells a reader a content or the hash of a password, and every other word is as for a reviewer"
    )
    func withheld() async throws {
        try await Self.withPlanted { bench, client, paths in
            let planted = Self.hashes + [String(Self.content.dropLast())]
            var showing: Set<String> = []
            for endpoint in bench.routes.endpoints {
                for path in paths[endpoint.path] ?? [bench.path(endpoint, node: "web1")] {
                    let answer = try await client.send(endpoint.method, path, as: bench.token(.reader))
                    for secret in planted {
                        #expect(!Self.text(answer).contains(secret), "\(endpoint.method) \(path)")
                    }
                    guard endpoint.method == .get else { continue }
                    let reviewer = try await client.send(.get, path, as: bench.token(.reviewer))
                    if planted.contains(where: Self.text(reviewer).contains) { showing.insert(endpoint.path) }
                    // A route that asks for more than its path has to be in the table above.
                    #expect([200, 403].contains(reviewer.status), "\(path)")
                    guard answer.status == 200 else {
                        #expect(try answer.refusal().code == .forbidden, "\(path)")
                        continue
                    }
                    // These tell of the requests before them.
                    guard endpoint.path != "/metrics" else { continue }
                    let expected = Self.hashes.reduce(Self.text(reviewer)) { text, hash in
                        text.replacing("\"\(hash)\"", with: "\"\(UserState.withheldHash)\"")
                    }
                    #expect(Self.text(answer) == expected.replacing("reviewer", with: "reader"), "\(path)")
                }
            }
            #expect(showing == Self.showing)
        }
    }

    @Test("a reader whose token was made with contents sees what a reviewer sees, and changes nothing")
    func contents() async throws {
        try await Self.withPlanted { bench, client, paths in
            let token = try await bench.token(.reader, "backup", TokenScope(contents: true))
            for endpoint in bench.routes.endpoints {
                for path in paths[endpoint.path] ?? [bench.path(endpoint, node: "web1")] {
                    let answer = try await client.send(endpoint.method, path, as: token)
                    if Self.showing.contains(endpoint.path), endpoint.method == .get {
                        let reviewer = try await client.send(.get, path, as: bench.token(.reviewer))
                        #expect(answer.status == 200 && answer.body == reviewer.body, "\(path)")
                    }
                    if endpoint.method != .get { #expect(answer.status == 403, "\(path)") }
                }
            }
        }
    }

    @Test("who reads metadata alone is told what it takes to read a content; so is a token for enrolment")
    func refused() async throws {
        try await Self.withPlanted { bench, client, paths in
            let path = try #require(paths["/v1/contents/{digest}"]?.first)
            let reader = try await client.send(.get, path, as: bench.token(.reader)).refusal()
            #expect(
                reader.message
                    == "the role 'reader' reads metadata, not contents; it takes a token of role reviewer or "
                    + "admin, or one made with --contents"
            )
            let enrol = try await bench.token(.enrol, "rack", TokenScope(contents: true))
            #expect(try await client.send(.get, path, as: enrol).refusal().code == .forbidden)
        }
    }

    @Test("a node is told the hashes that it is to have, and no others")
    func node() async throws {
        try await Self.withPlanted { bench, client, paths in
            for path in paths["/v1/nodes/{node}/configuration"] ?? [] {
                let own = path.replacing("web1", with: bench.web.id.text)
                let answer = try await client.send(.get, own, as: bench.web)
                #expect(Self.text(answer).contains(Self.hashes[2]), "\(path)")
            }
            // Among the layers there can be some that others shadow there.
            let explanation = "/v1/nodes/\(bench.web.id)/explanation?resource=user:alice"
            let answer = try await client.send(.get, explanation, as: bench.web)
            #expect(answer.status == 200)
            #expect(!Self.hashes.contains(where: Self.text(answer).contains))
        }
    }

    @Test("what stands for a hash that is withheld is no hash, so nobody can put it into a tag by mistake")
    func mark() async throws {
        try await Self.withPlanted { bench, client, _ in
            let edit = EditTag(
                items: [.init(key: try ResourceKey("user:alice"), entry: Self.wish(UserState.withheldHash))],
                message: "m"
            )
            let answer = try await client.send(.post, "/v1/tags/web/revisions", as: bench.token(.admin), edit)
            #expect(try answer.refusal().code == .invalidRequest)
            #expect(try await bench.store.tag(TagName("web")).tag.revision == 1)
        }
    }
}
