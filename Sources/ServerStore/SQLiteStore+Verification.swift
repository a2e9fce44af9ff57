public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Looks whether the database is what was written, as far as that can be told by reading it once: its pages, and the
    /// newest revision of each tag.
    ///
    /// - Throws: `StoreError` with code `damaged`.
    public func check(_ folder: String) async throws {
        try await read { db in try StoreCheck.quick(db, folder) }
    }

    /// Recomputes the chain of a tag's revisions; of a deleted tag too.
    ///
    /// - Throws: `unknownTag`.
    public func verify(_ name: TagName) async throws -> TagVerification {
        try await read { db in
            guard let tag = try TagRow.find(name, in: db) else { throw TagRow.unknown(name) }
            return try RevisionChain.verify(tag, in: db)
        }
    }

    /// Recomputes the chains of tags by name, deleted ones too, from the one after a name on.
    public func verifications(after name: TagName?, limit: Int) async throws -> [TagVerification] {
        try await read { db in
            try TagRow.everyPage(after: name, limit: limit, in: db)
                .map { try RevisionChain.verify($0, in: db) }
        }
    }
}
