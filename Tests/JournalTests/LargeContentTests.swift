import FabricModel
import GRDB
import Glibc
import Journal
import SystemPackage
import Testing

@Suite("Large contents")
struct LargeContentTests {
    let scratch: ScratchFolder
    let journal: Journal
    var folder: FilePath { scratch.path.appending("contents") }

    init() throws {
        scratch = try ScratchFolder()
        journal = try Journal(folder: scratch.path)
    }

    func path(_ content: [UInt8]) -> FilePath {
        folder.appending(String(ContentDigest.sha256(content).hexDigits))
    }

    @Test("up to 1 MiB lies in the database, more in a file of its own")
    func threshold() throws {
        let inside = noise(1 << 20)
        let outside = noise(1 << 20 + 1)
        try journal.record([observe("/etc/in", inside), observe("/etc/out", outside)], at: noon)
        #expect(folder.names == [path(outside).lastComponent?.string])
        #expect(try journal.content(.sha256(inside)) == inside)
        #expect(try journal.content(.sha256(outside)) == outside)
    }

    @Test("a file is deflated where that makes it smaller, and private")
    func stored() throws {
        let text = Array(repeating: bytes("Port 22\n"), count: 400_000).flatMap(\.self)
        let random = noise(2 << 20)
        try journal.record([observe("/etc/text", text), observe("/etc/random", random)], at: noon)
        #expect(try #require(path(text).fileSize) < Int64(text.count) / 50)
        #expect(path(random).fileSize == Int64(random.count))
        #expect(path(text).permissions == 0o600)
        #expect(try journal.content(.sha256(text)) == text)
        #expect(try journal.content(.sha256(random)) == random)
    }

    @Test("a file whose beginning deflates and whose rest does not reads back as well")
    func mixed() throws {
        let text = [UInt8](repeating: 0, count: 1 << 17) + noise(2 << 20)
        try journal.record(observe("/etc/mixed", text))
        #expect(try journal.content(.sha256(text)) == text)
    }

    @Test("a content with two names is one file, and goes with the last name")
    func shared() throws {
        let text = noise(2 << 20)
        try journal.recordBaseline([observe("/etc/a", text), observe("/etc/b", text)])
        #expect(folder.names.count == 1)
        try journal.recordBaseline([gone("/etc/a")])
        #expect(folder.names.count == 1)
        try journal.recordBaseline([gone("/etc/b")])
        #expect(folder.names.isEmpty)
    }

    @Test("a batch that fails leaves the files of others alone, and its own are swept")
    func rolledBack() throws {
        let text = noise(2 << 20)
        try journal.recordBaseline([observe("/etc/a", text)])
        let other = noise(2 << 20, seed: 2)
        let invalid = Observation(key: try file("/etc/z"), state: fileState(bytes("1")))
        #expect(throws: JournalError.self) {
            // The first lets the last name of `text` go, until the whole is taken back.
            try journal.recordBaseline([gone("/etc/a"), observe("/etc/b", other), invalid])
        }
        #expect(try journal.content(.sha256(text)) == text)
        #expect(try journal.content(.sha256(other)) == nil)
        try journal.prune(now: noon)
        #expect(folder.names == [path(text).lastComponent?.string])
        #expect(try journal.record(observe("/etc/b", other)) != nil)
        #expect(try journal.content(.sha256(other)) == other)
    }

    @Test("a file that was changed, cut off or taken away is reported as damage")
    func damaged() throws {
        let random = noise(2 << 20)
        let text = [UInt8](repeating: 7, count: 2 << 20)
        try journal.record([observe("/etc/a", random), observe("/etc/b", text)], at: noon)
        try write(noise(2 << 20, seed: 3), to: path(random))
        try write(Array(rawContents(path(text)).dropLast(9)), to: path(text))
        for content in [random, text] {
            let error = #expect(throws: JournalError.self) { try journal.content(.sha256(content)) }
            #expect(error?.code == .damaged)
        }
        _ = try path(random).withPlatformString { try #require(unlink($0) == 0) }
        let error = #expect(throws: JournalError.self) { try journal.content(.sha256(random)) }
        #expect(error?.code == .damaged)
        #expect(error?.cause?.contains("missing") == true)
    }

    @Test("bytes in the database that were changed are reported as damage")
    func damagedRow() throws {
        let text = noise(5000)
        try journal.record(observe("/etc/a", text))
        let queue = try DatabaseQueue(path: scratch.path.appending("journal.sqlite").string)
        try queue.write { try $0.execute(sql: "UPDATE content SET data = zeroblob(length(data))") }
        try queue.close()
        let error = #expect(throws: JournalError.self) { try journal.content(.sha256(text)) }
        #expect(error?.code == .damaged)
        #expect(error?.subject.hasSuffix("journal.sqlite") == true)
    }

    @Test("an empty content is a content")
    func empty() throws {
        try journal.record(observe("/etc/empty", []))
        #expect(try journal.content(.sha256([])) == [])
    }
}
