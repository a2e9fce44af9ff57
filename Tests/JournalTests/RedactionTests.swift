import FabricModel
import GRDB
import Journal
import SystemPackage
import Testing

@Suite("Redaction")
struct RedactionTests {
    let scratch: ScratchFolder
    let journal: Journal
    private let small = noise(3000, seed: 2)
    private let large = noise(9000, seed: 3)
    private let other = noise(3000, seed: 4)

    init() throws {
        scratch = try ScratchFolder()
        journal = try Journal(folder: scratch.path, options: JournalOptions(inlineContentLimit: 4096))
    }

    private static func keyed(_ bytes: [UInt8]) -> ContentDigest {
        let plain = ContentDigest.sha256(bytes)
        return plain.rawBytes.withUnsafeBytes { ContentDigest(.keyed, rawBytes: $0) } ?? plain
    }

    private func secret(_ bytes: [UInt8]) -> FileContent {
        FileContent(digest: Self.keyed(bytes), size: UInt64(bytes.count), withheld: .redacted)
    }

    @discardableResult
    private func redact(_ bytes: [UInt8]) throws -> Set<ResourceKey> {
        let files = try journal.redact(.sha256(bytes), at: noon, keyed: Self.keyed)
        try journal.overwriteRedactions()
        return files
    }

    /// Whether a piece of a content lies in any file of the journal.
    private func isFound(_ bytes: [UInt8]) throws -> Bool {
        let files =
            scratch.path.names.map { scratch.path.appending($0) }
            + scratch.path.appending("contents").names
            .map { scratch.path.appending("contents").appending($0) }
        let pieces = stride(from: 0, to: bytes.count - 16, by: 500).map { Array(bytes[$0..<$0 + 16]) }
        for path in files where path.lastComponent != "contents" {
            let stored = try rawContents(path)
            guard stored.count >= 16 else { continue }
            let windows = Set(pieces.map { $0[0] })
            for start in 0...(stored.count - 16) where windows.contains(stored[start]) {
                if pieces.contains(where: { $0.elementsEqual(stored[start..<start + 16]) }) { return true }
            }
        }
        return false
    }

    @Test("no byte of it is left, whether it lay in the database or beside it, and others stay")
    func bytesAreGone() throws {
        try journal.recordBaseline([
            observe("/etc/a", small), observe("/etc/b", large), observe("/etc/c", other),
        ])
        try journal.record(observe("/etc/a", other))
        for content in [small, large] {
            #expect(try isFound(content))
            try redact(content)
            #expect(try !isFound(content))
            #expect(try journal.content(.sha256(content)) == nil)
        }
        #expect(try journal.content(.sha256(other)) == other)
        #expect(try journal.redactions() == [.sha256(small), .sha256(large)])
        try Consistency.check(scratch.path)
    }

    @Test(
        "what had it is secret from then on, in the record as a secret would be, so that nothing looks changed"
    )
    func states() throws {
        try journal.recordBaseline([observe("/etc/a", small), observe("/etc/b", other)])
        try journal.record(observe("/etc/b", small))
        try journal.record(observe("/etc/c", small))
        try journal.record(gone("/etc/c"))
        let files = try redact(small)
        #expect(files.map(\.name).sorted() == ["/etc/a", "/etc/b", "/etc/c"])
        #expect(try journal.redactedFiles() == files)
        for path in ["/etc/a", "/etc/b"] {
            #expect(try journal.baseline(file(path))?.state.content == secret(small))
        }
        let open = try journal.openChanges().map(\.change)
        #expect(
            open.map(\.before.content) == [
                FileContent(digest: .sha256(other), size: 3000), nil, secret(small),
            ]
        )
        #expect(open.map(\.after.content) == [secret(small), secret(small), nil])
        #expect(open.allSatisfy { (try? $0.before.check()) != nil && (try? $0.after.check()) != nil })
        // As it is observed from now on.
        guard case .file(var state) = fileState(small) else { return }
        state.content = secret(small)
        let seen = Observation(key: try file("/etc/a"), state: .file(state), fingerprint: fingerprint(9))
        #expect(try journal.record(seen) == nil)
        try Consistency.check(scratch.path)
    }

    @Test("a commit that the server has is marked, and one that it may not have stays as it is")
    func commits() throws {
        try journal.record(observe("/etc/a", small))
        let sent = try #require(try journal.commitAll())
        try journal.acknowledge([sent.id], at: noon)
        try journal.record(observe("/etc/b", small))
        let waiting = try #require(try journal.commitAll(node: sent.node))
        #expect(try redact(small).count == 2)
        #expect(try journal.commit(sent.id)?.changes.map(\.after.content) == [secret(small)])
        #expect(try journal.outbox(limit: 9) == [waiting])
    }

    @Test(
        "it is not kept again, also after the journal was opened again, and can be redacted before it comes"
    )
    func forGood() throws {
        try redact(small)
        try journal.record(observe("/etc/a", small))
        #expect(try !journal.holds(.sha256(small)))
        try journal.close()
        let again = try Journal(folder: scratch.path)
        try again.record(observe("/etc/b", small))
        #expect(try !again.holds(.sha256(small)))
        #expect(try again.redactions() == [.sha256(small)])
        #expect(try again.redact(.sha256(small), at: noon, keyed: Self.keyed).count == 2)
        try again.close()
    }

    @Test("while the journal is being read, older pages may be left, which is said and tried again")
    func busy() throws {
        try journal.recordBaseline([observe("/etc/a", small)])
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(
            path: scratch.path.appending("journal.sqlite").string,
            configuration: configuration
        )
        try other.inDatabase { db in
            try db.beginTransaction(.deferred)
            _ = try Row.fetchAll(db, sql: "SELECT * FROM baseline")
        }
        let error = #expect(throws: JournalError.self) { try redact(small) }
        #expect(error?.code == .busy)
        #expect(try journal.redactedFiles() == [file("/etc/a")])
        #expect(try journal.redactions().isEmpty)
        try other.inDatabase { try $0.rollback() }
        try redact(small)
        #expect(try !isFound(small))
        #expect(try journal.redactions() == [.sha256(small)])
    }

    @Test("a file can be made secret by itself, and stays so")
    func keepSecret() throws {
        for _ in 0..<2 { try journal.keepSecret(file("/etc/a")) }
        #expect(try journal.redactedFiles() == [file("/etc/a")])
    }
}
