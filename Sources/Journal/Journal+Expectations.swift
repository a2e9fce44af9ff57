public import FabricModel
import FoundationEssentials
import GRDB
import Synchronization

/// What Weft itself is about to make of a resource, and on whose behalf.
struct Expectation: Sendable {
    var entry: Entry
    var actor: Actor
}

extension Journal {
    /// Says, durable on return, that Weft itself is about to bring a resource to what one of the entries wants.
    ///
    /// An observation that satisfies one of them is recorded under `actor` and closed at once: it is no drift and comes
    /// into no commit. They hold until ``forgetExpectations(of:)``, also over a restart.
    /// - Parameters:
    ///   - entries: What the resource will be; several where it passes through a state, such as absent.
    ///   - key: The resource.
    ///   - actor: On whose behalf, such as the revision of a tag.
    /// - Throws: `diskFull` and others; then nothing is expected.
    public func expect(_ entries: [Entry], of key: ResourceKey, by actor: Actor) throws(JournalError) {
        try transaction { db, _ in
            for entry in entries {
                try db.run(
                    "REPLACE INTO expectation VALUES (?, ?, ?, ?)",
                    .text(key.kind.rawValue),
                    .text(key.name),
                    .text(String(decoding: CanonicalJSON.encode(entry), as: UTF8.self)),
                    .bytes(ActorCoding.encode(actor))
                )
            }
        }
        let new = entries.map { Expectation(entry: $0, actor: actor) }
        expectations.withLock { $0[key, default: []] += new }
    }

    /// Expects what a resource is now besides what it was to become: a step was cut off, and has left it so.
    ///
    /// - Parameters:
    ///   - state: What it is.
    ///   - key: The resource; nothing is done where nothing is expected of it.
    /// - Throws: `diskFull` and others.
    public func expectRemains(_ state: ResourceState, of key: ResourceKey) throws(JournalError) {
        guard let actor = expectations.withLock({ $0[key]?.first?.actor }) else { return }
        let before = try baseline(key)?.state ?? .absent
        let made = Change(key: key, before: before, after: state, at: Timestamp(seconds: 0))
        try expect([Entry(asking: made)], of: key, by: actor)
    }

    /// Takes expectations back: whatever is observed of the resource from now on is somebody's change.
    public func forgetExpectations(of key: ResourceKey) throws(JournalError) {
        guard expectations.withLock({ $0[key] != nil }) else { return }
        try transaction { db, _ in
            try db.run(
                "DELETE FROM expectation WHERE kind = ? AND name = ?",
                .text(key.kind.rawValue),
                .text(key.name)
            )
        }
        expectations.withLock { $0[key] = nil }
    }

    /// The resources of which something is expected; after a restart those of steps that a crash interrupted.
    public var expectedResources: [ResourceKey] {
        expectations.withLock { $0.keys.sorted() }
    }

    /// Reads what was expected when the journal was last open.
    func loadExpectations() throws(JournalError) {
        let found = try read { db in
            var found: [ResourceKey: [Expectation]] = [:]
            try db.forEach("SELECT kind, name, entry, actor FROM expectation") { row in
                let key = try ResourceKey(kind: row.text(0), name: row.text(1))
                let entry = try CanonicalJSON.decode(Entry.self, from: Data(row.text(2).utf8))
                found[key, default: []]
                    .append(Expectation(entry: entry, actor: try ActorCoding.decode(row.buffer(3))))
            }
            return found
        }
        expectations.withLock { $0 = found }
    }

    /// What was expected of a resource and is fulfilled by a state.
    func expectation(of key: ResourceKey, fulfilledBy state: ResourceState) -> Expectation? {
        expectations.withLock { $0.isEmpty ? nil : $0[key]?.first { $0.entry.isSatisfied(by: state) } }
    }
}
