import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

@Suite struct RedactionRouteTests {
    @Test(
        "a redacted content is gone for reviewers and for its node, which is told, and comes in by no route"
    )
    func redacted() async throws {
        try await Bench.run { bench, client in
            let commit = try await bench.upload(
                "/etc/a",
                from: nil,
                to: "hush\n",
                by: bench.web,
                through: client
            )
            let (digest, bytes) = (ContentDigest.sha256("hush\n".utf8), Array("hush\n".utf8))
            let outcome = try await bench.store.redact(digest, reason: nil, by: "root", at: Bench.start)
            #expect(outcome.wasHeld)
            let (own, reviewed) = ("/v1/nodes/\(bench.web.id)/contents/\(digest)", "/v1/contents/\(digest)")
            let admin = bench.token(.admin)
            let callers: [(String, any Caller)] = [(own, bench.web), (reviewed, admin)]
            for (path, caller) in callers {
                let read = try await client.send(.get, path, as: caller)
                #expect(try read.refusal().code == .contentRedacted)
                #expect(read.status == 410)
                let written = try await client.send(.put, path, as: caller, bytes: bytes)
                #expect(try written.refusal().code == .contentRedacted)
            }
            let approval = try await client.send(
                .post,
                "/v1/commits/\(commit.id)/approval",
                as: admin,
                Approval(dryRun: false)
            )
            #expect(try approval.refusal().code == .contentRedacted)
            let log = try await client.send(.get, "/v1/audit?limit=3", as: admin).value(AuditList.self)
                .entries
            #expect(log.map(\.outcome) == Array(repeating: "content-redacted", count: 3))
            for (machine, digests) in [(bench.web, [digest]), (bench.mail, [])] {
                let path = "/v1/nodes/\(machine.id)/redactions"
                let told = try await client.send(.get, path, as: machine).value(RedactionList.self)
                #expect(told.digests == digests)
            }
        }
    }
}
