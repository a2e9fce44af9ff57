internal import FabricAPI
internal import FabricModel
internal import GRDB

/// An entry of a node's own tag that goes, or comes back, because of what a shared tag says.
struct Override {
    var node: NodeName
    /// The row of the node's own tag.
    var ownTag: Int64
    var item: Revision.Item
    /// The revision of the shared tag that it goes with, where that is an earlier one.
    var cause: RevisionReference?
    /// The revision of the own tag that it takes back.
    var reverts: Int64?

    /// As others are told of it.
    var override: NodeOverride { NodeOverride(node: node, key: item.key) }

    /// Writes a revision of each own tag that is concerned.
    ///
    /// - Parameters:
    ///   - overrides: What goes or comes back.
    ///   - revision: The new revision of the shared tag that they go with unless they name their own.
    ///   - message: Why, given that revision.
    ///   - heading: Who and when.
    ///   - db: The transaction that the revision of the shared tag is written in.
    /// - Throws: `unknownTag` for a node that is gone.
    static func write(
        _ overrides: [Override],
        with revision: RevisionReference?,
        _ message: (RevisionReference) -> String,
        _ heading: RevisionRow.Heading,
        in db: Database
    ) throws {
        struct Group: Hashable {
            var node: NodeName
            var cause: RevisionReference
            var reverts: Int64?
        }
        let groups = Dictionary(
            grouping: overrides.compactMap { override in
                (override.cause ?? revision)
                    .map { (Group(node: override.node, cause: $0, reverts: override.reverts), override.item) }
            },
            by: \.0
        )
        let order = groups.keys.sorted { ($0.node, $0.cause.number) < ($1.node, $1.cause.number) }
        for group in order {
            var heading = heading
            heading.message = message(group.cause)
            heading.reverts = group.reverts
            heading.follows = group.cause
            let items = (groups[group] ?? []).map(\.1).sorted { $0.key < $1.key }
            let tag = try TagRow.existing(TagName(ownTagOf: group.node), in: db)
            _ = try RevisionRow.append(items, to: tag, heading, in: db)
        }
    }
}
