internal import FabricModel
internal import GRDB

/// The rows of `revisions` and the entries that they come to.
enum RevisionRow {
    /// What a new revision says beside its items.
    struct Heading {
        var author: String
        var message: String
        var at: Timestamp
        var commit: CommitID?
        var reverts: Int64?
        var follows: RevisionReference?
    }

    /// Appends the tag's next revision and carries its items into the entries.
    static func append(
        _ items: [Revision.Item],
        to tag: TagRow,
        _ heading: Heading,
        in db: Database
    ) throws -> Revision {
        var revision = Revision(
            tag: tag.name,
            number: tag.revision + 1,
            at: heading.at,
            author: heading.author,
            message: heading.message,
            items: items,
            commit: heading.commit,
            reverts: heading.reverts,
            follows: heading.follows
        )
        let text = try storedText(items)
        let digest = RevisionDigest(of: revision, items: text, after: try head(of: tag, in: db))
        revision.digest = digest
        try db.cachedStatement(
            sql: """
                INSERT INTO revisions
                (tag, number, at, author, message, [commit], reverts, follows, items, digest)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        .execute(arguments: [
            tag.row, revision.number, heading.at.microseconds, heading.author, heading.message,
            heading.commit?.text, heading.reverts, heading.follows?.description, text, digest.text,
        ])
        for item in items {
            try carry(item, into: tag, number: revision.number, in: db)
        }
        let grown = items.reduce(0) { $0 + ($1.after == nil ? 0 : 1) - ($1.before == nil ? 0 : 1) }
        try db.cachedStatement(
            sql: "UPDATE tags SET revision = ?, head = ?, entries = entries + ? WHERE id = ?"
        )
        .execute(arguments: [revision.number, digest.text, grown, tag.row])
        try EventRow.note(revision: revision.number, of: tag.row, items.count, at: heading.at, in: db)
        try NodeStates.noteRevision(of: tag.row, at: heading.at, in: db)
        try Generation.advance(db)
        return revision
    }

    /// The digest of a tag's newest revision; `nil` before the first.
    static func head(of tag: TagRow, in db: Database) throws -> RevisionDigest? {
        let statement = try db.cachedStatement(sql: "SELECT head FROM tags WHERE id = ?")
        return try String.fetchOne(statement, arguments: [tag.row]).map { try RevisionDigest($0) }
    }

    /// A tag's revisions below a number, newest first.
    static func page(of tag: TagRow, before number: Int64?, limit: Int, in db: Database) throws -> [Revision]
    {
        let statement = try db.cachedStatement(
            sql: select + "WHERE tag = ?1 AND number < ?2 ORDER BY number DESC LIMIT ?3"
        )
        return try Row.fetchAll(statement, arguments: [tag.row, number ?? .max, max(0, limit)])
            .map { try revision($0, of: tag.name) }
    }

    static func find(_ number: Int64, of tag: TagRow, in db: Database) throws -> Revision? {
        let statement = try db.cachedStatement(sql: select + "WHERE tag = ? AND number = ?")
        return try Row.fetchOne(statement, arguments: [tag.row, number])
            .map { try revision($0, of: tag.name) }
    }

    /// The revisions of own tags that came with a revision of a shared one.
    static func following(_ revision: RevisionReference, in db: Database) throws -> [Revision] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT r.number, r.at, r.author, r.message, r.items, r.[commit], r.reverts, r.follows, r.digest,
                    t.name
                FROM revisions r JOIN tags t ON t.id = r.tag WHERE r.follows = ? ORDER BY t.name, r.number
                """
        )
        return try Row.fetchAll(statement, arguments: [revision.description])
            .map { try Self.revision($0, of: TagName($0[9])) }
    }

    static let select = """
        SELECT number, at, author, message, items, [commit], reverts, follows, digest FROM revisions

        """

    /// Reads a row of all columns, with its items unless they are read otherwise.
    static func revision(_ row: Row, of tag: TagName, withItems: Bool = true) throws -> Revision {
        let commit: String? = row[5]
        let follows: String? = row[7]
        let digest: String? = row[8]
        return Revision(
            tag: tag,
            number: row[0],
            at: Timestamp(microseconds: row[1]),
            author: row[2],
            message: row[3],
            items: withItems ? try storedValue([Revision.Item].self, row[4]) : [],
            commit: commit.map(CommitID.init(checked:)),
            reverts: row[6],
            follows: try follows.map { try RevisionReference($0) },
            digest: try digest.map { try RevisionDigest($0) }
        )
    }

    private static func carry(_ item: Revision.Item, into tag: TagRow, number: Int64, in db: Database) throws
    {
        try db.cachedStatement(
            sql: """
                INSERT INTO entries (tag, key, entry, flags, digest, revision) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (tag, key) DO UPDATE
                SET entry = excluded.entry, flags = excluded.flags, digest = excluded.digest,
                    revision = excluded.revision
                """
        )
        .execute(arguments: [
            tag.row, item.key.description, try item.after.map { try storedText($0) },
            try item.saidAfter.flags.map { try storedText($0) }, item.after?.keptDigest?.text, number,
        ])
        try db.cachedStatement(
            sql: "INSERT INTO entry_history (tag, key, revision, is_set) VALUES (?, ?, ?, ?)"
        )
        .execute(arguments: [tag.row, item.key.description, number, item.after != nil])
        // Whoever gives a resource another entry has decided what is to become of the failed one.
        try db.cachedStatement(sql: "DELETE FROM failures WHERE tag = ? AND key = ?")
            .execute(arguments: [tag.row, item.key.description])
    }
}
