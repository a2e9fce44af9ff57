internal import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Stores commits of one node; those that are there already, with equal changes, are accepted again and not doubled.
    ///
    /// - Throws: `unknownNode`; `missingContents` with the digests as subject; `commitMismatch`.
    public func add(_ commits: [FeedbackCommit], from node: NodeID, at: Timestamp) async throws -> [CommitID]
    {
        try await add(commits.map { ReceivedCommit($0) }, from: node, at: at)
    }

    /// Stores commits of one node with the text of their changes as it came.
    ///
    /// - Throws: as for commits without it.
    public func add(_ received: [ReceivedCommit], from node: NodeID, at: Timestamp) async throws -> [CommitID]
    {
        let commits = received.map(\.commit)
        let texts = try received.map { try CommitText($0) }
        if let other = commits.first(where: { $0.node != node }) {
            throw APIError(
                .commitMismatch,
                "the commit says that it is of node \(other.node), and node \(node) sent it; nothing was stored",
                subject: other.id.text
            )
        }
        let uploaded = try await writer.perform { [held] db in
            // Asked here, where no content goes in between.
            let unknown = held.unknown(commits, for: node)
            let node = try NodeRow.row(node, in: db)
            let isNew = try texts.map { try CommitRow.insert($0, of: node, at: at, in: db) }
            guard !unknown.isEmpty, isNew.contains(true) else { return Set<ContentDigest>() }
            return try Self.check(unknown, for: node, in: db)
        }
        held.add(uploaded, for: node)
        return commits.map(\.id)
    }

    /// Those of the digests that the node uploaded; the others are in its effective configuration.
    ///
    /// - Throws: `missingContents`.
    private static func check(
        _ digests: Set<ContentDigest>,
        for node: Int64,
        in db: Database
    ) throws -> Set<ContentDigest> {
        let uploaded = try digests.filter { try Content.isUploaded($0, by: node, in: db) }
        var missing = try digests.subtracting(uploaded)
            .filter { try !Content.isHeld($0, for: node, in: db) }
        // What it changed counts, without the content; and it has it, so it is to forget it.
        for digest in missing where try RedactionRow.isRedacted(digest, in: db) {
            try RedactionRow.tell(node, of: digest, in: db)
            missing.remove(digest)
        }
        guard missing.isEmpty else {
            throw APIError(
                .missingContents,
                "the server does not hold these contents for the node; upload them, then send the commits again",
                subject: missing.sorted().map(\.text).joined(separator: " ")
            )
        }
        return uploaded
    }
}
