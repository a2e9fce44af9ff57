import FabricAPI
import FabricIdentity
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

/// Certificates that are good for nothing, each against a route that would store something.
@Suite(.timeLimit(.minutes(2))) struct CertificateTests {
    /// Sends a commit of a node as somebody, and checks that nothing of it is kept.
    private static func refused(
        _ bench: Bench,
        _ client: any TestClientProtocol,
        from node: NodeID,
        as caller: (any Caller)?
    ) async throws -> APIError {
        let commit = Sample.commit([], of: node, sequence: 1)
        let path = "/v1/nodes/\(node)/commits"
        let answer = try await client.send(.post, path, as: caller, CommitUpload(commits: [commit]))
        #expect(try await bench.store.queue(node: nil).isEmpty)
        let refusal = try answer.refusal()
        let log = try await client.send(.get, "/v1/audit?limit=1", as: bench.token(.admin))
            .value(AuditList.self)
        let entry = try #require(log.entries.first)
        #expect(entry.action == "commit")
        #expect(entry.outcome == refusal.code.rawValue)
        return refusal
    }

    @Test("no certificate is no proof")
    func missing() async throws {
        try await Bench.run { bench, client in
            let error = try await Self.refused(bench, client, from: bench.web.id, as: nil)
            #expect(error.code == .unauthenticated)
        }
    }

    @Test("a certificate that has ended is refused from that moment on")
    func expired() async throws {
        try await Bench.run { bench, client in
            let end = bench.web.certificate.expires
            bench.time.set(end.adding(seconds: -1))
            #expect(try await client.send(.get, "/v1/whoami", as: bench.web).status == 200)
            bench.time.set(end)
            let error = try await Self.refused(bench, client, from: bench.web.id, as: bench.web)
            #expect(error.code == .certificateExpired)
            #expect(error.subject == bench.web.id.text)
        }
    }

    @Test("a revoked node is refused with its next request, and no other one is")
    func revoked() async throws {
        try await Bench.run { bench, client in
            #expect(try await client.send(.get, "/v1/whoami", as: bench.web).status == 200)
            let path = "/v1/nodes/web1/revocation"
            #expect(try await client.send(.post, path, as: bench.token(.admin)).status == 204)
            let error = try await Self.refused(bench, client, from: bench.web.id, as: bench.web)
            #expect(error.code == .certificateRevoked)
            #expect(try await client.send(.get, "/v1/whoami", as: bench.mail).status == 200)
        }
    }

    @Test("a request that waits while its node is revoked is refused, and not answered")
    func revokedWhileWaiting() async throws {
        try await Bench.run { bench, client in
            let path = "/v1/nodes/\(bench.web.id)/configuration"
            let etag = try #require(try await client.send(.get, path, as: bench.web).headers[.eTag])
            let since = etag.dropFirst().dropLast()
            async let waiting = client.send(.get, "\(path)?since=\(since)&wait=300", as: bench.web)
            try await bench.watch.waiters(1)
            let revocation = "/v1/nodes/\(bench.web.id)/revocation"
            #expect(try await client.send(.post, revocation, as: bench.token(.admin)).status == 204)
            #expect(try await waiting.refusal().code == .certificateRevoked)
        }
    }

    @Test("a certificate of another authority is refused, whatever it says")
    func foreign() async throws {
        try await Bench.run { bench, client in
            let other = try CertificateAuthority(name: "bench", at: Bench.start)
            let certificate = try other.issue(
                SigningRequest(for: PrivateKey()),
                for: bench.web.id,
                named: bench.web.name,
                at: Bench.start,
                days: 30
            )
            let impostor = Bench.Machine(id: bench.web.id, name: bench.web.name, certificate: certificate)
            let error = try await Self.refused(bench, client, from: bench.web.id, as: impostor)
            #expect(error.code == .unauthenticated)
            #expect(error.message.contains("this fabric's authority"))
        }
    }

    @Test("a certificate that was signed, but never given out by the store, is refused")
    func unknown() async throws {
        try await Bench.run { bench, client in
            let certificate = try bench.authority.issue(
                SigningRequest(for: PrivateKey()),
                for: bench.web.id,
                named: bench.web.name,
                at: Bench.start,
                days: 30
            )
            let machine = Bench.Machine(id: bench.web.id, name: bench.web.name, certificate: certificate)
            let error = try await Self.refused(bench, client, from: bench.web.id, as: machine)
            #expect(error.code == .certificateRevoked)
        }
    }

    @Test("a node that claims to be another one is refused")
    func claim() async throws {
        try await Bench.run { bench, client in
            let error = try await Self.refused(bench, client, from: bench.mail.id, as: bench.web)
            #expect(error.code == .forbidden)
        }
    }

    /// Whoever proves more than one thing.
    private struct Both: Caller {
        var proof: HTTPFields
    }

    private static func joined(_ one: HTTPFields, _ other: HTTPFields) -> HTTPFields {
        var joined = one
        joined.append(contentsOf: other)
        return joined
    }

    @Test("who presents a certificate and a token is who the token says")
    func both() async throws {
        try await Bench.run { bench, client in
            let proof = Self.joined(bench.web.proof, bench.token(.reader).proof)
            let principal = try await client.send(.get, "/v1/whoami", as: Both(proof: proof))
                .value(Principal.self)
            #expect(principal.role == .reader)
            let error = try await Self.refused(bench, client, from: bench.web.id, as: Both(proof: proof))
            #expect(error.code == .forbidden)
            // A bad token is not made good by a certificate.
            let bad = Self.joined(bench.web.proof, "weft_0".proof)
            let refused = try await client.send(.get, "/v1/whoami", as: Both(proof: bad))
            #expect(try refused.refusal().code == .unauthenticated)
        }
    }

    @Test("a certificate's digest is no token")
    func digest() async throws {
        try await Bench.run { bench, client in
            let digest = ContentDigest.sha256(bench.web.certificate.der)
            for text in [digest.text, String(digest.hexDigits)] {
                let answer = try await client.send(.get, "/v1/whoami", as: text)
                #expect(try answer.refusal().code == .unauthenticated)
            }
        }
    }
}
