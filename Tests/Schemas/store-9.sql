-- Made by Tests/Schemas/capture of Sources/ServerStore/Schema.swift in 3fe8418; see there. Stays as it is.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    principal TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT
, address TEXT, outcome TEXT NOT NULL DEFAULT 'done', omitted INTEGER);
INSERT INTO "audit" VALUES(1,1790000000000000,'root','add-token','root','admin',NULL,'done',NULL);
INSERT INTO "audit" VALUES(2,1790000000000000,'root','register','web1','01a0c450-6c00-7413-ab03-f9573752442a sha256:87f73c36887e476358e96125796110981c150add63a199807cd8c5b7d70ba4bf',NULL,'done',NULL);
INSERT INTO "audit" VALUES(3,1790000000000000,'root','add-token','root','admin',NULL,'done',NULL);
INSERT INTO "audit" VALUES(4,1790000000000000,'root','register','mail1','01a0c450-6c00-7041-b69b-6bb20df27a49 sha256:7519b28dbd0f3fd25a10c264a39b3d42bdf747d136a6f570654c34d27de851fa',NULL,'done',NULL);
INSERT INTO "audit" VALUES(5,1790000000000000,'alice','create-tag','web',NULL,NULL,'done',NULL);
INSERT INTO "audit" VALUES(6,1790000000000000,'alice','include','web1','web',NULL,'done',NULL);
INSERT INTO "audit" VALUES(7,1790000000000000,'alice','include','mail1','web',NULL,'done',NULL);
INSERT INTO "audit" VALUES(8,1790000000000000,'alice','put-content','sha256:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed',NULL,NULL,'done',NULL);
INSERT INTO "audit" VALUES(9,1790000500000000,'alice','edit','web','web@1',NULL,'done',NULL);
INSERT INTO "audit" VALUES(10,1790000000000000,'alice','put-content','sha256:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3',NULL,NULL,'done',NULL);
INSERT INTO "audit" VALUES(11,1790000500000000,'alice','edit','web','web@2',NULL,'done',NULL);
INSERT INTO "audit" VALUES(12,1790000000000000,'alice','put-content','sha256:8b5b9db0c13db24256c829aa364aa90c6d2eba318b9232a4ab9313b954d3555f',NULL,NULL,'done',NULL);
INSERT INTO "audit" VALUES(13,1790000500000000,'alice','edit','web','web@3',NULL,'done',NULL);
INSERT INTO "audit" VALUES(14,1790000500000000,'alice','edit','web','web@4',NULL,'done',NULL);
INSERT INTO "audit" VALUES(15,1790000600000000,'alice','approve','01a0c450-6fe8-7013-83c0-85d86f7a6850','changes 1 into node:web1@1',NULL,'done',NULL);
INSERT INTO "audit" VALUES(16,1790000700000000,'alice','reject','01a0c450-73d0-7ef6-86c7-5e2739a3d355','changes 1 tolerated',NULL,'done',NULL);
INSERT INTO "audit" VALUES(17,1790000800000000,'alice','create-tag','old',NULL,NULL,'done',NULL);
INSERT INTO "audit" VALUES(18,1790000801000000,'alice','delete-tag','old',NULL,NULL,'done',NULL);
INSERT INTO "audit" VALUES(19,1790000802000000,'alice','add-token','alice','reviewer',NULL,'done',NULL);
INSERT INTO "audit" VALUES(20,1790000803000000,'root','revoke-token','alice','2bd806c97f0e',NULL,'done',NULL);
INSERT INTO "audit" VALUES(21,1790000804000000,'alice','limit','web','3',NULL,'done',NULL);
INSERT INTO "audit" VALUES(22,1790000807000000,'alice','pause','all','night',NULL,'done',NULL);
INSERT INTO "audit" VALUES(23,1790000809000000,'bob','edit','web',NULL,NULL,'forbidden',NULL);
INSERT INTO "audit" VALUES(24,1790000810000000,'root','redact','sha256:222b0bd51fcef7e65c2e62db2ed65457013bab56be6fafeb19ee11d453153c80','a password',NULL,'done',NULL);
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
INSERT INTO "candidates" VALUES('01a0c450-6c00-7bbe-81c8-de349af5617d','db1','0123','Debian','key of db1','192.0.2.7',1790000812000000,NULL);
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
INSERT INTO "commits" VALUES(1,'01a0c450-6fe8-7013-83c0-85d86f7a6850',1,1,1790000001000000,1790000101000000,'logout','{"evidence":"the only session","name":"bob","session":"c4","tier":"inferred"}','a change',1,'[{"actor":{"name":"bob","tier":"inferred"},"after":{"file":{"content":{"digest":"sha256:04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00","size":4},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}},"at":"2026-09-21T14:13:21.000000Z","before":{"file":{"content":{"digest":"sha256:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3","size":3},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}},"isLate":false,"key":"file:/etc/b"}]');
INSERT INTO "commits" VALUES(2,'01a0c450-73d0-7ef6-86c7-5e2739a3d355',1,2,1790000002000000,1790000102000000,'logout','{"evidence":"the only session","name":"bob","session":"c4","tier":"inferred"}','a change',1,'[{"actor":{"name":"bob","tier":"inferred"},"after":{"file":{"content":{"digest":"sha256:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed","size":3},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}},"at":"2026-09-21T14:13:21.000000Z","before":{"absent":true},"isLate":false,"key":"file:/etc/c"}]');
INSERT INTO "commits" VALUES(3,'01a0c450-77b8-7b1d-8431-117740704e15',1,3,1790000003000000,1790000103000000,'logout','{"evidence":"the only session","name":"bob","session":"c4","tier":"inferred"}','a change',1,'[{"actor":{"name":"bob","tier":"inferred"},"after":{"package":{"instances":[{"arch":"x86_64","evr":"1-1"}],"reason":"user","system":"rpm"}},"at":"2026-09-21T14:13:21.000000Z","before":{"absent":true},"isLate":false,"key":"package:vim"}]');
CREATE TABLE contents (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    -- 0 as it is, 1 deflated
    encoding INTEGER NOT NULL,
    body BLOB NOT NULL
);
INSERT INTO "contents" VALUES(1,'sha256:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed',3,0,X'6F6E65');
INSERT INTO "contents" VALUES(2,'sha256:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3',3,0,X'74776F');
INSERT INTO "contents" VALUES(3,'sha256:8b5b9db0c13db24256c829aa364aa90c6d2eba318b9232a4ab9313b954d3555f',5,0,X'7468726565');
INSERT INTO "contents" VALUES(4,'sha256:04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00',4,0,X'666F7572');
INSERT INTO "contents" VALUES(5,'sha256:222b0bd51fcef7e65c2e62db2ed65457013bab56be6fafeb19ee11d453153c80',0,0,X'');
CREATE TABLE convergence (
    node INTEGER NOT NULL PRIMARY KEY REFERENCES nodes (id),
    at INTEGER NOT NULL,
    -- JSON
    report TEXT NOT NULL
);
INSERT INTO "convergence" VALUES(1,1790000808000000,'{"applies":true,"configuration":"2-1.1_3.4-2-0-696a6a359935a127ba7ac623d90d76ee-3d7058dc","conflicted":0,"drifted":0,"failed":0,"failures":[],"held":0,"toDo":1,"waiting":0}');
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
INSERT INTO "decisions" VALUES(1,1,1,1,'file:/etc/b','approved','node:web1@1','alice',NULL,1790000600000000);
INSERT INTO "decisions" VALUES(1,2,2,1,'file:/etc/c','tolerated',NULL,'alice','not here',1790000700000000);
CREATE TABLE entries (
    tag INTEGER NOT NULL REFERENCES tags (id),
    key TEXT NOT NULL,
    -- JSON
    entry TEXT,
    -- Of the content that the entry needs.
    digest TEXT,
    revision INTEGER NOT NULL, flags TEXT,
    PRIMARY KEY (tag, key)
) WITHOUT ROWID;
INSERT INTO "entries" VALUES(1,'file:/etc/b','{"file":{"content":{"digest":"sha256:04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00","size":4},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}}','sha256:04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00',1,NULL);
INSERT INTO "entries" VALUES(3,'file:/etc/a','{"file":{"content":{"digest":"sha256:8b5b9db0c13db24256c829aa364aa90c6d2eba318b9232a4ab9313b954d3555f","size":5},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}}','sha256:8b5b9db0c13db24256c829aa364aa90c6d2eba318b9232a4ab9313b954d3555f',3,NULL);
INSERT INTO "entries" VALUES(3,'file:/etc/b','{"file":{"content":{"digest":"sha256:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3","size":3},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}}','sha256:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3',2,'{"reload":[],"restart":["b.service"]}');
INSERT INTO "entries" VALUES(3,'package:nginx','{"absent":true}',NULL,4,NULL);
CREATE TABLE entry_history (
    tag INTEGER NOT NULL REFERENCES tags (id),
    key TEXT NOT NULL,
    revision INTEGER NOT NULL,
    -- 0 where the resource became unmanaged.
    is_set INTEGER NOT NULL,
    PRIMARY KEY (tag, key, revision)
) WITHOUT ROWID;
INSERT INTO "entry_history" VALUES(1,'file:/etc/b',1,1);
INSERT INTO "entry_history" VALUES(3,'file:/etc/a',1,1);
INSERT INTO "entry_history" VALUES(3,'file:/etc/a',3,1);
INSERT INTO "entry_history" VALUES(3,'file:/etc/b',2,1);
INSERT INTO "entry_history" VALUES(3,'package:nginx',4,1);
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
INSERT INTO "facts" VALUES(1,1,1790000813000000,1790000813000000,'sha256:81207a4ffa3724bba5d123161d9942c94280c350b4e0628328ca8adcf38f24a2',27,X'789CAB56CA4E2DCA4BCD51B2AA56CA4BCC4D55B252F2C9CC2BAD50AAAD0500828D0963');
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
INSERT INTO "failures" VALUES(3,2,'package:nginx',4,'it is in use',1790000806000000,0);
CREATE TABLE generation (value INTEGER NOT NULL);
INSERT INTO "generation" VALUES(16);
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO "grdb_migrations" VALUES('1 nodes, commits, tags');
INSERT INTO "grdb_migrations" VALUES('2 tokens are used up and revoked');
INSERT INTO "grdb_migrations" VALUES('3 pauses');
INSERT INTO "grdb_migrations" VALUES('4 flags, revisions that follow');
INSERT INTO "grdb_migrations" VALUES('5 slots, history of entries');
INSERT INTO "grdb_migrations" VALUES('6 convergence of nodes');
INSERT INTO "grdb_migrations" VALUES('7 certificates, candidates');
INSERT INTO "grdb_migrations" VALUES('8 chain of revisions');
INSERT INTO "grdb_migrations" VALUES('8b history of inclusions');
INSERT INTO "grdb_migrations" VALUES('8c audit of refusals');
INSERT INTO "grdb_migrations" VALUES('8d redactions');
INSERT INTO "grdb_migrations" VALUES('9 facts of nodes');
CREATE TABLE holdings (
    content INTEGER NOT NULL REFERENCES contents (id),
    node INTEGER NOT NULL,
    PRIMARY KEY (content, node)
) WITHOUT ROWID;
INSERT INTO "holdings" VALUES(1,0);
INSERT INTO "holdings" VALUES(1,1);
INSERT INTO "holdings" VALUES(2,0);
INSERT INTO "holdings" VALUES(2,1);
INSERT INTO "holdings" VALUES(3,0);
INSERT INTO "holdings" VALUES(4,1);
INSERT INTO "holdings" VALUES(5,2);
CREATE TABLE inclusions (
    id INTEGER PRIMARY KEY,
    node INTEGER NOT NULL REFERENCES nodes (id),
    at INTEGER NOT NULL,
    -- Names in order of precedence, with spaces between them.
    tags TEXT NOT NULL
);
INSERT INTO "inclusions" VALUES(1,1,1790000000000000,'web');
INSERT INTO "inclusions" VALUES(2,2,1790000000000000,'web');
CREATE TABLE layers (
    node INTEGER NOT NULL REFERENCES nodes (id),
    position INTEGER NOT NULL,
    tag INTEGER NOT NULL REFERENCES tags (id),
    PRIMARY KEY (node, position)
) WITHOUT ROWID;
INSERT INTO "layers" VALUES(1,0,1);
INSERT INTO "layers" VALUES(2,0,2);
INSERT INTO "layers" VALUES(1,1,3);
INSERT INTO "layers" VALUES(2,1,3);
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
INSERT INTO "nodes" VALUES(1,'01a0c450-6c00-7413-ab03-f9573752442a','web1',NULL,NULL,1790000000000000,1790000811000000,2);
INSERT INTO "nodes" VALUES(2,'01a0c450-6c00-7041-b69b-6bb20df27a49','mail1',NULL,NULL,1790000000000000,NULL,0);
CREATE TABLE pauses (
    tag INTEGER NOT NULL PRIMARY KEY,
    principal TEXT NOT NULL,
    reason TEXT,
    at INTEGER NOT NULL
);
INSERT INTO "pauses" VALUES(0,'alice','night',1790000807000000);
CREATE TABLE queue (
    [commit] INTEGER PRIMARY KEY REFERENCES commits (id),
    node INTEGER NOT NULL,
    undecided INTEGER NOT NULL
);
INSERT INTO "queue" VALUES(3,1,1);
CREATE TABLE redaction_notices (
    node INTEGER NOT NULL REFERENCES nodes (id),
    digest TEXT NOT NULL,
    PRIMARY KEY (node, digest)
) WITHOUT ROWID;
INSERT INTO "redaction_notices" VALUES(2,'sha256:222b0bd51fcef7e65c2e62db2ed65457013bab56be6fafeb19ee11d453153c80');
CREATE TABLE redactions (
    digest TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    principal TEXT NOT NULL,
    reason TEXT
) WITHOUT ROWID;
INSERT INTO "redactions" VALUES('sha256:222b0bd51fcef7e65c2e62db2ed65457013bab56be6fafeb19ee11d453153c80',1790000810000000,'root','a password');
CREATE TABLE revisions (
    tag INTEGER NOT NULL REFERENCES tags (id),
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    message TEXT NOT NULL,
    [commit] TEXT,
    reverts INTEGER,
    -- JSON
    items TEXT NOT NULL, follows TEXT, digest TEXT,
    PRIMARY KEY (tag, number)
);
INSERT INTO "revisions" VALUES(3,1,1790000500000000,'alice','set file:/etc/a',NULL,NULL,'[{"after":{"file":{"content":{"digest":"sha256:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed","size":3},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}},"key":"file:/etc/a"}]',NULL,'c5d0088892a83d70251f6da679592709a8bbebe6f1d78c3aabbe897d8a35144e');
INSERT INTO "revisions" VALUES(3,2,1790000500000000,'alice','set file:/etc/b',NULL,NULL,'[{"after":{"file":{"content":{"digest":"sha256:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3","size":3},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}},"flagsAfter":{"reload":[],"restart":["b.service"]},"key":"file:/etc/b"}]',NULL,'4da8aa181ce8cc75cf6180908241f5f4c6aea5d08a4c9a1f5f7f964baf38759a');
INSERT INTO "revisions" VALUES(3,3,1790000500000000,'alice','set file:/etc/a',NULL,NULL,'[{"after":{"file":{"content":{"digest":"sha256:8b5b9db0c13db24256c829aa364aa90c6d2eba318b9232a4ab9313b954d3555f","size":5},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}},"before":{"file":{"content":{"digest":"sha256:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed","size":3},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}},"key":"file:/etc/a"}]',NULL,'76af0bd8a1dbd735da8938473d6481011b527b5dbbfe26fb31424e3bd9975e54');
INSERT INTO "revisions" VALUES(3,4,1790000500000000,'alice','set package:nginx',NULL,NULL,'[{"after":{"absent":true},"key":"package:nginx"}]',NULL,'34b0fdf918525fe74e30c7ff35f36196df9448add742cef773db806834f3dddb');
INSERT INTO "revisions" VALUES(1,1,1790000600000000,'alice','a change','01a0c450-6fe8-7013-83c0-85d86f7a6850',NULL,'[{"after":{"file":{"content":{"digest":"sha256:04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00","size":4},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}},"key":"file:/etc/b"}]',NULL,'78f23f71a3e0df2213eda10ae0857e016c7b9b8a9bfb3fdaa579e5089852dda2');
CREATE TABLE settlements (
    node INTEGER NOT NULL REFERENCES nodes (id),
    key TEXT NOT NULL,
    approved INTEGER NOT NULL DEFAULT 0,
    tolerated INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (node, key)
) WITHOUT ROWID;
INSERT INTO "settlements" VALUES(1,'file:/etc/b',1,0);
INSERT INTO "settlements" VALUES(1,'file:/etc/c',0,2);
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
INSERT INTO "slots" VALUES(3,1,4,1790001105000000,1);
CREATE TABLE tags (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL DEFAULT 0,
    -- How many resources it names now.
    entries INTEGER NOT NULL DEFAULT 0,
    -- Of a retired tag; its row stays, for its revisions.
    retired_at INTEGER
, at_once INTEGER, head TEXT);
INSERT INTO "tags" VALUES(1,'node:web1',1,1,NULL,NULL,'78f23f71a3e0df2213eda10ae0857e016c7b9b8a9bfb3fdaa579e5089852dda2');
INSERT INTO "tags" VALUES(2,'node:mail1',0,0,NULL,NULL,NULL);
INSERT INTO "tags" VALUES(3,'web',4,3,NULL,3,'34b0fdf918525fe74e30c7ff35f36196df9448add742cef773db806834f3dddb');
INSERT INTO "tags" VALUES(4,'old',0,0,1790000801000000,NULL,NULL);
CREATE TABLE tokens (
    digest TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT,
    node TEXT,
    added_at INTEGER NOT NULL
, used_at INTEGER, revoked_at INTEGER, expires_at INTEGER) WITHOUT ROWID;
INSERT INTO "tokens" VALUES('sha256:2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90','alice','reviewer',NULL,1790000802000000,NULL,1790000803000000,NULL);
INSERT INTO "tokens" VALUES('sha256:43901d1973d563a4cb5f384a9068d7ced4454d9b119bddf8315deb3fbea670b0','root','admin',NULL,1790000000000000,NULL,NULL,NULL);
INSERT INTO "tokens" VALUES('sha256:4c36c2e0b1849002f1edb0ab1270b198f9d78d564b706f84c205f655738d8a9d','mail1',NULL,'01a0c450-6c00-7041-b69b-6bb20df27a49',1790000000000000,NULL,NULL,1792592000000000);
INSERT INTO "tokens" VALUES('sha256:da664ba3d9e5c6a50e3ea016f6004266d0a7a1b825e4fa99c2c323b6a4740801','web1',NULL,'01a0c450-6c00-7413-ab03-f9573752442a',1790000000000000,NULL,NULL,1792592000000000);
CREATE UNIQUE INDEX decisions_by_change ON decisions ([commit], number);
CREATE INDEX settlements_drifted ON settlements (node) WHERE tolerated > approved;
CREATE INDEX layers_by_tag ON layers (tag);
CREATE INDEX entries_by_key ON entries (key) WHERE entry IS NOT NULL;
CREATE INDEX entries_by_digest ON entries (digest) WHERE digest IS NOT NULL;
CREATE INDEX revisions_by_cause ON revisions (follows) WHERE follows IS NOT NULL;
CREATE INDEX slots_by_node ON slots (node);
CREATE INDEX failures_by_node ON failures (node);
CREATE INDEX entry_history_by_revision ON entry_history (tag, revision);
CREATE INDEX inclusions_by_node ON inclusions (node, id);
CREATE INDEX audit_by_principal ON audit (principal, id);
CREATE INDEX audit_by_subject ON audit (subject, id);
CREATE INDEX audit_refusals ON audit (id) WHERE outcome <> 'done';
CREATE UNIQUE INDEX facts_by_node ON facts (node, at);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;
CREATE TRIGGER audit_keeps_writes BEFORE DELETE ON audit WHEN OLD.outcome = 'done' BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;
