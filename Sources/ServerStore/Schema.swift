internal import FabricModel
internal import Foundation
internal import GRDB

/// The tables and how older databases get them.
///
/// A migration that was released is never edited.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 nodes, commits, tags") { db in
            for table in [access, nodes, contents, commits, decisions, tags] {
                try db.execute(sql: table)
            }
        }
        migrator.registerMigration("2 tokens are used up and revoked") { db in
            try db.execute(sql: uses)
        }
        migrator.registerMigration("3 pauses") { db in
            try db.execute(sql: pauses)
        }
        migrator.registerMigration("4 flags, revisions that follow") { db in
            try db.execute(sql: flags)
        }
        migrator.registerMigration("5 slots, history of entries") { db in
            try db.execute(sql: slots)
            try db.execute(sql: entryHistory)
        }
        migrator.registerMigration("6 convergence of nodes") { db in
            try db.execute(sql: convergence)
        }
        migrator.registerMigration("7 certificates, candidates") { db in
            try db.execute(sql: candidates)
        }
        migrator.registerMigration("8 chain of revisions") { db in
            try db.execute(sql: chain)
            try RevisionChain.compute(in: db)
        }
        migrator.registerMigration("8b history of inclusions") { db in
            try db.execute(sql: inclusions)
        }
        migrator.registerMigration("8c audit of refusals") { db in
            try db.execute(sql: refusals)
        }
        migrator.registerMigration("8d redactions") { db in
            try db.execute(sql: redactions)
        }
        migrator.registerMigration("9 facts of nodes") { db in
            try db.execute(sql: facts)
        }
        migrator.registerMigration("10 events") { db in
            try db.execute(sql: events)
        }
        migrator.registerMigration("10b webhooks") { db in
            try db.execute(sql: webhooks)
        }
        migrator.registerMigration("11 lives of the store") { db in
            try db.execute(sql: lives)
            try StoreLife.beginFirst(at: now, in: db)
        }
        migrator.registerMigration("11b uploads") { db in
            try db.execute(sql: uploads)
        }
        migrator.registerMigration("12 token scopes") { db in
            try db.execute(sql: scopes)
        }
        return migrator
    }

    private static var now: Timestamp {
        Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    private static let access = """
        CREATE TABLE tokens (
            digest TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            role TEXT,
            node TEXT,
            added_at INTEGER NOT NULL
        ) WITHOUT ROWID;

        -- Every write, and since migration 8c every refused one.
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            principal TEXT NOT NULL,
            action TEXT NOT NULL,
            subject TEXT NOT NULL,
            detail TEXT
        );

        CREATE TABLE generation (value INTEGER NOT NULL);
        INSERT INTO generation VALUES (1);
        """

    /// From here on `node` is, of a token of role `enrol`, the node that it is for.
    private static let uses = """
        ALTER TABLE tokens ADD COLUMN used_at INTEGER;
        ALTER TABLE tokens ADD COLUMN revoked_at INTEGER;
        """

    private static let pauses = """
        -- Convergence that people stopped. Tag 0 stands for every node.
        CREATE TABLE pauses (
            tag INTEGER NOT NULL PRIMARY KEY,
            principal TEXT NOT NULL,
            reason TEXT,
            at INTEGER NOT NULL
        );
        """

    private static let flags = """
        -- JSON; NULL where nothing is to be done besides.
        ALTER TABLE entries ADD COLUMN flags TEXT;
        -- Of a revision of an own tag: TAG@NUMBER of the revision that it came with.
        ALTER TABLE revisions ADD COLUMN follows TEXT;
        CREATE INDEX revisions_by_cause ON revisions (follows) WHERE follows IS NOT NULL;
        """

    private static let slots = """
        -- Of a shared tag: how many nodes may converge to it at a time; without one the default.
        ALTER TABLE tags ADD COLUMN at_once INTEGER;

        -- Nodes that converge to a tag, or did and have not reported back in time.
        CREATE TABLE slots (
            tag INTEGER NOT NULL REFERENCES tags (id),
            node INTEGER NOT NULL REFERENCES nodes (id),
            -- Of the tag, when the slot was taken.
            revision INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            -- 0 where the node, which has waited for it, has not shown yet that it is still there.
            is_confirmed INTEGER NOT NULL,
            PRIMARY KEY (tag, node)
        ) WITHOUT ROWID;
        CREATE INDEX slots_by_node ON slots (node);

        -- Steps of shared tags that failed and still do. They stop the tag for other nodes unless somebody waived it.
        CREATE TABLE failures (
            tag INTEGER NOT NULL REFERENCES tags (id),
            node INTEGER NOT NULL REFERENCES nodes (id),
            key TEXT NOT NULL,
            -- That set the entry.
            revision INTEGER NOT NULL,
            message TEXT NOT NULL,
            at INTEGER NOT NULL,
            is_waived INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (tag, node, key)
        ) WITHOUT ROWID;
        CREATE INDEX failures_by_node ON failures (node);
        """

    private static let entryHistory = """
        -- Which revision of a tag said what of a resource, so that what a node was told can be looked up.
        CREATE TABLE entry_history (
            tag INTEGER NOT NULL REFERENCES tags (id),
            key TEXT NOT NULL,
            revision INTEGER NOT NULL,
            -- 0 where the resource became unmanaged.
            is_set INTEGER NOT NULL,
            PRIMARY KEY (tag, key, revision)
        ) WITHOUT ROWID;
        CREATE INDEX entry_history_by_revision ON entry_history (tag, revision);
        INSERT INTO entry_history (tag, key, revision, is_set)
            SELECT r.tag, json_extract(item.value, '$.key'), r.number,
                json_extract(item.value, '$.after') IS NOT NULL
            FROM revisions r, json_each(r.items) item;
        """

    private static let convergence = """
        -- What each node reported last of how far it is what its tags say.
        CREATE TABLE convergence (
            node INTEGER NOT NULL PRIMARY KEY REFERENCES nodes (id),
            at INTEGER NOT NULL,
            -- JSON
            report TEXT NOT NULL
        );
        """

    private static let chain = """
        -- Over the revision and the digest of the one before it.
        ALTER TABLE revisions ADD COLUMN digest TEXT;
        -- The digest of the newest revision.
        ALTER TABLE tags ADD COLUMN head TEXT;
        """

    private static let inclusions = """
        -- Each list of shared tags that a node included, from its moment on; without one none.
        CREATE TABLE inclusions (
            id INTEGER PRIMARY KEY,
            node INTEGER NOT NULL REFERENCES nodes (id),
            at INTEGER NOT NULL,
            -- Names in order of precedence, with spaces between them.
            tags TEXT NOT NULL
        );
        CREATE INDEX inclusions_by_node ON inclusions (node, id);
        INSERT INTO inclusions (node, at, tags)
            SELECT n.id, a.at, coalesce(a.detail, '') FROM audit a JOIN nodes n ON n.name = a.subject
            WHERE a.action = 'include' ORDER BY a.id;
        """

    private static let refusals = """
        -- NULL for what was done on the server's own machine.
        ALTER TABLE audit ADD COLUMN address TEXT;
        -- The code of the refusal, where it was refused.
        ALTER TABLE audit ADD COLUMN outcome TEXT NOT NULL DEFAULT 'done';
        -- Refusals before this one that were not written down.
        ALTER TABLE audit ADD COLUMN omitted INTEGER;
        CREATE INDEX audit_by_principal ON audit (principal, id);
        CREATE INDEX audit_by_subject ON audit (subject, id);
        CREATE INDEX audit_refusals ON audit (id) WHERE outcome <> 'done';

        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
            SELECT RAISE(ABORT, 'the audit log is only added to');
        END;
        CREATE TRIGGER audit_keeps_writes BEFORE DELETE ON audit WHEN OLD.outcome = 'done' BEGIN
            SELECT RAISE(ABORT, 'the audit log is only added to');
        END;
        """

    private static let redactions = """
        -- Contents that are refused for good; the file beside the database has them too.
        CREATE TABLE redactions (
            digest TEXT NOT NULL PRIMARY KEY,
            at INTEGER NOT NULL,
            principal TEXT NOT NULL,
            reason TEXT
        ) WITHOUT ROWID;

        -- Nodes that are to forget them.
        CREATE TABLE redaction_notices (
            node INTEGER NOT NULL REFERENCES nodes (id),
            digest TEXT NOT NULL,
            PRIMARY KEY (node, digest)
        ) WITHOUT ROWID;
        """

    private static let facts = """
        -- What each node found out about itself: a row each time that something else changed than what always does.
        CREATE TABLE facts (
            id INTEGER PRIMARY KEY,
            node INTEGER NOT NULL REFERENCES nodes (id),
            -- When it was reported first, and when last.
            at INTEGER NOT NULL,
            seen_at INTEGER NOT NULL,
            digest TEXT NOT NULL,
            -- Of the JSON text before it was deflated.
            size INTEGER NOT NULL,
            facts BLOB NOT NULL
        );
        CREATE UNIQUE INDEX facts_by_node ON facts (node, at);
        """

    private static let events = """
        -- What happened, in the order in which it was stored; what it was is in the rows that it refers to.
        CREATE TABLE events (
            id INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            kind TEXT NOT NULL,
            node INTEGER,
            [commit] INTEGER,
            tag INTEGER,
            revision INTEGER,
            -- Changes that were decided, or resources that the revision set.
            count INTEGER,
            -- Of a decision.
            principal TEXT,
            reason TEXT,
            -- Of a rejection its outcome, of a node its state.
            outcome TEXT
        );
        -- Revisions of one tag and commits keep their order also where the clock was set back.
        INSERT INTO events (at, kind, node, [commit], tag, revision, count, principal, reason, outcome)
            SELECT at, kind, node, [commit], tag, revision, count, principal, reason, outcome FROM (
                SELECT max(received_at) OVER (ORDER BY id) AS moment, 1 AS rank, id AS number,
                    received_at AS at, 'commit' AS kind, node, id AS [commit], NULL AS tag, NULL AS revision,
                    NULL AS count, NULL AS principal, NULL AS reason, NULL AS outcome
                FROM commits
                UNION ALL
                SELECT max(at) OVER (PARTITION BY tag ORDER BY number), 2, number, at, 'revision', NULL, NULL, tag,
                    number, json_array_length(items), NULL, NULL, NULL
                FROM revisions
                UNION ALL
                SELECT at, 3, number, at, kind, node, [commit],
                    (SELECT id FROM tags WHERE name = substr(taking, 1, instr(taking, '@') - 1)),
                    CAST(substr(taking, instr(taking, '@') + 1) AS INTEGER), count, principal, reason, outcome
                FROM (
                    SELECT at, min(sequence) AS number, node, [commit], max(revision) AS taking, count(*) AS count,
                        by AS principal, reason, iif(outcome = 'approved', 'approval', 'rejection') AS kind,
                        iif(outcome = 'approved', NULL, outcome) AS outcome
                    FROM decisions GROUP BY [commit], at, by, decisions.outcome
                )
            ) ORDER BY moment, rank, number;

        CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events BEGIN
            SELECT RAISE(ABORT, 'the feed is only added to');
        END;
        CREATE TRIGGER events_are_kept BEFORE DELETE ON events BEGIN
            SELECT RAISE(ABORT, 'the feed is only added to');
        END;

        -- Where the feed says that each node stands.
        CREATE TABLE node_states (
            node INTEGER NOT NULL PRIMARY KEY REFERENCES nodes (id),
            state TEXT NOT NULL
        );
        """

    private static let webhooks = """
        -- Addresses to which is sent what happens. A number is never given again.
        CREATE TABLE webhooks (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            url TEXT NOT NULL,
            -- Kinds with spaces between them; NULL for all.
            events TEXT,
            -- The key of its signatures, which has to be at hand.
            secret BLOB NOT NULL,
            principal TEXT NOT NULL,
            added_at INTEGER NOT NULL,
            -- The event that it took last or did not want.
            delivered INTEGER NOT NULL,
            delivered_at INTEGER,
            -- How often the next one was sent in vain.
            attempts INTEGER NOT NULL DEFAULT 0,
            failure TEXT,
            failed_at INTEGER
        );
        """

    private static let scopes = """
        -- JSON; NULL for a token that is good for all that its role allows and no more.
        ALTER TABLE tokens ADD COLUMN scope TEXT;
        """

    private static let nodes = """
        CREATE TABLE nodes (
            id INTEGER PRIMARY KEY,
            uuid TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL UNIQUE,
            machine_id TEXT,
            operating_system TEXT,
            registered_at INTEGER NOT NULL,
            last_contact INTEGER,
            last_decision INTEGER NOT NULL DEFAULT 0
        );
        """

    private static let contents = """
        CREATE TABLE contents (
            id INTEGER PRIMARY KEY,
            digest TEXT NOT NULL UNIQUE,
            size INTEGER NOT NULL,
            -- 0 as it is, 1 deflated
            encoding INTEGER NOT NULL,
            body BLOB NOT NULL
        );

        -- Who uploaded a content; node 0 stands for the reviewers.
        CREATE TABLE holdings (
            content INTEGER NOT NULL REFERENCES contents (id),
            node INTEGER NOT NULL,
            PRIMARY KEY (content, node)
        ) WITHOUT ROWID;
        """

    private static let commits = """
        CREATE TABLE commits (
            id INTEGER PRIMARY KEY,
            uuid TEXT NOT NULL UNIQUE,
            node INTEGER NOT NULL REFERENCES nodes (id),
            sequence INTEGER NOT NULL,
            at INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            trigger TEXT NOT NULL,
            author TEXT NOT NULL,
            message TEXT NOT NULL,
            change_count INTEGER NOT NULL,
            -- JSON. Last, for it can be long and most readers pass it by.
            changes TEXT NOT NULL,
            UNIQUE (node, sequence)
        );

        -- One row per commit that waits, so that the queue does not grow with the history.
        CREATE TABLE queue (
            [commit] INTEGER PRIMARY KEY REFERENCES commits (id),
            node INTEGER NOT NULL,
            undecided INTEGER NOT NULL
        );
        """

    private static let decisions = """
        CREATE TABLE decisions (
            node INTEGER NOT NULL REFERENCES nodes (id),
            sequence INTEGER NOT NULL,
            [commit] INTEGER NOT NULL REFERENCES commits (id),
            -- Of the change in its commit, from 1.
            number INTEGER NOT NULL,
            key TEXT NOT NULL,
            outcome TEXT NOT NULL,
            revision TEXT,
            by TEXT NOT NULL,
            reason TEXT,
            at INTEGER NOT NULL,
            PRIMARY KEY (node, sequence)
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX decisions_by_change ON decisions ([commit], number);

        -- The newest commit, by the node's sequence, in which a resource was approved and in which it was tolerated.
        CREATE TABLE settlements (
            node INTEGER NOT NULL REFERENCES nodes (id),
            key TEXT NOT NULL,
            approved INTEGER NOT NULL DEFAULT 0,
            tolerated INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (node, key)
        ) WITHOUT ROWID;
        CREATE INDEX settlements_drifted ON settlements (node) WHERE tolerated > approved;
        """

    private static let tags = """
        CREATE TABLE tags (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            revision INTEGER NOT NULL DEFAULT 0,
            -- How many resources it names now.
            entries INTEGER NOT NULL DEFAULT 0,
            -- Of a retired tag; its row stays, for its revisions.
            retired_at INTEGER
        );

        -- The tags of a node in order of precedence; 0 is its own.
        CREATE TABLE layers (
            node INTEGER NOT NULL REFERENCES nodes (id),
            position INTEGER NOT NULL,
            tag INTEGER NOT NULL REFERENCES tags (id),
            PRIMARY KEY (node, position)
        ) WITHOUT ROWID;
        CREATE INDEX layers_by_tag ON layers (tag);

        CREATE TABLE revisions (
            tag INTEGER NOT NULL REFERENCES tags (id),
            number INTEGER NOT NULL,
            at INTEGER NOT NULL,
            author TEXT NOT NULL,
            message TEXT NOT NULL,
            [commit] TEXT,
            reverts INTEGER,
            -- JSON
            items TEXT NOT NULL,
            PRIMARY KEY (tag, number)
        );

        -- What the revisions come to. A row without an entry tells which revision made the resource unmanaged.
        CREATE TABLE entries (
            tag INTEGER NOT NULL REFERENCES tags (id),
            key TEXT NOT NULL,
            -- JSON
            entry TEXT,
            -- Of the content that the entry needs.
            digest TEXT,
            revision INTEGER NOT NULL,
            PRIMARY KEY (tag, key)
        ) WITHOUT ROWID;
        CREATE INDEX entries_by_key ON entries (key) WHERE entry IS NOT NULL;
        CREATE INDEX entries_by_digest ON entries (digest) WHERE digest IS NOT NULL;
        """

    private static let candidates = """
        -- When the credential of a node, or a token, ends by itself.
        ALTER TABLE tokens ADD COLUMN expires_at INTEGER;
        -- Bearer tokens of nodes, from before they had certificates.
        DELETE FROM tokens WHERE role IS NULL;

        -- Machines that ask to be nodes.
        CREATE TABLE candidates (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            machine_id TEXT,
            operating_system TEXT,
            -- Of the key.
            fingerprint TEXT NOT NULL,
            address TEXT,
            asked_at INTEGER NOT NULL,
            -- NULL while it waits.
            accepted_by TEXT
        ) WITHOUT ROWID;
        """
}
