internal import FabricAPI
internal import FabricModel
internal import GRDB

/// The chain of a tag's revisions, computed again from what is stored.
struct RevisionChain {
    private let tag: TagRow
    private var count: Int64 = 0
    private var last: RevisionDigest?
    private var fault: TagVerification.Fault?
    /// What the revisions come to, and which one said it.
    private var said: [ResourceKey: (said: TagEntries.Said, revision: Int64)] = [:]

    /// Recomputes a tag's chain, and compares what it comes to with what nodes are told.
    static func verify(_ tag: TagRow, in db: Database) throws -> TagVerification {
        var chain = RevisionChain(tag: tag)
        try chain.followRevisions(in: db)
        if chain.fault == nil { try chain.compareEntries(in: db) }
        return TagVerification(
            tag: tag.name,
            revisions: chain.count,
            head: chain.last,
            fault: chain.fault
        )
    }

    /// Gives all revisions that have none their digests.
    static func compute(in db: Database) throws {
        let tags = try Row.fetchAll(db, sql: "SELECT id, name FROM tags")
        for row in tags {
            let (tag, name): (Int64, TagName) = (row[0], try TagName(row[1]))
            var last: RevisionDigest?
            var number: Int64 = 0
            // One by one, for the items of all of them may be too much for the memory.
            while let row = try next(after: number, of: tag, in: db) {
                let revision = try RevisionRow.revision(row, of: name, withItems: false)
                let digest = RevisionDigest(of: revision, items: row[4], after: last)
                number = revision.number
                last = digest
                try db.cachedStatement(sql: "UPDATE revisions SET digest = ? WHERE tag = ? AND number = ?")
                    .execute(arguments: [digest.text, tag, number])
            }
            try db.cachedStatement(sql: "UPDATE tags SET head = ? WHERE id = ?")
                .execute(arguments: [last?.text, tag])
        }
    }

    private init(tag: TagRow) {
        self.tag = tag
    }

    private static func next(after number: Int64, of tag: Int64, in db: Database) throws -> Row? {
        let statement = try db.cachedStatement(
            sql: RevisionRow.select + "WHERE tag = ? AND number > ? ORDER BY number LIMIT 1"
        )
        return try Row.fetchOne(statement, arguments: [tag, number])
    }

    private mutating func followRevisions(in db: Database) throws {
        while fault == nil, let row = try Self.next(after: count, of: tag.row, in: db) {
            let number: Int64 = row[0]
            guard number == count + 1 else {
                return fail("it is missing; the next one has the number \(number)")
            }
            let (text, stored): (String, String?) = (row[4], row[8])
            do {
                let revision = try RevisionRow.revision(row, of: tag.name)
                let digest = RevisionDigest(of: revision, items: text, after: last)
                guard digest.text == stored else {
                    return fail("it, or the one before it, is not what was written under its digest")
                }
                for item in revision.items { said[item.key] = (item.saidAfter, number) }
                last = digest
                count = number
            } catch is DecodingError {
                fail("its resources do not read back")
            } catch is ModelError {
                fail("it does not read back")
            }
        }
        guard fault == nil else { return }
        if count < tag.revision {
            fail("it is missing, and so is what came after it up to \(tag.revision)")
        } else if count > tag.revision {
            fault = TagVerification.Fault(
                revision: tag.revision + 1,
                message: "the tag has \(tag.revision) revisions, but there are \(count)"
            )
        } else if try RevisionRow.head(of: tag, in: db) != last {
            fault = TagVerification.Fault(
                revision: count,
                message: "it is not the one that the tag ended with"
            )
        }
    }

    private mutating func fail(_ message: String) {
        fault = TagVerification.Fault(revision: count + 1, message: message)
    }

    /// Compares what the revisions come to with the entries, from which nodes are told what to be.
    private mutating func compareEntries(in db: Database) throws {
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: "SELECT entry, flags, key, revision FROM entries WHERE tag = ? ORDER BY key"
            ),
            arguments: [tag.row]
        )
        while let row = try rows.next() {
            let (text, revision): (String, Int64) = (row[2], row[3])
            let written = (try? ResourceKey(text)).flatMap { said.removeValue(forKey: $0) }
            let entry = try? TagEntries.Said(row)
            guard let written, written.revision == revision, written.said == entry else {
                let number = written?.revision ?? revision
                fault = TagVerification.Fault(
                    revision: number,
                    message: "nodes are told something else of \(EscapedText.escape(text.utf8))"
                )
                return
            }
        }
        if let (key, value) = said.min(by: { $0.key < $1.key }) {
            fault = TagVerification.Fault(revision: value.revision, message: "nodes are not told of \(key)")
        }
    }
}
