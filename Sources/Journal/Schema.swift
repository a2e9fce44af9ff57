import GRDB

/// The database's tables and how they came to be.
///
/// SQLite 3.26 (RHEL 8) must understand them: no STRICT, no RETURNING.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { db in
            try db.execute(sql: version1)
        }
        migrator.registerMigration("2") { db in
            try db.execute(sql: version2)
        }
        migrator.registerMigration("3 roll-backs") { db in
            try db.execute(sql: rollBacks)
        }
        migrator.registerMigration("4 redactions") { db in
            try db.execute(sql: redactions)
        }
        migrator.registerMigration("5 known revisions") { db in
            try db.execute(sql: knownRevisions)
        }
        return migrator
    }

    /// `expectation`: what Weft itself is about to make of a resource, as the JSON of an entry, until the step ends.
    private static let version2 = """
        CREATE TABLE expectation (
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            entry TEXT NOT NULL,
            actor BLOB NOT NULL,
            PRIMARY KEY (kind, name, entry)
        ) WITHOUT ROWID;
        """

    /// `roll_back`: what came of decisions that ask to put a change back: `done`, `skipped` or `failed`, and why.
    private static let rollBacks = """
        CREATE TABLE roll_back (
            decision INTEGER PRIMARY KEY,
            result TEXT NOT NULL,
            reason TEXT,
            at INTEGER NOT NULL
        );
        """

    /// Contents that are not kept any more, and what follows from that.
    ///
    /// - `redaction`: their digests, and whether the pages that they lay on are overwritten.
    /// - `redacted_file`: paths that had one, which are secret since.
    private static let redactions = """
        CREATE TABLE redaction (
            digest BLOB PRIMARY KEY,
            at INTEGER NOT NULL,
            is_overwritten INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE redacted_file (name TEXT PRIMARY KEY) WITHOUT ROWID;
        """

    /// `known_revision`: the highest revision of each tag that the server has told.
    private static let knownRevisions = """
        CREATE TABLE known_revision (
            tag TEXT NOT NULL PRIMARY KEY,
            number INTEGER NOT NULL,
            digest TEXT
        ) WITHOUT ROWID;
        """

    /// The first version.
    ///
    /// - `baseline`: the state of each resource as last recorded. A file lies under its parent directory, so that a rescan
    ///   reads a directory with one range; other kinds have an empty directory. The columns from `device` on are what
    ///   lstat(2) said.
    /// - `content`: bytes by their digest. `refs` counts the columns `baseline.content`, `change.before_content` and
    ///   `change.after_content` that name it; at 0 the row goes. A row of its own number appends at the table's end, where
    ///   ordering the bytes by digest would write a random page for each. `data` is NULL where they are a file.
    /// - `change`: what was recorded, in order. `is_late` has two bits: 1 for late, 2 for during a package transaction.
    ///   `commit_number` is NULL while it is open and 0 when it was settled without
    ///   a commit.
    /// - `feedback_commit`, `commit_change`: commits with their net changes.
    /// - `decision`: what reviewers said. `meta`: single values by name.
    private static let version1 = """
        CREATE TABLE baseline (
            kind TEXT NOT NULL,
            directory TEXT NOT NULL,
            name TEXT NOT NULL,
            device INTEGER, inode INTEGER, mode INTEGER, uid INTEGER, gid INTEGER,
            size INTEGER, modified INTEGER, changed INTEGER,
            content INTEGER,
            state BLOB NOT NULL,
            PRIMARY KEY (kind, directory, name)
        ) WITHOUT ROWID;

        CREATE TABLE content (
            id INTEGER PRIMARY KEY,
            digest BLOB NOT NULL,
            refs INTEGER NOT NULL,
            form INTEGER NOT NULL,
            size INTEGER NOT NULL,
            stored INTEGER NOT NULL,
            data BLOB
        );
        CREATE UNIQUE INDEX content_digest ON content (digest);
        CREATE INDEX content_file ON content (stored) WHERE data IS NULL;

        CREATE TABLE change (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            at INTEGER NOT NULL,
            is_late INTEGER NOT NULL,
            commit_number INTEGER,
            before_content INTEGER,
            after_content INTEGER,
            before BLOB,
            after BLOB,
            actor BLOB NOT NULL,
            sessions BLOB
        );
        CREATE INDEX change_commit ON change (commit_number);

        CREATE TABLE feedback_commit (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            node TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            author BLOB NOT NULL,
            message TEXT NOT NULL,
            cause TEXT NOT NULL,
            at INTEGER NOT NULL,
            acknowledged_at INTEGER,
            UNIQUE (node, sequence)
        );
        CREATE INDEX feedback_commit_acknowledged ON feedback_commit (acknowledged_at);

        CREATE TABLE commit_change (
            commit_number INTEGER NOT NULL,
            position INTEGER NOT NULL,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            at INTEGER NOT NULL,
            is_late INTEGER NOT NULL,
            before BLOB,
            after BLOB,
            actor BLOB NOT NULL,
            PRIMARY KEY (commit_number, position)
        ) WITHOUT ROWID;
        CREATE INDEX commit_change_resource ON commit_change (kind, name, commit_number);

        CREATE TABLE decision (
            sequence INTEGER PRIMARY KEY,
            commit_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            name TEXT NOT NULL,
            outcome TEXT NOT NULL,
            revision TEXT,
            decided_by TEXT NOT NULL,
            reason TEXT,
            at INTEGER NOT NULL
        );
        CREATE INDEX decision_change ON decision (commit_id, kind, name);

        CREATE TABLE meta (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) WITHOUT ROWID;
        """
}
