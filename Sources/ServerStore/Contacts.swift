internal import FabricModel
internal import GRDB
internal import Synchronization

/// When nodes were last heard of: kept in memory, written now and then with what else is written.
final class Contacts: Sendable {
    private struct State {
        var latest: [NodeID: Timestamp] = [:]
        var unwritten: Set<NodeID> = []
        var flushedAt: Timestamp?
    }

    /// Seconds between writes; what a crash forgets.
    private static let interval = 60.0

    private let state = Mutex(State())

    /// Notes a contact; true when it is time to write.
    func note(_ node: NodeID, at: Timestamp) -> Bool {
        state.withLock { state in
            if let known = state.latest[node], known >= at { return false }
            state.latest[node] = at
            state.unwritten.insert(node)
            guard let flushedAt = state.flushedAt else {
                state.flushedAt = at
                return false
            }
            guard at.seconds(since: flushedAt) >= Self.interval else { return false }
            state.flushedAt = at
            return true
        }
    }

    /// The later of what is known here and what was read from the database.
    func latest(_ node: NodeID, stored: Timestamp?) -> Timestamp? {
        let known = state.withLock { $0.latest[node] }
        guard let known, let stored else { return known ?? stored }
        return max(known, stored)
    }

    /// Has the contacts written with the next transaction, which nobody waits for.
    func flush(through writer: GroupWriter) {
        let contacts = state.withLock { state in
            defer { state.unwritten = [] }
            return state.latest.filter { state.unwritten.contains($0.key) }
        }
        guard !contacts.isEmpty else { return }
        writer.note { db in
            for (node, at) in contacts {
                try db.cachedStatement(sql: "UPDATE nodes SET last_contact = ? WHERE uuid = ?")
                    .execute(arguments: [at.microseconds, node.text])
            }
        } failed: { [self] _ in
            // Written with the next ones; a contact is no reason to disturb anyone.
            state.withLock { $0.unwritten.formUnion(contacts.keys) }
        }
    }
}
