import FabricAPI
import FabricModel
import GRDB
import Testing

@testable import ServerStore

/// Which nodes a restored store knows, and what it tells of them.
@Suite struct RestoredNodesTests {
    private static let month: Int64 = 30 * 86_400

    private let web = ContentDigest.sha256("token of web1".utf8)
    private let renewed = ContentDigest.sha256("renewed".utf8)

    /// Runs a test with a store of two nodes, of which a backup was made.
    private func withBackup(
        _ body: (_ folder: String, _ backup: String, _ store: SQLiteStore, _ web: NodeID) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { root in
            let store = try await SQLiteStore(folder: root + "/store")
            let node = try await Fabric(store: store).node("web1")
            _ = try await Fabric(store: store).node("mail1")
            for name in ["db1", "db2"] {
                let id = NodeID.make(at: Fabric.moment(0))
                let candidate = Candidate(
                    id: id,
                    name: try NodeName(name),
                    machineID: nil,
                    operatingSystem: nil,
                    fingerprint: "key of \(name)",
                    address: nil,
                    askedAt: Fabric.moment(0),
                    isKnown: false
                )
                _ = try await store.note(candidate)
                try await store.accept(
                    id,
                    fingerprint: candidate.fingerprint,
                    by: "alice",
                    at: Fabric.moment(1)
                )
            }
            let backup = root + "/backup"
            try await store.backUp(to: backup, from: root + "/store", by: "root", at: Fabric.moment(900))
            try await body(root + "/store", backup, store, node)
        }
    }

    private func restore(_ backup: String, into folder: String) async throws -> StoreRestoration.Outcome {
        try await StoreRestoration(of: backup, into: folder, at: Fabric.moment(1000))
            .restore(isReplacing: true, by: "root")
    }

    private func node(
        _ digest: ContentDigest,
        in store: SQLiteStore,
        at second: Int64 = 1001
    ) async throws
        -> NodeID?
    {
        try await store.principal(of: digest, at: Fabric.moment(second))?.node
    }

    @Test("a node that was revoked after the backup stays so, by every certificate that it had")
    func revoked() async throws {
        try await withBackup { folder, backup, store, web in
            let credential = Credential(sample: renewed)
            try await store.addCredential(credential, of: web, at: Fabric.moment(910))
            _ = try await store.revokeNode("web1", by: "alice", at: Fabric.moment(920))
            try await store.close()
            let outcome = try await restore(backup, into: folder)
            #expect(outcome.tokens == 1 && outcome.certificates == 0)
            let restored = try await SQLiteStore(folder: folder)
            #expect(try await node(self.web, in: restored) == nil)
            #expect(try await node(renewed, in: restored) == nil)
            #expect(try await node(.sha256("token of mail1".utf8), in: restored) != nil)
            try await restored.close()
        }
    }

    @Test("a node is revoked that the replaced store revoked by another certificate than the backup's")
    func otherLife() async throws {
        try await withBackup { folder, backup, store, web in
            // A backup of a life that the replaced store was no part of.
            try await store.addCredential(Credential(sample: renewed), of: web, at: Fabric.moment(910))
            let later = backup + "-later"
            try await store.backUp(to: later, from: folder, by: "root", at: Fabric.moment(930))
            try await store.close()
            let other = folder + "-other"
            _ = try await restore(backup, into: other)
            let replaced = try await SQLiteStore(folder: other)
            _ = try await replaced.revokeNode("web1", by: "alice", at: Fabric.moment(940))
            try await replaced.close()
            #expect(try await restore(later, into: other).tokens == 2)
            let restored = try await SQLiteStore(folder: other)
            #expect(try await node(self.web, in: restored) == nil)
            #expect(try await node(renewed, in: restored) == nil)
            try await restored.close()
        }
    }

    @Test(
        "a node is known by the certificate that it got after the backup, until that ends, and by no other's"
    )
    func renewals() async throws {
        try await withBackup { folder, backup, store, web in
            try await store.addCredential(Credential(sample: renewed), of: web, at: Fabric.moment(910))
            _ = try await Fabric(store: store).node("new1")
            try await store.close()
            let outcome = try await restore(backup, into: folder)
            #expect(outcome.tokens == 0 && outcome.certificates == 1)
            var restored = try await SQLiteStore(folder: folder)
            #expect(try await node(renewed, in: restored) == web)
            #expect(try await node(renewed, in: restored, at: Self.month) == nil)
            #expect(try await node(.sha256("token of new1".utf8), in: restored) == nil)
            try await restored.close()

            // Where there is nothing to carry over from it is not known, and has to be accepted.
            #expect(try await restore(backup, into: folder + "-new").certificates == 0)
            restored = try await SQLiteStore(folder: folder + "-new")
            #expect(try await node(renewed, in: restored) == nil)
            #expect(try await node(self.web, in: restored) == web)
            try await restored.close()
        }
    }

    @Test("the feed tells that nobody knows whether nodes are what their tags say")
    func feed() async throws {
        try await withTemporaryFolder { root in
            let folder = root + "/store"
            let store = try await SQLiteStore(folder: folder)
            let fabric = Fabric(store: store)
            let node = try await fabric.node("web1")
            try await fabric.set(fabric.tag("web", includedBy: node), "package:a", .absent)
            try await fabric.reportInSync(node)
            #expect(try await fabric.state("web1") == .clean)
            try await store.backUp(to: root + "/backup", from: folder, by: "root", at: Fabric.moment(900))
            try await store.close()
            _ = try await restore(root + "/backup", into: folder)
            let restored = try await SQLiteStore(folder: folder)
            #expect(try await Fabric(store: restored).state("web1") == .behind)
            let last = try #require(try await restored.events(after: nil, limit: 100).last)
            #expect(last.kind == .node && last.state == .behind && last.at == Fabric.moment(1000))
            try await restored.close()
        }
    }

    @Test("a webhook that was removed after the backup stays so")
    func webhooks() async throws {
        try await withTemporaryFolder { root in
            let folder = root + "/store"
            let store = try await SQLiteStore(folder: folder)
            var ids: [Int64] = []
            for number in UInt8(1)...2 {
                let webhook = AddWebhook(url: "https://chat.example/\(number)", events: nil)
                ids.append(
                    try await store.addWebhook(webhook, secret: [number], by: "root", at: Fabric.moment(1)).id
                )
            }
            try await store.backUp(to: root + "/backup", from: folder, by: "root", at: Fabric.moment(900))
            try await store.removeWebhook(ids[0], by: "root", at: Fabric.moment(901))
            try await store.close()
            for (place, kept) in [(folder, [ids[1]]), (root + "/new", ids)] {
                _ = try await restore(root + "/backup", into: place)
                let restored = try await SQLiteStore(folder: place)
                #expect(try await restored.webhooks().map(\.id) == kept)
                try await restored.close()
            }
        }
    }

    @Test("who waits to be accepted, and who was, is as it was last, and nobody was where that is not known")
    func candidates() async throws {
        try await withBackup { folder, backup, store, _ in
            let dismissed = NodeID.make(at: Fabric.moment(2))
            let waiting = Candidate(
                id: dismissed,
                name: try NodeName("db3"),
                machineID: nil,
                operatingSystem: nil,
                fingerprint: "key of db3",
                address: nil,
                askedAt: Fabric.moment(910),
                isKnown: false
            )
            _ = try await store.note(waiting)
            let accepted = try await store.pool.read { db in
                try CandidateRow.all(in: db).filter { $0.acceptedBy != nil }.map(\.candidate)
            }
            let (first, second) = (accepted[0], accepted[1])
            // The one is let in, which uses its acceptance up.
            try await store.register(
                RegisterNode(id: first.id, name: first.name),
                Credential(
                    digest: .sha256("first".utf8),
                    fingerprint: first.fingerprint,
                    expires: Fabric.moment(Self.month)
                ),
                by: .accepted,
                at: Fabric.moment(911)
            )
            try await store.close()
            _ = try await restore(backup, into: folder)
            var restored = try await SQLiteStore(folder: folder)
            #expect(try await restored.candidates() == [waiting])
            #expect(try await restored.note(second))
            #expect(try await !restored.note(first))
            try await restored.close()

            _ = try await restore(backup, into: folder + "-new")
            restored = try await SQLiteStore(folder: folder + "-new")
            #expect(try await Set(restored.candidates().map(\.id)) == [first.id, second.id])
            try await restored.close()
        }
    }
}
