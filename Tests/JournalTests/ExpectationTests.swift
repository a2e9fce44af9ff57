import FabricModel
import Journal
import Testing

@Suite("Expectations")
struct ExpectationTests {
    let scratch: ScratchFolder
    let journal: Journal
    private let weft = Actor(tier: .exact, name: "weft", evidence: "applied web@3")

    init() throws {
        scratch = try ScratchFolder()
        journal = try Journal(folder: scratch.path)
        try journal.recordBaseline([observe("/etc/a", bytes("old"))])
    }

    private func entry(_ text: String) -> Entry {
        guard case .file(let state) = fileState(bytes(text)) else { return .absent }
        return .file(state)
    }

    @Test("what is expected is recorded as the new baseline, in the log under its actor, and is not open")
    func fulfilled() throws {
        try journal.expect([entry("new")], of: file("/etc/a"), by: weft)
        #expect(try journal.record([observe("/etc/a", bytes("new"))], at: noon).isEmpty)
        #expect(try journal.openChanges().isEmpty)
        #expect(try journal.baseline(file("/etc/a"))?.state == fileState(bytes("new")))
        let log = try journal.log()
        #expect(log.map(\.state) == [.settled])
        #expect(log.first?.recorded.change.actor == weft)
        #expect(try journal.content(.sha256(bytes("old"))) == bytes("old"), "what was there before is kept")
        try Consistency.check(scratch.path)
    }

    @Test("what differs from what is expected is somebody's change")
    func other() throws {
        try journal.expect([entry("new")], of: file("/etc/a"), by: weft)
        #expect(try journal.record([observe("/etc/a", bytes("an admin's"))], at: noon).count == 1)
        #expect(try journal.openChanges().map(\.change.actor) == [.unknown])
    }

    @Test("expectations hold over a restart and until they are taken back")
    func restart() throws {
        try journal.expect([.absent, entry("new")], of: file("/etc/a"), by: weft)
        try journal.close()
        let again = try Journal(folder: scratch.path)
        #expect(again.expectedResources == [try file("/etc/a")])
        #expect(try again.record([gone("/etc/a")], at: noon).isEmpty)
        try again.forgetExpectations(of: file("/etc/a"))
        #expect(again.expectedResources.isEmpty)
        #expect(try again.record([observe("/etc/a", bytes("new"))], at: noon).count == 1)
    }

    @Test("changes of Weft's own are closed as they are recorded")
    func settled() throws {
        let none = try journal.record([package("nginx", "1.22")], at: noon, actor: weft, isSettled: true)
        #expect(none.isEmpty)
        #expect(try journal.openChanges().isEmpty)
        #expect(try journal.packages().count == 1)
    }
}
