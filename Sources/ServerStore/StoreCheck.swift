internal import FabricAPI
internal import FabricModel
internal import GRDB

/// Whether a database is what was written.
enum StoreCheck {
    /// Looks at the pages, and at the newest revision of each tag; reads the database once.
    ///
    /// - Throws: `StoreError` with code `damaged`.
    static func quick(_ db: Database, _ folder: String) throws {
        try pages("quick_check", db, folder)
        for tag in try TagRow.everyPage(after: nil, limit: .max, in: db) {
            guard let fault = try RevisionChain.headFault(of: tag, in: db) else { continue }
            throw damaged(folder, "tag \(tag.name)@\(fault.revision): \(fault.message)")
        }
    }

    /// Looks at everything: pages and indexes, references, every chain of revisions, and every content by its digest.
    ///
    /// - Throws: `StoreError` with code `damaged`.
    static func full(_ db: Database, _ path: String) throws {
        try pages("integrity_check", db, path)
        if let row = try Row.fetchOne(db, sql: "PRAGMA foreign_key_check") {
            throw damaged(path, "a row of \(row[0] as String) refers to one that is not there")
        }
        for tag in try TagRow.everyPage(after: nil, limit: .max, in: db) {
            guard let fault = try RevisionChain.verify(tag, in: db).fault else { continue }
            throw damaged(path, "tag \(tag.name)@\(fault.revision): \(fault.message)")
        }
        let contents = try Row.fetchCursor(
            db,
            sql:
                "SELECT digest, size, encoding, body FROM contents WHERE digest NOT IN (SELECT digest FROM redactions)"
        )
        while let row = try contents.next() {
            let digest = try ContentDigest(row[0])
            let content = try? ContentBody(encoding: row[2], bytes: row[3], digest: digest)
                .content(size: row[1], digest: digest)
            guard let content, ContentDigest.sha256(content) == digest else {
                throw damaged(path, "the content \(digest) is not what its digest says")
            }
        }
    }

    private static func pages(_ pragma: String, _ db: Database, _ path: String) throws {
        let faults = try String.fetchAll(db, sql: "PRAGMA \(pragma)(3)")
        guard faults != ["ok"] else { return }
        throw damaged(path, faults.joined(separator: "; "))
    }

    private static func damaged(_ path: String, _ what: String) -> StoreError {
        StoreError(.damaged, path, "the database is not what was written: \(what). \(wayOut)")
    }

    static let wayOut =
        "Restore the newest backup with 'weft-server restore FILE --replace'; nodes then send again what it lacks, and "
        + "the damaged database is kept beside it"
}

extension RevisionChain {
    /// What is wrong with a tag's newest revision; `nil` where it is the one that the tag ended with.
    static func headFault(of tag: TagRow, in db: Database) throws -> TagVerification.Fault? {
        let head = try RevisionRow.head(of: tag, in: db)
        let newest = try Row.fetchOne(
            db.cachedStatement(
                sql: RevisionRow.select + "WHERE tag = ? ORDER BY number DESC LIMIT 1"
            ),
            arguments: [tag.row]
        )
        func fault(_ message: String) -> TagVerification.Fault {
            TagVerification.Fault(revision: tag.revision, message: message)
        }
        guard let newest else { return tag.revision == 0 && head == nil ? nil : fault("it is missing") }
        let before = try String.fetchOne(
            db.cachedStatement(sql: "SELECT digest FROM revisions WHERE tag = ? AND number = ?"),
            arguments: [tag.row, tag.revision - 1]
        )
        guard newest[0] == tag.revision, tag.revision == 1 || before != nil else {
            return fault("it, or the one before it, is missing")
        }
        guard let revision = try? RevisionRow.revision(newest, of: tag.name, withItems: false) else {
            return fault("it does not read back")
        }
        let digest = RevisionDigest(
            of: revision,
            items: newest[4],
            after: try before.map { try RevisionDigest($0) }
        )
        return digest == head && digest == revision.digest ? nil : fault("it is not what was written")
    }
}
