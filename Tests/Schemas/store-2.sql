-- Made by Tests/Schemas/capture of Sources/ServerStore/Schema.swift in 6e2bb44; see there. Stays as it is.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    principal TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT
);
INSERT INTO "audit" VALUES(1,1790000000000000,'root','add-token','root','admin');
INSERT INTO "audit" VALUES(2,1790000000000000,'root','register','web1','01a0c450-6c00-77e7-9a63-dfa2fcb57a67');
INSERT INTO "audit" VALUES(3,1790000000000000,'root','add-token','root','admin');
INSERT INTO "audit" VALUES(4,1790000000000000,'root','register','mail1','01a0c450-6c00-7879-8c00-2b97890baa3d');
INSERT INTO "audit" VALUES(5,1790000000000000,'alice','create-tag','web',NULL);
INSERT INTO "audit" VALUES(6,1790000000000000,'alice','include','web1','web');
INSERT INTO "audit" VALUES(7,1790000000000000,'alice','include','mail1','web');
INSERT INTO "audit" VALUES(8,1790000000000000,'alice','put-content','sha256:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed',NULL);
INSERT INTO "audit" VALUES(9,1790000500000000,'alice','edit','web','web@1');
INSERT INTO "audit" VALUES(10,1790000000000000,'alice','put-content','sha256:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3',NULL);
INSERT INTO "audit" VALUES(11,1790000500000000,'alice','edit','web','web@2');
INSERT INTO "audit" VALUES(12,1790000000000000,'alice','put-content','sha256:8b5b9db0c13db24256c829aa364aa90c6d2eba318b9232a4ab9313b954d3555f',NULL);
INSERT INTO "audit" VALUES(13,1790000500000000,'alice','edit','web','web@3');
INSERT INTO "audit" VALUES(14,1790000500000000,'alice','edit','web','web@4');
INSERT INTO "audit" VALUES(15,1790000600000000,'alice','approve','01a0c450-6fe8-7b9b-a547-51105e4f79ca','changes 1 into node:web1@1');
INSERT INTO "audit" VALUES(16,1790000700000000,'alice','reject','01a0c450-73d0-7f8c-a72f-9d8caee0a17b','changes 1 tolerated');
INSERT INTO "audit" VALUES(17,1790000800000000,'alice','create-tag','old',NULL);
INSERT INTO "audit" VALUES(18,1790000801000000,'alice','delete-tag','old',NULL);
INSERT INTO "audit" VALUES(19,1790000802000000,'alice','add-token','alice','reviewer');
INSERT INTO "audit" VALUES(20,1790000803000000,'root','revoke-token','alice','2bd806c97f0e');
INSERT INTO "audit" VALUES(21,1790000804000000,'alice','limit','web','3');
INSERT INTO "audit" VALUES(22,1790000807000000,'alice','pause','all','night');
INSERT INTO "audit" VALUES(23,1790000809000000,'bob','edit','web',NULL);
INSERT INTO "audit" VALUES(24,1790000810000000,'root','redact','sha256:222b0bd51fcef7e65c2e62db2ed65457013bab56be6fafeb19ee11d453153c80','a password');
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
INSERT INTO "commits" VALUES(1,'01a0c450-6fe8-7b9b-a547-51105e4f79ca',1,1,1790000001000000,1790000101000000,'logout','{"evidence":"the only session","name":"bob","session":"c4","tier":"inferred"}','a change',1,'[{"actor":{"name":"bob","tier":"inferred"},"after":{"file":{"content":{"digest":"sha256:04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00","size":4},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}},"at":"2026-09-21T14:13:21.000000Z","before":{"file":{"content":{"digest":"sha256:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3","size":3},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}},"isLate":false,"key":"file:/etc/b"}]');
INSERT INTO "commits" VALUES(2,'01a0c450-73d0-7f8c-a72f-9d8caee0a17b',1,2,1790000002000000,1790000102000000,'logout','{"evidence":"the only session","name":"bob","session":"c4","tier":"inferred"}','a change',1,'[{"actor":{"name":"bob","tier":"inferred"},"after":{"file":{"content":{"digest":"sha256:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed","size":3},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}},"at":"2026-09-21T14:13:21.000000Z","before":{"absent":true},"isLate":false,"key":"file:/etc/c"}]');
INSERT INTO "commits" VALUES(3,'01a0c450-77b8-785d-87f2-12515a4d8024',1,3,1790000003000000,1790000103000000,'logout','{"evidence":"the only session","name":"bob","session":"c4","tier":"inferred"}','a change',1,'[{"actor":{"name":"bob","tier":"inferred"},"after":{"package":{"instances":[{"arch":"x86_64","evr":"1-1"}],"reason":"user","system":"rpm"}},"at":"2026-09-21T14:13:21.000000Z","before":{"absent":true},"isLate":false,"key":"package:vim"}]');
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
    revision INTEGER NOT NULL,
    PRIMARY KEY (tag, key)
) WITHOUT ROWID;
INSERT INTO "entries" VALUES(1,'file:/etc/b','{"file":{"content":{"digest":"sha256:04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00","size":4},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}}','sha256:04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00',1);
INSERT INTO "entries" VALUES(3,'file:/etc/a','{"file":{"content":{"digest":"sha256:8b5b9db0c13db24256c829aa364aa90c6d2eba318b9232a4ab9313b954d3555f","size":5},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}}','sha256:8b5b9db0c13db24256c829aa364aa90c6d2eba318b9232a4ab9313b954d3555f',3);
INSERT INTO "entries" VALUES(3,'file:/etc/b','{"file":{"content":{"digest":"sha256:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3","size":3},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}}','sha256:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3',2);
INSERT INTO "entries" VALUES(3,'package:nginx','{"absent":true}',NULL,4);
CREATE TABLE generation (value INTEGER NOT NULL);
INSERT INTO "generation" VALUES(16);
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO "grdb_migrations" VALUES('1 nodes, commits, tags');
INSERT INTO "grdb_migrations" VALUES('2 tokens are used up and revoked');
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
INSERT INTO "nodes" VALUES(1,'01a0c450-6c00-77e7-9a63-dfa2fcb57a67','web1',NULL,NULL,1790000000000000,1790000811000000,2);
INSERT INTO "nodes" VALUES(2,'01a0c450-6c00-7879-8c00-2b97890baa3d','mail1',NULL,NULL,1790000000000000,NULL,0);
CREATE TABLE queue (
    [commit] INTEGER PRIMARY KEY REFERENCES commits (id),
    node INTEGER NOT NULL,
    undecided INTEGER NOT NULL
);
INSERT INTO "queue" VALUES(3,1,1);
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
INSERT INTO "revisions" VALUES(3,1,1790000500000000,'alice','set file:/etc/a',NULL,NULL,'[{"after":{"file":{"content":{"digest":"sha256:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed","size":3},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}},"key":"file:/etc/a"}]');
INSERT INTO "revisions" VALUES(3,2,1790000500000000,'alice','set file:/etc/b',NULL,NULL,'[{"after":{"file":{"content":{"digest":"sha256:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3","size":3},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}},"key":"file:/etc/b"}]');
INSERT INTO "revisions" VALUES(3,3,1790000500000000,'alice','set file:/etc/a',NULL,NULL,'[{"after":{"file":{"content":{"digest":"sha256:8b5b9db0c13db24256c829aa364aa90c6d2eba318b9232a4ab9313b954d3555f","size":5},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}},"before":{"file":{"content":{"digest":"sha256:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed","size":3},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}},"key":"file:/etc/a"}]');
INSERT INTO "revisions" VALUES(3,4,1790000500000000,'alice','set package:nginx',NULL,NULL,'[{"after":{"absent":true},"key":"package:nginx"}]');
INSERT INTO "revisions" VALUES(1,1,1790000600000000,'alice','a change','01a0c450-6fe8-7b9b-a547-51105e4f79ca',NULL,'[{"after":{"file":{"content":{"digest":"sha256:04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00","size":4},"group":{"id":0,"name":"root"},"mode":"0644","owner":{"id":0,"name":"root"},"type":"regular"}},"key":"file:/etc/b"}]');
CREATE TABLE settlements (
    node INTEGER NOT NULL REFERENCES nodes (id),
    key TEXT NOT NULL,
    approved INTEGER NOT NULL DEFAULT 0,
    tolerated INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (node, key)
) WITHOUT ROWID;
INSERT INTO "settlements" VALUES(1,'file:/etc/b',1,0);
INSERT INTO "settlements" VALUES(1,'file:/etc/c',0,2);
CREATE TABLE tags (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL DEFAULT 0,
    -- How many resources it names now.
    entries INTEGER NOT NULL DEFAULT 0,
    -- Of a retired tag; its row stays, for its revisions.
    retired_at INTEGER
);
INSERT INTO "tags" VALUES(1,'node:web1',1,1,NULL);
INSERT INTO "tags" VALUES(2,'node:mail1',0,0,NULL);
INSERT INTO "tags" VALUES(3,'web',4,3,NULL);
INSERT INTO "tags" VALUES(4,'old',0,0,1790000801000000);
CREATE TABLE tokens (
    digest TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT,
    node TEXT,
    added_at INTEGER NOT NULL
, used_at INTEGER, revoked_at INTEGER) WITHOUT ROWID;
INSERT INTO "tokens" VALUES('sha256:2bd806c97f0e00af1a1fc3328fa763a9269723c8db8fac4f93af71db186d6e90','alice','reviewer',NULL,1790000802000000,NULL,1790000803000000);
INSERT INTO "tokens" VALUES('sha256:43901d1973d563a4cb5f384a9068d7ced4454d9b119bddf8315deb3fbea670b0','root','admin',NULL,1790000000000000,NULL,NULL);
INSERT INTO "tokens" VALUES('sha256:4c36c2e0b1849002f1edb0ab1270b198f9d78d564b706f84c205f655738d8a9d','mail1',NULL,'01a0c450-6c00-7879-8c00-2b97890baa3d',1790000000000000,NULL,NULL);
INSERT INTO "tokens" VALUES('sha256:da664ba3d9e5c6a50e3ea016f6004266d0a7a1b825e4fa99c2c323b6a4740801','web1',NULL,'01a0c450-6c00-77e7-9a63-dfa2fcb57a67',1790000000000000,NULL,NULL);
CREATE UNIQUE INDEX decisions_by_change ON decisions ([commit], number);
CREATE INDEX settlements_drifted ON settlements (node) WHERE tolerated > approved;
CREATE INDEX layers_by_tag ON layers (tag);
CREATE INDEX entries_by_key ON entries (key) WHERE entry IS NOT NULL;
CREATE INDEX entries_by_digest ON entries (digest) WHERE digest IS NOT NULL;
