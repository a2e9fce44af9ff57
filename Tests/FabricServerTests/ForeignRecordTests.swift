import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

/// Nodes and people that reach for what is not theirs.
@Suite struct ForeignRecordTests {
    @Test(
        "a node that asks for another's records or writes to them is refused, and so is one that reads them"
    )
    func anothersRecords() async throws {
        try await Bench.run { bench, client in
            for endpoint in bench.routes.endpoints where endpoint.path.contains("{node}") {
                guard case .node = endpoint.access else { continue }
                try await BadRequest(
                    method: endpoint.method,
                    path: bench.path(endpoint, node: bench.mail.id.text),
                    caller: bench.web,
                    code: .forbidden,
                    logged: "web1 \(endpoint.action) \(bench.mail.id)"
                )
                .expectRefused(by: bench, client)
            }
        }
    }

    @Test("a node that sends another's commits as its own or its own as another's is refused")
    func anothersCommit() async throws {
        try await Bench.run { bench, client in
            let commit = Sample.commit(
                [try Sample.edit("/etc/motd", from: nil, to: nil)],
                of: bench.mail.id
            )
            let body = try Sample.upload([commit])
            for (path, code, subject) in [
                (bench.web.id, APIError.Code.invalidRequest, "web1"),
                (bench.mail.id, .forbidden, bench.mail.id.text),
            ] {
                try await BadRequest(
                    path: "/v1/nodes/\(path)/commits",
                    caller: bench.web,
                    body: body,
                    code: code,
                    logged: "web1 commit \(subject)"
                )
                .expectRefused(by: bench, client)
            }
        }
    }

    @Test(
        "nobody learns a file by naming its digest: not by asking, not in a commit, not by sending other bytes"
    )
    func anothersContent() async throws {
        try await Bench.run { bench, client in
            let text = "the plan of mail1"
            let digest = ContentDigest.sha256(text.utf8)
            try await bench.store.putContent(Array(text.utf8), digest: digest, from: bench.mail.id)
            let node = "/v1/nodes/\(bench.web.id)"
            let content = "\(node)/contents/\(digest)"
            let commit = Sample.commit(
                [try Sample.edit("/etc/plan", from: nil, to: text)],
                of: bench.web.id
            )
            for bad in [
                BadRequest(
                    method: .get,
                    path: content,
                    caller: bench.web,
                    code: .unknownContent,
                    logged: "web1 download \(digest)"
                ),
                BadRequest(
                    path: "\(node)/commits",
                    caller: bench.web,
                    body: try Sample.upload([commit]),
                    code: .missingContents,
                    logged: "web1 commit web1"
                ),
                BadRequest(
                    method: .put,
                    path: content,
                    caller: bench.web,
                    body: Array("another".utf8),
                    code: .digestMismatch,
                    logged: "web1 upload \(digest)"
                ),
            ] {
                try await bad.expectRefused(by: bench, client)
                #expect(try await !bench.store.isContent(digest, readableBy: bench.web.id))
                #expect(try await bench.store.missing([digest], for: bench.web.id) == [digest])
            }
        }
    }

    @Test("a person whom the role does not let read something is in the log; who reads what is there is not")
    func reading() async throws {
        try await Bench.run { bench, client in
            let digest = ContentDigest.sha256([])
            try await BadRequest(
                method: .get,
                path: "/v1/contents/\(digest)",
                caller: bench.token(.reader),
                code: .forbidden,
                logged: "reader-person read-content \(digest)"
            )
            .expectRefused(by: bench, client)
            let entries = try await bench.store.audit(AuditFilter(), before: nil, limit: 100).count
            for path in ["/v1/nodes", "/v1/nodes/none", "/v1/queue?x=1", "/v1/contents/\(digest)"] {
                _ = try await client.send(.get, path, as: bench.token(.reviewer))
                _ = try await client.send(.get, path, as: nil)
            }
            _ = try await client.send(.get, "/v1/nodes/\(bench.web.id)/configuration", as: bench.web)
            #expect(try await bench.store.audit(AuditFilter(), before: nil, limit: 100).count == entries)
        }
    }

    @Test("a flood of refused reads is cut off as one of refused writes is")
    func flood() async throws {
        try await Bench.run { bench, client in
            let path = "/v1/nodes/\(bench.mail.id)/configuration"
            for _ in 0..<150 { _ = try await client.send(.get, path, as: bench.web) }
            let filter = AuditFilter(principal: "web1")
            #expect(try await bench.store.audit(filter, before: nil, limit: 500).count == 100)
        }
    }
}
