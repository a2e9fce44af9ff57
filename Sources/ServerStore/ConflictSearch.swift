internal import FabricAPI
internal import FabricModel
internal import GRDB

/// Looks for undecided changes that are in conflict with what their node's tags say.
///
/// It is done when somebody asks: a commit that comes in costs nothing by it.
struct ConflictSearch {
    private struct Candidate {
        var commit: Int64
        var number: Int
        var node: Int64
        var change: Change
        var conflict: Conflict
    }

    private struct Clash {
        var change: Change
        var entry: Entry
    }

    /// A change and an entry as they are stored.
    private struct Sides: Hashable {
        var key: String
        var before: String
        var after: String
        var entry: String

        func clash() throws -> Clash? {
            let change = Change(
                key: try ResourceKey(key),
                before: try storedValue(ResourceState.self, before),
                after: try storedValue(ResourceState.self, after),
                // When and by whom makes no difference here.
                at: Timestamp(microseconds: 0)
            )
            let entry = try storedValue(Entry.self, entry)
            return Entry.uptake(of: change, over: entry) == .conflicts
                ? Clash(change: change, entry: entry) : nil
        }
    }

    /// Conflicts by the number of the change, by the row of its commit.
    private(set) var found: [Int64: [Int: Conflict]] = [:]

    init(_ commits: [Int64], in db: Database) throws {
        guard !commits.isEmpty else { return }
        let candidates = try Self.candidates(commits, in: db)
        for (node, candidates) in Dictionary(grouping: candidates, by: \.node) {
            let earlier = try Self.earlier(than: candidates, of: node, in: db)
            for candidate in candidates where Self.isConflict(candidate, after: earlier) {
                found[candidate.commit, default: [:]][candidate.number] = candidate.conflict
            }
        }
    }

    /// The changes that clash with the entry of the first tag that names their resource.
    private static func candidates(_ commits: [Int64], in db: Database) throws -> [Candidate] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT c.id, i.key + 1, c.node, e.key, json_extract(i.value, '$.before'),
                    json_extract(i.value, '$.after'), e.entry, t.name, e.revision, r.author, r.at
                FROM json_each(?) asked CROSS JOIN commits c ON c.id = asked.value
                CROSS JOIN json_each(c.changes) i
                CROSS JOIN layers l ON l.node = c.node
                CROSS JOIN tags t ON t.id = l.tag AND t.entries > 0
                CROSS JOIN entries e
                    ON e.tag = t.id AND e.key = json_extract(i.value, '$.key') AND e.entry IS NOT NULL
                CROSS JOIN revisions r ON r.tag = e.tag AND r.number = e.revision
                WHERE \(isUndecided) AND EXISTS
                    (SELECT 1 FROM layers k JOIN tags s ON s.id = k.tag WHERE k.node = c.node AND s.entries > 0)
                ORDER BY c.id, i.key, l.position
                """
        )
        let rows = try Row.fetchCursor(statement, arguments: [try storedText(commits)])
        var candidates: [Candidate] = []
        var last: (commit: Int64, number: Int)?
        // The same update on 500 nodes is compared once.
        var compared: [Sides: Clash?] = [:]
        while let row = try rows.next() {
            let place: (commit: Int64, number: Int) = (row[0], row[1])
            // Of the tags that name it, the first one wins.
            if let last, last == place { continue }
            last = place
            let sides = Sides(key: row[3], before: row[4], after: row[5], entry: row[6])
            let clash = try compared[sides] ?? sides.clash()
            compared[sides] = .some(clash)
            guard let clash else { continue }
            let conflict = Conflict(
                entry: clash.entry,
                revision: RevisionReference(tag: try TagName(row[7]), number: row[8]),
                by: row[9],
                at: Timestamp(microseconds: row[10])
            )
            candidates.append(
                Candidate(
                    commit: place.commit,
                    number: place.number,
                    node: row[2],
                    change: clash.change,
                    conflict: conflict
                )
            )
        }
        return candidates
    }

    /// Undecided changes of the same resources in the node's commits up to the last of the candidates.
    private static func earlier(
        than candidates: [Candidate],
        of node: Int64,
        in db: Database
    ) throws -> [ResourceKey: [(commit: Int64, change: Change)]] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT c.id, i.value FROM queue q CROSS JOIN commits c ON c.id = q.[commit]
                CROSS JOIN json_each(c.changes) i
                WHERE q.node = ? AND q.[commit] < ? AND \(isUndecided)
                    AND json_extract(i.value, '$.key') IN (SELECT value FROM json_each(?))
                ORDER BY c.id, i.key
                """
        )
        let last = candidates.map(\.commit).max() ?? 0
        let keys = Set(candidates.map(\.change.key.description))
        return try Row.fetchAll(statement, arguments: [node, last, try storedText(keys.sorted())])
            .reduce(into: [:]) { earlier, row in
                let change = try storedValue(Change.self, row[1])
                earlier[change.key, default: []].append((row[0], change))
            }
    }

    /// Whether it still clashes once what waits before it is taken.
    private static func isConflict(
        _ candidate: Candidate,
        after earlier: [ResourceKey: [(commit: Int64, change: Change)]]
    ) -> Bool {
        let changes = (earlier[candidate.change.key] ?? []).filter { $0.commit < candidate.commit }
        return candidate.conflict.entry.isOpposed(byLastOf: changes.map(\.change) + [candidate.change])
    }

    private static let isUndecided = """
        NOT EXISTS (SELECT 1 FROM decisions d WHERE d.[commit] = c.id AND d.number = i.key + 1)
        """
}
