import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

/// Commits that come under an id or number that is taken, out of order, or twice.
@Suite struct CommitIdentityTests {
    @Test("a commit under a known id or number that says something else is refused, and the known one stays")
    func otherCommit() async throws {
        try await Bench.run { bench, client in
            let known = try await bench.upload("/etc/a", from: nil, to: "a", by: bench.web, through: client)
            var renamed = known
            renamed.message = "something else"
            var renumbered = known
            renumbered.sequence = 2
            let taken = Sample.commit(known.changes, of: bench.web.id, sequence: 1)
            for commit in [renamed, renumbered, taken] {
                try await BadRequest(
                    path: "/v1/nodes/\(bench.web.id)/commits",
                    caller: bench.web,
                    body: try Sample.upload([known, commit]),
                    code: .commitMismatch,
                    logged: "web1 commit web1"
                )
                .expectRefused(by: bench, client)
            }
            var stolen = known
            stolen.node = bench.mail.id
            try await bench.store.putContent(
                Array("a".utf8),
                digest: .sha256("a".utf8),
                from: bench.mail.id
            )
            try await BadRequest(
                path: "/v1/nodes/\(bench.mail.id)/commits",
                caller: bench.mail,
                body: try Sample.upload([stolen]),
                code: .commitMismatch,
                logged: "mail1 commit mail1"
            )
            .expectRefused(by: bench, client)
            #expect(try await bench.store.commit(known.id.text).changes.map(\.change) == known.changes)
        }
    }

    @Test("commits that come out of order or twice are each there once, under their own numbers")
    func order() async throws {
        try await Bench.run { bench, client in
            let commits = try [3, 1, 2]
                .map { number in
                    Sample.commit(
                        [try Sample.edit("/etc/\(number)", from: nil, to: nil)],
                        of: bench.web.id,
                        sequence: number
                    )
                }
            for commit in commits + commits.reversed() {
                let path = "/v1/nodes/\(bench.web.id)/commits"
                let body = try Sample.upload([commit, commit])
                let answer = try await client.send(.post, path, as: bench.web, bytes: body)
                #expect(try answer.value(CommitReceipt.self).accepted == [commit.id, commit.id])
            }
            #expect(try await bench.store.queue(node: nil).count == 3)
            for commit in commits {
                #expect(try await bench.store.commit(commit.id.text).sequence == commit.sequence)
            }
        }
    }
}
