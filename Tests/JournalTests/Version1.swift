/// A journal of schema version 1: what `sqlite3 journal.sqlite .dump` printed of one that held two changes in an
/// acknowledged, partly decided commit, one open change, a package, a link that is not UTF-8 and a secret.
///
/// It stays as it is: later versions must open it.
let version1 = #"""
    CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
    INSERT INTO grdb_migrations VALUES('1');
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
    INSERT INTO baseline VALUES('file','/etc','caf\xe9',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'016c0005726f6f740005726f6f7400082e2e2f5c7866660000');
    INSERT INTO baseline VALUES('file','/etc','shadow',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'012da00305726f6f7400002a00027777777777777777777777777777777777777777777777777777777777777777090306736861646f770109757365722e6e6f746503612062');
    INSERT INTO baseline VALUES('file','/etc/ssh','sshd_config',64769,100003,33188,0,0,300,1790000000000233331,1790000000000233331,3,X'012da40305726f6f740005726f6f740000014bdac6720fd6bbd788322d69bd755150b64c7afa9107c9de80d972849826039aac020000');
    INSERT INTO baseline VALUES('package','','nginx',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,X'020464706b670575736572010106312e32322e31023905616d643634');
    CREATE TABLE content (
        id INTEGER PRIMARY KEY,
        digest BLOB NOT NULL,
        refs INTEGER NOT NULL,
        form INTEGER NOT NULL,
        size INTEGER NOT NULL,
        stored INTEGER NOT NULL,
        data BLOB
    );
    INSERT INTO content VALUES(1,X'081ef9d5367595d16e30b4b4549d9f43537320508b4ce0788963e10e4f808857',1,0,20,20,X'3132372e302e302e31206c6f63616c686f73740a');
    INSERT INTO content VALUES(2,X'a65d21947d420fd620c88e0175e9bf521b7f8fea7aa8c58c50367552375fba90',1,1,240,19,X'785e0bc82f2a513032e20a182134004faf41fb');
    INSERT INTO content VALUES(3,X'4bdac6720fd6bbd788322d69bd755150b64c7afa9107c9de80d972849826039a',2,1,300,22,X'785e0bc82f2a51300202ae805116813000000c3e4db3');
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
    INSERT INTO change VALUES(1,'file','/etc/ssh/sshd_config',1790000010000000,0,1,2,3,X'012da40305726f6f740005726f6f74000001a65d21947d420fd620c88e0175e9bf521b7f8fea7aa8c58c50367552375fba90f0010000',X'012da40305726f6f740005726f6f740000014bdac6720fd6bbd788322d69bd755150b64c7afa9107c9de80d972849826039aac020000',X'08696e66657272656405726f6f7402332c746865206f6e6c7920696e7465726163746976652073657373696f6e2c2066726f6d2031302e302e302e37',X'0133026331');
    INSERT INTO change VALUES(2,'file','/etc/caf\xe9',1790000010000000,0,1,NULL,NULL,NULL,X'016c0005726f6f740005726f6f7400082e2e2f5c7866660000',X'08696e66657272656405726f6f7402332c746865206f6e6c7920696e7465726163746976652073657373696f6e2c2066726f6d2031302e302e302e37',X'0133026331');
    INSERT INTO change VALUES(3,'file','/etc/hosts',1790000050000000,1,NULL,1,NULL,X'012da40305726f6f740005726f6f74000001081ef9d5367595d16e30b4b4549d9f43537320508b4ce0788963e10e4f808857140000',NULL,X'07756e6b6e6f776e000000',NULL);
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
    INSERT INTO feedback_commit VALUES(1,'01a0c0de-0000-7000-8000-000000000001','01a0c0de-0000-7000-8000-00000000000a',1,X'08696e66657272656405726f6f7402332c746865206f6e6c7920696e7465726163746976652073657373696f6e2c2066726f6d2031302e302e302e37','open port 2222','logout',1790000020000000,1790000030000000);
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
    INSERT INTO commit_change VALUES(1,1,'file','/etc/caf\xe9',1790000010000000,0,NULL,X'016c0005726f6f740005726f6f7400082e2e2f5c7866660000',X'08696e66657272656405726f6f7402332c746865206f6e6c7920696e7465726163746976652073657373696f6e2c2066726f6d2031302e302e302e37');
    INSERT INTO commit_change VALUES(1,2,'file','/etc/ssh/sshd_config',1790000010000000,0,X'012da40305726f6f740005726f6f74000001a65d21947d420fd620c88e0175e9bf521b7f8fea7aa8c58c50367552375fba90f0010000',X'012da40305726f6f740005726f6f740000014bdac6720fd6bbd788322d69bd755150b64c7afa9107c9de80d972849826039aac020000',X'08696e66657272656405726f6f7402332c746865206f6e6c7920696e7465726163746976652073657373696f6e2c2066726f6d2031302e302e302e37');
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
    INSERT INTO decision VALUES(5,'01a0c0de-0000-7000-8000-000000000001','file','/etc/ssh/sshd_config','approved','web-server@4','bob','as agreed',1790000040000000);
    CREATE TABLE meta (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) WITHOUT ROWID;
    INSERT INTO meta VALUES('agent/name','some value');
    INSERT INTO meta VALUES('journal/baseline-completed-at','2026-09-21T14:13:20.000000Z');
    INSERT INTO meta VALUES('journal/commit-sequence/01a0c0de-0000-7000-8000-00000000000a','1');
    INSERT INTO meta VALUES('journal/last-decision','5');
    DELETE FROM sqlite_sequence;
    INSERT INTO sqlite_sequence VALUES('change',3);
    INSERT INTO sqlite_sequence VALUES('feedback_commit',1);
    CREATE UNIQUE INDEX content_digest ON content (digest);
    CREATE INDEX content_file ON content (stored) WHERE data IS NULL;
    CREATE INDEX change_commit ON change (commit_number);
    CREATE INDEX feedback_commit_acknowledged ON feedback_commit (acknowledged_at);
    CREATE INDEX commit_change_resource ON commit_change (kind, name, commit_number);
    CREATE INDEX decision_change ON decision (commit_id, kind, name);
    """#
