import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

/// Values as nodes send them.
enum Sample {
    static let time = Timestamp(seconds: 1_790_000_000)

    static func file(_ text: String, mode: UInt16 = 0o644) -> ResourceState {
        .file(
            FileState(
                type: .regular,
                mode: mode,
                owner: AccountReference(name: "root", id: 0),
                group: AccountReference(name: "root", id: 0),
                content: FileContent(digest: .sha256(text.utf8), size: UInt64(text.utf8.count))
            )
        )
    }

    static func edit(_ path: String, from before: String?, to after: String?) throws -> Change {
        Change(
            key: try ResourceKey("file:\(path)"),
            before: before.map { file($0) } ?? .absent,
            after: after.map { file($0) } ?? .absent,
            at: time,
            actor: Actor(tier: .inferred, name: "alice", session: "c1")
        )
    }

    static func commit(_ changes: [Change], of node: NodeID, sequence: Int64 = 1) -> FeedbackCommit {
        FeedbackCommit(
            id: .make(at: time),
            node: node,
            sequence: sequence,
            author: Actor(tier: .inferred, name: "alice", session: "c1"),
            message: CommitMessage.describe(changes),
            at: time,
            trigger: .manual,
            changes: changes
        )
    }
}

extension Bench {
    /// Has a node upload an edit of a file with its contents, and returns the commit.
    func upload(
        _ path: String,
        from before: String?,
        to after: String?,
        by machine: Machine,
        sequence: Int64 = 1,
        through client: any TestClientProtocol
    ) async throws -> FeedbackCommit {
        for text in [before, after].compactMap(\.self) {
            let digest = ContentDigest.sha256(text.utf8)
            let path = "/v1/nodes/\(machine.id)/contents/\(digest)"
            let answer = try await client.send(.put, path, as: machine, bytes: Array(text.utf8))
            try #require(answer.status == 204)
        }
        let change = try Sample.edit(path, from: before, to: after)
        let commit = Sample.commit([change], of: machine.id, sequence: sequence)
        let answer = try await client.send(
            .post,
            "/v1/nodes/\(machine.id)/commits",
            as: machine,
            CommitUpload(commits: [commit])
        )
        try #require(try answer.value(CommitReceipt.self).accepted == [commit.id])
        return commit
    }
}

extension Sample {
    /// A certificate of which there is only the digest.
    static func credential(_ text: String) -> Credential {
        Credential(digest: .sha256(text.utf8), fingerprint: text, expires: time.adding(seconds: 86_400))
    }
}
