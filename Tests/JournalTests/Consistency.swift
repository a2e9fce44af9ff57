import FabricModel
import GRDB
import Journal
import SystemPackage
import Testing

/// Looks at a journal's database from outside: everything that must hold whatever happened before.
enum Consistency {
    /// Checks a journal that is closed, or that nobody writes meanwhile.
    static func check(_ folder: FilePath) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(
            path: folder.appending("journal.sqlite").string,
            configuration: configuration
        )
        try queue.read { db in
            #expect(try String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"])
            let miscounted = try Row.fetchAll(
                db,
                sql: """
                    SELECT id, refs FROM content WHERE refs <> (
                        SELECT count(*) FROM baseline WHERE content = content.id)
                        + (SELECT count(*) FROM change WHERE before_content = content.id)
                        + (SELECT count(*) FROM change WHERE after_content = content.id)
                    """
            )
            #expect(miscounted.isEmpty)
            let dangling = try Int64.fetchAll(
                db,
                sql: """
                    SELECT content FROM (SELECT content FROM baseline UNION SELECT before_content FROM change
                        UNION SELECT after_content FROM change)
                    WHERE content IS NOT NULL AND content NOT IN (SELECT id FROM content)
                    """
            )
            #expect(dangling.isEmpty)
            let lost = try Row.fetchAll(
                db,
                sql: """
                    SELECT sequence FROM change
                    WHERE commit_number > 0 AND commit_number NOT IN (SELECT number FROM feedback_commit)
                    """
            )
            #expect(lost.isEmpty)
            let files = try String.fetchAll(
                db,
                sql: "SELECT lower(hex(digest)) FROM content WHERE data IS NULL"
            )
            #expect(Set(files).isSubset(of: folder.appending("contents").names))
        }
        try queue.close()
    }
}
