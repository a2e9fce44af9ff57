public import FabricModel
import GRDB

extension Journal {
    /// The highest revision that is known of each tag, also of those that the node does not include any more.
    public func knownRevisions() throws(JournalError) -> [TagName: KnownRevision] {
        try read { db in
            var known: [TagName: KnownRevision] = [:]
            try db.forEach("SELECT tag, number, digest FROM known_revision") { row in
                let tag = try TagName(row.text(0))
                known[tag] = KnownRevision(
                    tag: tag,
                    number: row.integer(1),
                    digest: try row.optionalText(2).map { try RevisionDigest($0) }
                )
            }
            return known
        }
    }

    /// Keeps these as what is known of their tags, durable on return.
    public func remember(_ revisions: [KnownRevision]) throws(JournalError) {
        guard !revisions.isEmpty else { return }
        try transaction { db, _ in
            for revision in revisions {
                try db.run(
                    "REPLACE INTO known_revision VALUES (?, ?, ?)",
                    .text(revision.tag.text),
                    .integer(revision.number),
                    .text(revision.digest?.text)
                )
            }
        }
    }
}
