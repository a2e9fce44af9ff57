public import FabricAPI
public import FabricModel
internal import GRDB

extension SQLiteStore {
    /// Lets a node converge for a while to those of some shared tags that not too many others converge to, and where none
    /// failed.
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
            var (granted, room): ([TagRow], [TagName]) = ([], [])
            var obstacles: [SlotObstacle] = []
            for tag in known {
                if held.contains(tag.row) {
                    granted.append(tag)
                } else if let stop = try StopRow.find(tag, for: node.row, at: at, in: db) {
                    obstacles.append(.stopped(by: stop))
                } else {
                    let holders = try SlotRow.holders(of: tag, besides: node.row, at: at, in: db)
                    guard holders.count < tag.atOnce else {
                        obstacles.append(Self.waiting(tag, holders, at: at))
                        continue
                    }
                    granted.append(tag)
                    if holders.count + 1 < tag.atOnce { room.append(tag.name) }
                }
            }
            let freed = node.tags.filter { tag in
                held.contains(tag.row) && !known.contains { $0.row == tag.row }
            }
            for tag in freed { try SlotRow.release(tag.row, of: node.row, in: db) }
            let told = tags.compactMap { tag in obstacles.first { $0.tag == tag } }
            guard !granted.isEmpty else {
                return SlotDecision(answer: .withheld(by: told), freed: freed.map(\.name))
            }
            // A node that gets a part uses that, reports, which ends all its slots, and only then waits for the rest. So
            // none holds a slot while it waits for another, and no two can wait for each other.
            let isConfirmed = !isProvisional || granted.allSatisfy { held.contains($0.row) }
            let lease = isConfirmed ? APILimits.slotLease : APILimits.provisionalLease
            let end = Timestamp(microseconds: at.microseconds + Int64(lease) * 1_000_000)
            for tag in granted { try SlotRow.take(tag, for: node.row, until: end, isConfirmed, in: db) }
            let names = Set(granted.map(\.name))
            return SlotDecision(
                answer: .granted(tags: tags.filter(names.contains), seconds: lease, withheld: told),
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
            let open = shared.filter { report.withheld?.contains($0.name) ?? false }.map(\.row)
            try SlotRow.keep(failures, besides: Set(open), on: node.row, at: at, in: db)
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
    ) -> SlotObstacle {
        let next = holders.map(\.end.microseconds).min() ?? at.microseconds
        return .waiting(
            tag: tag.name,
            holders: holders.prefix(shownHolders).map(\.name),
            seconds: Int((next - at.microseconds + 999_999) / 1_000_000)
        )
    }
}
