public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Puts back what a revision changed, or says what that would do.
    ///
    /// - Throws: `unknownTag`, `unknownRevision`, `unknownChange`; `conflict` when a later revision changed one of the resources again.
    public func revert(
        _ revision: RevisionReference,
        _ reversal: Reversal,
        by principal: String,
        at: Timestamp
    ) async throws -> ReversalResult {
        if reversal.dryRun {
            return try await read { db in try Reverting(revision, reversal, in: db).result(nil) }
        }
        return try await writer.perform { db in
            let reverting = try Reverting(revision, reversal, in: db)
            guard !reverting.items.isEmpty else { return reverting.result(nil) }
            let heading = RevisionRow.Heading(
                author: principal,
                message: "revert \(revision): \(reverting.message)",
                at: at,
                reverts: revision.number
            )
            let new = try RevisionRow.append(reverting.items, to: reverting.tag, heading, in: db)
            let overrides: [(overrides: [Override], why: (RevisionReference) -> String)] = [
                (reverting.restored, { "put back what \($0) no longer says" }),
                (reverting.dropped, { "drop what \($0) says too" }),
            ]
            for part in overrides {
                try Override.write(part.overrides, with: new.reference, part.why, heading, in: db)
            }
            let subject = revision.description
            try Audit.note(.revert, subject, detail: "\(new.reference)", by: principal, at: at, in: db)
            return reverting.result(new)
        }
    }
}

/// What putting a revision back comes to, read before anything is written.
private struct Reverting {
    var tag: TagRow
    /// The message of the revision that is put back.
    var message: String
    var items: [Revision.Item]
    /// Entries of own tags that went with the revision and come back, or the other way round.
    var restored: [Override] = []
    var dropped: [Override] = []
    var nodes: [NodeName] = []

    init(_ reference: RevisionReference, _ reversal: Reversal, in db: Database) throws {
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
        for item in try Self.chosen(revision, reversal) {
            let latest = try entries.current(item.key, in: db).revision
            guard latest == reference.number else {
                throw APIError(
                    .conflict,
                    "\(tag.name)@\(latest) changed it again; revert that first, or set what is right with 'weft tag set'",
                    subject: item.key.description
                )
            }
            let removal: Entry? = reversal.remove ? .absent : nil
            entries.set(
                item.key,
                to: item.before == nil ? TagEntries.Said(removal, flags: nil) : item.saidBefore
            )
        }
        items = try entries.items(in: db)
        var reach = try Reach(of: tag, in: db)
        for follower in try RevisionRow.following(reference, in: db) {
            try takeBack(follower, &entries, &reach, in: db)
        }
        nodes = try reach.changed(by: items, and: restored + dropped, in: db).nodes
    }

    /// The items that are put back.
    ///
    /// - Throws: `unknownChange`.
    private static func chosen(_ revision: Revision, _ reversal: Reversal) throws -> [Revision.Item] {
        guard let resources = reversal.resources else { return revision.items }
        let changed = Set(revision.items.map(\.key))
        if let other = resources.first(where: { !changed.contains($0) }) {
            throw APIError(
                .unknownChange,
                "\(revision.reference) did not change it; 'weft tag log \(revision.tag)' shows what it did",
                subject: other.description
            )
        }
        let chosen = Set(resources)
        return revision.items.filter { chosen.contains($0.key) }
    }

    /// Takes back what went with the revision in an own tag, as far as nothing else was said there since and the node
    /// still has the shared tag: then it changes nothing on that node.
    private mutating func takeBack(
        _ follower: Revision,
        _ entries: inout TagEntries,
        _ reach: inout Reach,
        in db: Database
    ) throws {
        guard let node = follower.tag.node, reach.has(node) else { return }
        let ownTag = try TagRow.existing(follower.tag, in: db)
        var own = TagEntries(of: ownTag)
        let written = Set(items.map(\.key))
        for item in follower.items where written.contains(item.key) {
            guard try own.current(item.key, in: db).revision == follower.number else { continue }
            if item.before != nil, item.after == nil {
                let back = Revision.Item(item.key, from: item.saidAfter, to: item.saidBefore)
                restored.append(
                    Override(node: node, ownTag: ownTag.row, item: back, reverts: follower.number)
                )
            } else if item.before == nil {
                dropped += try reach.needless(item.key, saying: entries.said(of: item.key, in: db), in: db)
                    .filter { $0.node == node }
                    .map { override in
                        var override = override
                        override.reverts = follower.number
                        return override
                    }
            }
        }
    }

    func result(_ revision: Revision?) -> ReversalResult {
        func told(_ overrides: [Override]) -> [NodeOverride] {
            overrides.map(\.override).sorted { ($0.node, $0.key) < ($1.node, $1.key) }
        }
        return ReversalResult(
            revision: revision,
            items: items,
            nodes: nodes,
            restored: told(restored),
            dropped: told(dropped)
        )
    }
}
