import Components
import FabricModel
import FoundationEssentials
import Journal
import Synchronization
import SystemPackage
import Testing

@testable import NodeAgent

@Suite final class FollowUpsTests {
    private let folder: URL
    private let journal: Journal
    private let component = ScriptedComponent()

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weft-follow-ups-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        journal = try Journal(folder: FilePath(folder.appending(path: "journal").path))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    // A new one each time: what remains to be done is in the journal.
    private var followUps: FollowUps {
        FollowUps(journal: journal, components: ComponentTable(all: [component]))
    }

    private func step(_ key: String, restart: [String] = [], reload: [String] = []) throws -> Plan.Step {
        Plan.Step(
            key: try ResourceKey(key),
            wanted: .absent,
            current: .absent,
            origin: .tag(try RevisionReference("web@1")),
            flags: EntryFlags(restart: restart, reload: reload)
        )
    }

    private func pendingUnits() throws -> [String] { try followUps.units().keys.map(\.name).sorted() }

    @Test("units are restarted once for all files, and not reloaded besides")
    func units() throws {
        let steps = try [
            step("file:/etc/a", restart: ["a.service"], reload: ["b.service"]),
            step("file:/etc/b", restart: ["b.service"], reload: ["c.service"]),
        ]
        let earlier = try followUps.begin(steps)
        try followUps.end(earlier, taken: steps)
        #expect(try pendingUnits() == ["a.service", "b.service", "c.service"])
        #expect(try followUps.act().isEmpty)
        #expect(try followUps.act().isEmpty)
        let flags = EntryFlags(restart: ["a.service", "b.service"], reload: ["c.service"])
        #expect(component.state.withLock(\.acted) == [flags])
        #expect(try pendingUnits().isEmpty)
    }

    @Test("what a step that failed asked for is not done, unless another one asked for it too")
    func failedStep() throws {
        let steps = try [
            step("file:/etc/a", restart: ["a.service"]), step("file:/etc/b", restart: ["b.service"]),
        ]
        let earlier = try followUps.begin(steps)
        #expect(try pendingUnits() == ["a.service", "b.service"], "the daemon may be killed before the end")
        try followUps.end(earlier, taken: [steps[1]])
        #expect(try pendingUnits() == ["b.service"])
        let again = try followUps.begin([steps[1]])
        try followUps.end(again, taken: [])
        #expect(try pendingUnits() == ["b.service"])
    }

    @Test("a unit that cannot be restarted remains to be")
    func failedUnit() throws {
        component.state.withLock { $0.fails = true }
        let steps = try [step("file:/etc/a", restart: ["a.service"])]
        _ = try followUps.begin(steps)
        #expect(try followUps.act().keys.map(\.name) == ["a.service"])
        #expect(try pendingUnits() == ["a.service"])
    }

    @Test("only files that tell a component something are taken in, once")
    func files() throws {
        let steps = try [step("file:/etc/unit"), step("file:/etc/hosts"), step("package:nginx")]
        _ = try followUps.begin(steps)
        try followUps.takeInFiles()
        try followUps.takeInFiles()
        #expect(component.state.withLock(\.followed) == ["/etc/unit"])
    }
}
