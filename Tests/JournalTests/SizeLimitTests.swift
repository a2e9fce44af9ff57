import FabricModel
import Journal
import SystemPackage
import Testing

@Suite("Size limit")
struct SizeLimitTests {
    let scratch: ScratchFolder
    let limit: Int64 = 2 << 20

    init() throws {
        scratch = try ScratchFolder()
    }

    func open(inline: Int = 1 << 20) throws -> Journal {
        let options = JournalOptions(maximumSize: limit, inlineContentLimit: inline)
        return try Journal(folder: scratch.path, options: options)
    }

    @Test(
        "a warning comes long before the limit; at the limit contents stop and changes do not",
        arguments: [1 << 20, 1000]
    )
    func filling(inline: Int) throws {
        let journal = try open(inline: inline)
        var codes: [String] = []
        var kept = 0
        for number in 0..<40 {
            let text = noise(100_000, seed: UInt64(number))
            let change = try #require(try journal.record(observe("/etc/\(number)", text)))
            let content = try #require(change.change.after.content)
            #expect(try journal.holds(content.digest) == (content.withheld == nil))
            if content.withheld == nil { kept += 1 }
            #expect(content.withheld == nil || content.withheld == .journalFull)
            #expect(try journal.baseline(change.change.key)?.state == change.change.after)
            let code = journal.warnings.map(\.code).joined(separator: ",")
            if codes.last != code { codes.append(code) }
        }
        #expect(codes == ["", "journal-filling", "journal-full"])
        #expect((15...20).contains(kept))
        #expect(journal.size <= limit)
        #expect(try journal.openChanges().count == 40)
        #expect(try journal.log(limit: 1).first?.recorded.change.after.content?.withheld == .journalFull)
        #expect(journal.warnings.first?.message.contains("MiB") == true)
        #expect(journal.warnings.first?.subject == scratch.path.string)
        try Consistency.check(scratch.path)
    }

    @Test("a full journal still names a content that it has")
    func known() throws {
        let journal = try open()
        let text = noise(100_000)
        try journal.record(observe("/etc/first", text))
        for number in 0..<30 {
            try journal.record(observe("/etc/\(number)", noise(90_000, seed: UInt64(number + 9))))
        }
        let change = try #require(try journal.record(observe("/etc/second", text)))
        #expect(change.change.after.content?.withheld == nil)
    }

    @Test("one content that is too large for what is left is refused, smaller ones are kept after it")
    func tooLarge() throws {
        let journal = try open()
        let large = try #require(try journal.record(observe("/etc/large", noise(3 << 20))))
        #expect(large.change.after.content?.withheld == .journalFull)
        #expect(journal.warnings.map(\.code) == ["journal-full"])
        let small = try #require(try journal.record(observe("/etc/small", noise(1000))))
        #expect(small.change.after.content?.withheld == nil)
        #expect(journal.warnings.isEmpty)
        #expect(scratch.path.appending("contents").names.isEmpty)
    }

    @Test("when there is room again, a content that was not kept is taken at the next look, without a change")
    func refill() throws {
        let journal = try open()
        for number in 0..<30 {
            try journal.record(observe("/etc/\(number)", noise(100_000, seed: UInt64(number))))
        }
        let last = noise(100_000, seed: 29)
        #expect(try !journal.holds(.sha256(last)))
        for number in 0..<29 { try journal.record(gone("/etc/\(number)")) }
        try journal.acknowledge([try #require(try journal.commitAll()).id], at: noon)
        try journal.prune(now: noon.adding(seconds: 31 * 86_400))
        #expect(journal.warnings.isEmpty)

        #expect(try journal.record(observe("/etc/29", last)) == nil)
        #expect(try journal.content(.sha256(last)) == last)
        #expect(try journal.baseline(file("/etc/29"))?.state == fileState(last))
        #expect(try journal.openChanges().isEmpty)
        try Consistency.check(scratch.path)
    }

    @Test("the warnings are known from the start")
    func reopened() throws {
        let journal = try open()
        for number in 0..<30 {
            try journal.record(observe("/etc/\(number)", noise(100_000, seed: UInt64(number))))
        }
        try journal.close()
        let again = try open()
        #expect(["journal-filling", "journal-full"].contains(again.warnings.first?.code))
    }
}
