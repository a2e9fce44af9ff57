internal import FabricAPI
internal import FabricModel
internal import GRDB

/// The rows of `lives`: a store that is restored from a copy goes on from there in another life.
///
/// What was decided and revised after the copy was made belongs to a life that ended. Nodes remember which one they spoke
/// to, so that neither side takes a number of the one for the same number of the other.
struct StoreLife: Sendable {
    var number: Int64
    /// A UUID.
    var id: String
    var at: Timestamp
    /// When the copy was made that it began from; `nil` for the first.
    var copiedAt: Timestamp?

    /// Begins the first life of a new store, or of one from before lives were counted.
    static func beginFirst(at: Timestamp, in db: Database) throws {
        try insert(at: at, copiedAt: nil, in: db)
    }

    /// Begins another life, and notes up to where each node's decisions are those of the lives before.
    static func begin(at: Timestamp, copiedAt: Timestamp, in db: Database) throws {
        try insert(at: at, copiedAt: copiedAt, in: db)
        try db.execute(
            sql: "INSERT INTO life_marks (life, node, last_decision) SELECT ?, id, last_decision FROM nodes",
            arguments: [db.lastInsertedRowID]
        )
        try Generation.advance(db)
        // What nodes reported is of a life that ended, so that nobody knows whether they are what their tags say.
        try NodeStates.look(atAllOf: 0, at, in: db)
    }

    /// That the rows are not there.
    static var missing: StoreError {
        StoreError(.damaged, "database", "it does not say which store it is; restore a backup")
    }

    static func current(in db: Database) throws -> StoreLife {
        let statement = try db.cachedStatement(
            sql: "SELECT number, id, at, copied_at FROM lives ORDER BY number DESC LIMIT 1"
        )
        guard let row = try Row.fetchOne(statement) else {
            throw missing
        }
        return StoreLife(row)
    }

    /// The id of the store, which stays the same in all its lives.
    static func store(in db: Database) throws -> String {
        try String.fetchOne(db.cachedStatement(sql: "SELECT id FROM lives ORDER BY number LIMIT 1")) ?? ""
    }

    /// The ids of the life and of the store as columns, for what is asked with every request.
    static let columnsSQL = """
        (SELECT id FROM lives ORDER BY number DESC LIMIT 1), (SELECT id FROM lives ORDER BY number LIMIT 1)
        """

    /// The decision of a node up to which one that spoke to a life knows the same ones as this store.
    static func commonDecision(of node: NodeRow, knowing life: String?, in db: Database) throws -> Int64 {
        let known = try Int64.fetchOne(db, sql: "SELECT number FROM lives WHERE id = ?", arguments: [life])
        let mark = try Int64.fetchOne(
            db,
            sql: "SELECT min(last_decision) FROM life_marks WHERE node = ? AND life > ?",
            arguments: [node.row, known ?? 0]
        )
        // Who knows a life that is not among these knows decisions that this store never made.
        return mark ?? (life != nil && known == nil ? 0 : node.lastDecision)
    }

    private init(_ row: Row) {
        number = row[0]
        id = row[1]
        at = Timestamp(microseconds: row[2])
        copiedAt = (row[3] as Int64?).map(Timestamp.init(microseconds:))
    }

    private static func insert(at: Timestamp, copiedAt: Timestamp?, in db: Database) throws {
        // Any kind of id would do, for it is a UUID.
        try db.execute(
            sql: "INSERT INTO lives (id, at, copied_at) VALUES (?, ?, ?)",
            arguments: [NodeID.make(at: at).text, at.microseconds, copiedAt?.microseconds]
        )
    }
}

extension Schema {
    static let lives = """
        -- Which store this is, by the first row, and which restored copies of it came to be this one.
        CREATE TABLE lives (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            at INTEGER NOT NULL,
            -- When the copy was made that it began from.
            copied_at INTEGER
        );

        -- Of each life but the first: the newest decision of each node when it began.
        CREATE TABLE life_marks (
            life INTEGER NOT NULL REFERENCES lives (number),
            node INTEGER NOT NULL REFERENCES nodes (id),
            last_decision INTEGER NOT NULL,
            PRIMARY KEY (life, node)
        ) WITHOUT ROWID;

        """
}
