public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Tags by name, own tags too, from the one after a name on.
    public func tags(after name: TagName?, limit: Int) async throws -> [TagSummary] {
        try await read { db in
            let tags = try TagRow.page(after: name, limit: limit, in: db)
            let nodes = try TagRow.nodes(tags, in: db)
            return tags.map { $0.summary(nodes: nodes[$0.row] ?? []) }
        }
    }

    /// A tag with its entries.
    ///
    /// - Throws: `unknownTag`.
    public func tag(_ name: TagName) async throws -> TagDetail {
        try await read { [layers] db in
            let tag = try TagRow.existing(name, in: db)
            let nodes = try TagRow.nodes([tag], in: db)
            return TagDetail(
                tag: tag.summary(nodes: nodes[tag.row] ?? []),
                entries: try layers.items(of: tag, in: db),
                head: try RevisionRow.head(of: tag, in: db)
            )
        }
    }

    /// Makes an empty shared tag; one that was deleted goes on with its revision numbers.
    ///
    /// - Throws: `nameTaken`; `invalidRequest` for the name of an own tag.
    public func createTag(_ name: TagName, by principal: String, at: Timestamp) async throws {
        try await writer.perform { db in
            guard name.isShared else {
                throw APIError(
                    .invalidRequest,
                    "the own tag of a node is made when the node is registered; choose another name",
                    subject: name.text
                )
            }
            if let known = try TagRow.find(name, in: db) {
                guard known.isRetired else {
                    throw APIError(
                        .nameTaken,
                        "there is a tag of this name; choose another one",
                        subject: name.text
                    )
                }
                try db.execute(sql: "UPDATE tags SET retired_at = NULL WHERE id = ?", arguments: [known.row])
            } else {
                _ = try TagRow.insert(name, in: db)
            }
            try Audit.note(.createTag, name.text, by: principal, at: at, in: db)
            try Generation.advance(db)
        }
    }

    /// Retires a shared tag; what it said ends with a last revision, and its history stays readable.
    ///
    /// - Throws: `unknownTag`; `tagInUse` while nodes include it, naming them; `invalidRequest` for an own tag.
    public func deleteTag(_ name: TagName, by principal: String, at: Timestamp) async throws {
        try await writer.perform { db in
            guard name.isShared else {
                throw APIError(
                    .invalidRequest,
                    "the own tag of a node stays with the node",
                    subject: name.text
                )
            }
            let tag = try TagRow.existing(name, in: db)
            let nodes = try TagRow.nodes([tag], in: db)[tag.row] ?? []
            guard nodes.isEmpty else {
                let names = nodes.map(\.text).joined(separator: ", ")
                throw APIError(
                    .tagInUse,
                    "it is included by \(names); take it off their lists with 'weft node tag' first",
                    subject: name.text
                )
            }
            let items = try LayerCache.read(tag, in: db)
            if !items.isEmpty {
                _ = try RevisionRow.append(
                    items.map {
                        Revision.Item(key: $0.key, before: $0.entry, after: nil, flagsBefore: $0.flags)
                    },
                    to: tag,
                    RevisionRow.Heading(author: principal, message: "delete tag \(name)", at: at),
                    in: db
                )
            }
            try db.execute(
                sql: "UPDATE tags SET retired_at = ? WHERE id = ?",
                arguments: [at.microseconds, tag.row]
            )
            try Audit.note(.deleteTag, name.text, by: principal, at: at, in: db)
            try Generation.advance(db)
        }
    }

    /// The tag's revisions, newest first; of a deleted tag too.
    ///
    /// - Throws: `unknownTag`.
    public func revisions(of name: TagName, before number: Int64?, limit: Int) async throws -> [Revision] {
        try await read { db in
            guard let tag = try TagRow.find(name, in: db) else { throw TagRow.unknown(name) }
            return try RevisionRow.page(of: tag, before: number, limit: limit, in: db)
        }
    }
}
