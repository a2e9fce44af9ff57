import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

/// Commits that no node makes.
@Suite struct CommitCheckTests {
    private func refusal(
        _ spoil: @Sendable (inout FeedbackCommit, Bench) throws -> Void
    ) async throws -> APIError {
        try await Bench.run { bench, client in
            let package = PackageState(
                system: .rpm,
                instances: [.init(evr: try PackageVersion("1-1"), arch: "noarch")]
            )
            let change = Change(
                key: try ResourceKey("package:nginx"),
                before: .absent,
                after: .package(package),
                at: Sample.time
            )
            var commit = Sample.commit([change], of: bench.web.id)
            try spoil(&commit, bench)
            let answer = try await client.send(
                .post,
                "/v1/nodes/\(bench.web.id)/commits",
                as: bench.web,
                CommitUpload(commits: [commit])
            )
            #expect(try await bench.store.queue(node: nil).isEmpty)
            return try answer.refusal()
        }
    }

    @Test("another node's commit is refused")
    func otherNode() async throws {
        let error = try await refusal { commit, bench in commit.node = bench.mail.id }
        #expect(error.code == .invalidRequest)
    }

    @Test("a commit without changes is refused")
    func empty() async throws {
        let error = try await refusal { commit, _ in commit.changes = [] }
        #expect(error.message.contains("at least one change"))
    }

    @Test("a commit before the first is refused", arguments: [0, -1, Int64.min])
    func sequence(number: Int64) async throws {
        let error = try await refusal { commit, _ in commit.sequence = number }
        #expect(error.message.contains("from 1"))
    }

    @Test("a resource that changes twice is refused")
    func twice() async throws {
        let error = try await refusal { commit, _ in commit.changes += commit.changes }
        #expect(error.message.contains("net changes"))
    }

    @Test("a state of another kind than its resource is refused")
    func kind() async throws {
        let error = try await refusal { commit, _ in commit.changes[0].after = Sample.file("x") }
        #expect(error.message.contains("is not one of a package"))
    }

    @Test("a link's target that a terminal would take for a command is refused")
    func unescapedTarget() async throws {
        let error = try await refusal { commit, _ in
            let link = FileState(
                type: .symlink,
                mode: 0,
                owner: AccountReference(name: "root", id: 0),
                group: AccountReference(name: "root", id: 0),
                target: "\u{1B}[2J"
            )
            let key = try ResourceKey("file:/etc/link")
            commit.changes = [Change(key: key, before: .absent, after: .file(link), at: Sample.time)]
        }
        #expect(error.code == .invalidRequest)
        #expect(error.message.contains("file:/etc/link"))
    }

    @Test("a message over the limit is refused, and the limit stated")
    func message() async throws {
        let error = try await refusal { commit, _ in
            commit.message = String(repeating: "é", count: APILimits.message / 2 + 1)
        }
        #expect(error.message.contains("\(APILimits.message)"))
    }

    @Test("too many changes are refused, and the limit stated")
    func changes() async throws {
        let error = try await refusal { commit, _ in
            commit.changes = try (0...APILimits.changesPerCommit)
                .map { number in
                    try Sample.edit("/etc/\(number)", from: nil, to: "x")
                }
        }
        #expect(error.message.contains("\(APILimits.changesPerCommit)"))
    }

    @Test("too many commits are refused, and the limit stated")
    func commits() async throws {
        try await Bench.run { bench, client in
            let change = try Sample.edit("/etc/motd", from: nil, to: nil)
            let commits = (0...APILimits.commitsPerUpload)
                .map { number in
                    Sample.commit([change], of: bench.web.id, sequence: Int64(number + 1))
                }
            let answer = try await client.send(
                .post,
                "/v1/nodes/\(bench.web.id)/commits",
                as: bench.web,
                CommitUpload(commits: commits)
            )
            #expect(try answer.refusal().message.contains("\(APILimits.commitsPerUpload)"))
        }
    }
}
