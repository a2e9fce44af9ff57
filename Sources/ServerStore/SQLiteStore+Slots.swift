public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Lets a node converge to shared tags for a while: as long as not too many others do, and none of them failed.
    ///
    /// - Throws: `unknownNode`; `invalidRequest` for a tag that the node does not include.
    public func takeSlots(
        _ tags: [TagName],
        for node: NodeID,
        of configuration: String,
        isProvisional: Bool,
        at: Timestamp
    ) async throws -> SlotDecision {
        try await writer.perform { db in
            let node = try LayeredNode.existing(node, in: db)
            let held = try SlotRow.held(by: node.row, at: at, in: db)
            let known = node.tags.dropFirst().filter { tags.contains($0.name) }
            let holdsAll = known.count == tags.count && known.allSatisfy { held.contains($0.row) }
            // Who has all that it asks for goes on, whatever came in between.
            guard holdsAll || ConfigurationVersion(configuration)?.isCurrent(node) == true else {
                return SlotDecision(answer: .outdated)
            }
            guard known.count == tags.count else {
                throw APIError(
                    .invalidRequest,
                    "the node includes \(node.sharedTags.map(\.text).joined(separator: ", ")); slots are of these",
                    subject: tags.map(\.text).joined(separator: ", ")
                )
            }
            var room: [TagName] = []
            var obstacle: SlotAnswer?
            for tag in known where !held.contains(tag.row) {
                if let stop = try StopRow.find(tag, for: node.row, at: at, in: db) {
                    obstacle = .stopped(by: stop)
                    break
                }
                let holders = try SlotRow.holders(of: tag, besides: node.row, at: at, in: db)
                if holders.count >= tag.atOnce {
                    obstacle = obstacle ?? Self.waiting(tag, holders, at: at)
                } else if holders.count + 1 < tag.atOnce {
                    room.append(tag.name)
                }
            }
            if let obstacle {
                // A node that kept some while it waits for others could wait for ever for one that waits for it.
                let freed = node.tags.filter { held.contains($0.row) }
                for tag in freed { try SlotRow.release(tag.row, of: node.row, in: db) }
                return SlotDecision(
                    answer: obstacle,
                    room: try Self.open(known, to: node, at: at, in: db),
                    freed: freed.map(\.name)
                )
            }
            let isConfirmed = !isProvisional || holdsAll
            let lease = isConfirmed ? APILimits.slotLease : APILimits.provisionalLease
            let end = Timestamp(microseconds: at.microseconds + Int64(lease) * 1_000_000)
            for tag in known { try SlotRow.take(tag, for: node.row, until: end, isConfirmed, in: db) }
            let freed = node.tags.filter { tag in
                held.contains(tag.row) && !known.contains { $0.row == tag.row }
            }
            for tag in freed { try SlotRow.release(tag.row, of: node.row, in: db) }
            return SlotDecision(
                answer: .granted(seconds: lease),
                room: room,
                freed: freed.map(\.name)
            )
        }
    }

    /// Ends a node's slots; those tags come back.
    ///
    /// - Throws: `unknownNode`.
    public func releaseSlots(of node: NodeID) async throws -> [TagName] {
        try await writer.perform { db in
            let node = try LayeredNode.existing(node, in: db)
            let released = try SlotRow.release(of: node.row, in: db)
            return node.tags.filter { released.contains($0.row) }.map(\.name)
        }
    }

    /// Ends a node's slots, and keeps which steps of shared tags failed there until they do not any more.
    ///
    /// A step whose entry is another by now stops nobody.
    ///
    /// - Throws: `unknownNode`.
    public func report(
        _ report: SlotReport,
        from node: NodeID,
        at: Timestamp
    ) async throws -> SlotOutcome {
        try await writer.perform { db in
            let node = try LayeredNode.existing(node, in: db)
            let shared = node.tags.dropFirst()
            let before = try shared.map { try StopRow.find($0, at: at, in: db) != nil }
            let released = try SlotRow.release(of: node.row, in: db)
            let failures = try report.failed.compactMap { failure -> (Int64, SlotReport.Failure)? in
                guard let tag = shared.first(where: { $0.name == failure.revision.tag }) else { return nil }
                var entries = TagEntries(of: tag)
                let current = try entries.current(failure.key, in: db)
                guard current.entry != nil, current.revision == failure.revision.number else { return nil }
                return (tag.row, failure)
            }
            try SlotRow.keep(failures, on: node.row, at: at, in: db)
            let after = try shared.map { try StopRow.find($0, at: at, in: db) != nil }
            return SlotOutcome(
                freed: shared.filter { released.contains($0.row) }.map(\.name),
                turned: zip(shared, zip(before, after)).filter { $1.0 != $1.1 }.map { $0.0.name }
            )
        }
    }

    /// Says how many nodes converge to a shared tag at a time.
    ///
    /// - Throws: `unknownTag`; `invalidRequest` for an own tag.
    public func limit(_ tag: TagName, to atOnce: Int, by principal: String, at: Timestamp) async throws {
        try await writer.perform { db in
            let row = try TagRow.existing(tag, in: db)
            guard tag.isShared else {
                throw APIError(
                    .invalidRequest,
                    "one node alone converges to its own tag; a limit is for shared tags",
                    subject: tag.text
                )
            }
            guard row.atOnce != atOnce else { return }
            try db.execute(
                sql: "UPDATE tags SET at_once = ? WHERE id = ?",
                arguments: [atOnce, row.row]
            )
            try Audit.note(.limit, tag.text, detail: "\(atOnce)", by: principal, at: at, in: db)
        }
    }

    /// What stopped by itself, by tag; of each the oldest cause.
    public func stops(at: Timestamp) async throws -> [RolloutStop] {
        try await read { db in try StopRow.all(at: at, in: db) }
    }

    /// Nodes that an answer names, however many there are.
    private static let shownHolders = 10

    private static func waiting(
        _ tag: TagRow,
        _ holders: [(name: NodeName, end: Timestamp)],
        at: Timestamp
    ) -> SlotAnswer {
        let next = holders.map(\.end.microseconds).min() ?? at.microseconds
        return .waiting(
            tag: tag.name,
            holders: holders.prefix(shownHolders).map(\.name),
            seconds: Int((next - at.microseconds + 999_999) / 1_000_000)
        )
    }

    /// The tags that let another node in though this one waits for more.
    private static func open(
        _ tags: [TagRow],
        to node: LayeredNode,
        at: Timestamp,
        in db: Database
    ) throws -> [TagName] {
        try tags.filter { tag in
            try SlotRow.holders(of: tag, besides: node.row, at: at, in: db).count < tag.atOnce
                && StopRow.find(tag, at: at, in: db) == nil
        }
        .map(\.name)
    }
}
