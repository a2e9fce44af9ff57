import FabricAPI
import FabricModel
import GRDB
import Testing

@testable import ServerStore

/// Rows that somebody changed behind the store's back.
@Suite struct RevisionChainTests {
    /// What is done to the four revisions of tag 1, which set the packages a, b and c, and then a again.
    struct Tampering: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var sql: String
        /// Where it shows.
        var revision: Int64

        init(_ what: String, _ sql: String, shows revision: Int64) {
            testDescription = what
            self.sql = sql
            self.revision = revision
        }
    }

    static let tamperings = [
        Tampering(
            "an item",
            "UPDATE revisions SET items = replace(items, 'package:b', 'package:x') WHERE number = 2",
            shows: 2
        ),
        Tampering("items that do not read", "UPDATE revisions SET items = '[' WHERE number = 3", shows: 3),
        Tampering("an author", "UPDATE revisions SET author = 'mallory' WHERE number = 1", shows: 1),
        Tampering("a message", "UPDATE revisions SET message = 'other' WHERE number = 4", shows: 4),
        Tampering("a time", "UPDATE revisions SET at = at + 1 WHERE number = 2", shows: 2),
        Tampering("what it reverts", "UPDATE revisions SET reverts = 1 WHERE number = 3", shows: 3),
        Tampering("a digest", "UPDATE revisions SET digest = printf('%064d', 0) WHERE number = 2", shows: 2),
        Tampering("no digest", "UPDATE revisions SET digest = NULL WHERE number = 2", shows: 2),
        Tampering("a digest that is none", "UPDATE revisions SET digest = 'x' WHERE number = 2", shows: 2),
        Tampering("the first one removed", "DELETE FROM revisions WHERE number = 1", shows: 1),
        Tampering("one in the middle removed", "DELETE FROM revisions WHERE number = 2", shows: 2),
        Tampering("the last one removed", "DELETE FROM revisions WHERE number = 4", shows: 4),
        Tampering(
            "the last one removed, and the tag counted back",
            "DELETE FROM revisions WHERE number = 4; UPDATE tags SET revision = 3",
            shows: 3
        ),
        Tampering(
            "one removed and the others moved up",
            """
            DELETE FROM revisions WHERE number = 2; UPDATE revisions SET number = number - 1 WHERE number > 2;
            UPDATE tags SET revision = 3
            """,
            shows: 2
        ),
        Tampering(
            "a swapped pair",
            """
            UPDATE revisions SET number = 9 WHERE number = 2; UPDATE revisions SET number = 2 WHERE number = 3;
            UPDATE revisions SET number = 3 WHERE number = 9
            """,
            shows: 2
        ),
        Tampering(
            "one added",
            """
            INSERT INTO revisions (tag, number, at, author, message, items, digest)
            VALUES (1, 5, 1, 'mallory', '', '[]', printf('%064d', 0))
            """,
            shows: 5
        ),
        Tampering("an entry", "UPDATE entries SET entry = NULL WHERE key = 'package:b'", shows: 2),
        Tampering(
            "the revision of an entry",
            "UPDATE entries SET revision = 3 WHERE key = 'package:a'",
            shows: 4
        ),
        Tampering("an entry removed", "DELETE FROM entries WHERE key = 'package:c'", shows: 3),
        Tampering(
            "an entry added",
            """
            INSERT INTO entries (tag, key, entry, revision) VALUES (1, 'package:x', '{"absent":true}', 3)
            """,
            shows: 3
        ),
    ]

    @Test("the first revision that does not fit is named", arguments: tamperings)
    func tampering(_ tampering: Tampering) async throws {
        try await withStore { store in
            let fabric = Fabric(store: store)
            let web = try await fabric.tag("web")
            for name in ["a", "b", "c"] { try await fabric.set(web, "package:\(name)", .package(.any)) }
            try await fabric.set(web, "package:a", .absent)
            #expect(try await store.verify(web).fault == nil)
            try await store.pool.write { try $0.execute(sql: tampering.sql) }
            let verification = try await store.verify(web)
            #expect(verification.fault?.revision == tampering.revision, "\(verification)")
            #expect(try await store.verifications(after: nil, limit: 9) == [verification])
        }
    }

    @Test("revisions that were made before there was a chain get one")
    func migration() async throws {
        try await withTemporaryFolder { folder in
            try StoreFolder(path: folder).prepare()
            let old = try DatabasePool(path: folder + "/store.sqlite")
            try Schema.migrator.migrate(old, upTo: "6 convergence of nodes")
            try await old.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO tags (id, name, revision, entries) VALUES (1, 'base', 2, 0), (2, 'web', 0, 0);
                        INSERT INTO entries (tag, key, revision) VALUES (1, 'package:a', 2);
                        INSERT INTO revisions (tag, number, at, author, message, items, [commit], follows) VALUES
                        (1, 1, 1, 'x', 'm', '[{"after":{"absent":true},"key":"package:a"}]',
                            '01890000-0000-7000-8000-000000000000', 'web@7'),
                        (1, 2, 1, 'x', 'm', '[{"before":{"absent":true},"key":"package:a"}]', NULL, NULL);
                        """
                )
            }
            try old.close()
            let store = try await SQLiteStore(folder: folder)
            let all = try await store.verifications(after: nil, limit: 9)
            #expect(all.map(\.fault) == [nil, nil])
            #expect(all.map(\.revisions) == [2, 0])
            let base = try TagName("base")
            #expect(
                try await store.revisions(of: base, before: nil, limit: 1).first?.digest == all.first?.head
            )
            try await Fabric(store: store).set(base, "package:b", .absent)
            #expect(try await store.verify(base).revisions == 3)
            try await store.close()
        }
    }
}
