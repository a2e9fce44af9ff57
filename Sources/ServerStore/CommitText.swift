internal import FabricAPI
internal import FabricModel

/// A commit as its row will hold it, made before the writer's turn so that the writer only binds and inserts.
struct CommitText: Sendable {
    var id: CommitID
    var node: NodeID
    var sequence: Int64
    var at: Int64
    var trigger: String
    var author: String
    var message: String
    var changeCount: Int
    var changes: String

    init(_ received: ReceivedCommit) throws {
        let commit = received.commit
        id = commit.id
        node = commit.node
        sequence = commit.sequence
        at = commit.at.microseconds
        trigger = commit.trigger.rawValue
        message = commit.message
        changeCount = commit.changes.count
        var writer = ChangeWriter()
        writer.write(commit.author)
        author = writer.finish()
        if let text = received.changesText {
            changes = text
        } else {
            try writer.write(commit.changes)
            changes = writer.finish()
        }
    }
}
