public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Puts back what a revision changed, or says what that would do.
    ///
    /// - Throws: `unknownTag`, `unknownRevision`; `conflict` when a later revision changed one of the resources again.
    public func revert(
        _ revision: RevisionReference,
        _ reversal: Reversal,
        by principal: String,
        at: Timestamp
    ) async throws -> ReversalResult {
        if reversal.dryRun {
            return try await read { db in try Reverting(revision, remove: reversal.remove, in: db).result(nil)
            }
        }
        return try await writer.perform { db in
            let reverting = try Reverting(revision, remove: reversal.remove, in: db)
            guard !reverting.items.isEmpty else { return reverting.result(nil) }
            let heading = RevisionRow.Heading(
                author: principal,
                message: "revert \(revision): \(reverting.message)",
                at: at,
                reverts: revision.number
            )
            return reverting.result(
                try RevisionRow.append(reverting.items, to: reverting.tag, heading, in: db)
            )
        }
    }
}

/// What putting a revision back comes to, read before anything is written.
private struct Reverting {
    var tag: TagRow
    /// The message of the revision that is put back.
    var message: String
    var items: [Revision.Item]
    var nodes: [NodeName]

    init(_ reference: RevisionReference, remove: Bool, in db: Database) throws {
        tag = try TagRow.existing(reference.tag, in: db)
        guard let revision = try RevisionRow.find(reference.number, of: tag, in: db) else {
            let range =
                tag.revision == 0 ? "it has none yet" : "its revisions have the numbers 1 to \(tag.revision)"
            throw APIError(
                .unknownRevision,
                "the tag has no such revision; \(range)",
                subject: reference.description
            )
        }
        message = revision.message
        var entries = TagEntries(of: tag)
        for item in revision.items {
            let latest = try entries.current(item.key, in: db).revision
            guard latest == reference.number else {
                throw APIError(
                    .conflict,
                    "\(tag.name)@\(latest) changed it again; revert that first, or set what is right with 'weft tag set'",
                    subject: item.key.description
                )
            }
            entries.set(item.key, to: item.before ?? (remove ? .absent : nil))
        }
        items = try entries.items(in: db)
        nodes = try Reach.nodes(of: items, in: tag, db)
    }

    func result(_ revision: Revision?) -> ReversalResult {
        ReversalResult(revision: revision, items: items, nodes: nodes)
    }
}
