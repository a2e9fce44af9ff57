import FabricAPI
import FabricModel
import FoundationEssentials
import Journal
import Logging
import NodeControl
import Synchronization
import SystemPackage
import Testing

@testable import NodeAgent

@Suite struct KnownStoreTests {
    private struct FixedTime: WallTime {
        func now() -> Timestamp { Timestamp(seconds: 1_790_000_000) }
    }

    private let folder: URL
    private let journal: Journal
    private let warnings = WarningBoard()
    private let node = NodeID.make(at: Timestamp(seconds: 1))
    private let web: TagName

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weft-known-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        journal = try Journal(folder: FilePath(folder.appending(path: "journal").path))
        web = try TagName("web")
    }

    private func store() -> KnownStore {
        KnownStore(node, journal: journal, time: FixedTime(), warnings: warnings, log: Logger(label: "test"))
    }

    private func head(_ revision: Int64, _ digit: Character) throws -> TagHead {
        let digest = try RevisionDigest(String(repeating: digit, count: 64))
        return TagHead(tag: web, revision: revision, digest: digest)
    }

    private func configuration(_ head: TagHead?, life: String = "one") -> NodeConfiguration {
        let tags = head.map { [$0] } ?? []
        return NodeConfiguration(
            etag: "e",
            configuration: EffectiveConfiguration(items: []),
            tags: tags.map(\.tag),
            lastDecision: 0,
            source: ConfigurationSource(store: "store", life: life, tags: tags)
        )
    }

    private func answer(
        life: String,
        lastSequence: Int64 = 0,
        lastDecision: Int64 = 0,
        unknown: [TagName] = []
    ) -> HandshakeAnswer {
        HandshakeAnswer(
            store: "store",
            life: life,
            restoredAt: nil,
            lastSequence: lastSequence,
            gaps: [],
            lastDecision: lastDecision,
            unknown: unknown
        )
    }

    @Test("what goes on is admitted and remembered, and a lower revision is not")
    func numbers() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = store()
        for (revision, digit) in [(1, "a"), (2, "b"), (2, "b"), (5, "c")] as [(Int64, Character)] {
            #expect(try store.admits(configuration(head(revision, digit))))
        }
        #expect(try !store.admits(configuration(head(4, "b"))))
        #expect(warnings[KnownStore.warning]?.message.contains("web (known at 5, there at 4)") == true)
        #expect(try journal.knownRevisions()[web]?.number == 5)
        #expect(try store.admits(configuration(head(5, "c"))))
        #expect(warnings[KnownStore.warning] == nil)
        #expect(try store.confirm() == nil)
    }

    @Test(
        "the same number of another history is not admitted, by another process neither, until it is confirmed"
    )
    func otherHistory() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try store().admits(configuration(head(5, "a"))))
        let store = store()
        let other = try configuration(head(5, "b"))
        #expect(try !store.admits(other))
        let confirmed = try #require(try store.confirm())
        #expect(confirmed.configuration == other)
        #expect(confirmed.back.map(\.tag) == [web])
        #expect(warnings[KnownStore.warning] == nil)
        #expect(try store.admits(other))
        #expect(try !self.store().admits(configuration(head(5, "a"))))
    }

    @Test("a higher number is not admitted while the store does not have the revision that is known")
    func unknownRevision() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let known = try head(5, "a")
        #expect(try store().admits(configuration(known)))
        let store = store()
        let later = try configuration(head(9, "b"), life: "two")
        let source = try #require(later.source)
        try store.meet(source) { handshake in
            #expect(handshake.tags == [known])
            return answer(life: "two", unknown: [web])
        }
        #expect(try !store.admits(later))
        #expect(try store.confirm()?.back.first?.to == 9)
        #expect(try store.admits(configuration(head(10, "c"), life: "two")))
    }

    @Test("a store is greeted once in each of its lives, and told which one was known")
    func greetings() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = store()
        let lives = Mutex<[String?]>([])
        let news = Mutex(0)
        for _ in 0..<2 { store.onNewLife { news.withLock { $0 += 1 } } }
        for life in ["one", "one", "two", "two"] {
            let source = try #require(configuration(nil, life: life).source)
            try store.meet(source) { handshake in
                lives.withLock { $0.append(handshake.life) }
                return answer(life: life)
            }
        }
        #expect(lives.withLock(\.self) == [nil, "one"])
        #expect(news.withLock(\.self) == 4)
        // After a restart of the daemon the life is the same.
        try self.store()
            .meet(try #require(configuration(nil, life: "two").source)) { handshake in
                lives.withLock { $0.append(handshake.life) }
                return answer(life: "two")
            }
        #expect(lives.withLock(\.self) == [nil, "one", "two"])
    }

    @Test("a restore that comes between a configuration and the greeting is met with the next one")
    func restoredBetween() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = store()
        let source = try #require(configuration(nil, life: "one").source)
        #expect(try !store.meet(source) { _ in answer(life: "two") })
        #expect(try journal.value("store/life") == nil)
        var isGreeted = false
        try store.meet(try #require(configuration(nil, life: "two").source)) { _ in
            isGreeted = true
            return answer(life: "two")
        }
        #expect(isGreeted)
    }

    @Test("an older server that does not say where a configuration comes from is believed")
    func olderServer() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var configuration = try configuration(head(1, "a"))
        configuration.source = nil
        #expect(try store().admits(configuration))
        #expect(try journal.knownRevisions().isEmpty)
    }
}
