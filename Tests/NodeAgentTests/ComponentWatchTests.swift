import Components
import FabricModel
import FoundationEssentials
import Journal
import Logging
import Synchronization
import SystemPackage
import Testing

@testable import NodeAgent

@Suite final class ComponentWatchTests {
    private final class Recorded: Sendable {
        private let changes = Mutex<[Change]>([])
        func add(_ recorded: [RecordedChange]) { changes.withLock { $0 += recorded.map(\.change) } }
        var all: [Change] { changes.withLock(\.self) }
    }

    private let folder: URL
    private let core: AgentCore
    private let component = ScriptedComponent()
    private let recorded = Recorded()

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weft-component-watch-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        core = try AgentCore(
            Scratch.settings(in: folder),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func watch() -> ComponentWatch {
        ComponentWatch(
            component,
            core,
            packageActivity: { .none },
            onRecord: { [recorded] in recorded.add($0) }
        )
    }

    /// What the third revision of a tag wants of a group.
    private static func item(_ key: ResourceKey, gid: UInt32) throws -> EffectiveConfiguration.Item {
        var wish = GroupWish()
        wish.gid = gid
        return EffectiveConfiguration.Item(
            key: key,
            entry: .group(wish),
            tag: try TagName("web"),
            revision: 3
        )
    }

    private func group(_ name: String) throws -> ResourceKey { try ResourceKey("group:\(name)") }

    @Test("what is there first is no change; what comes, changes and goes is")
    func recording() throws {
        let (admins, staff) = (try group("admins"), try group("staff"))
        component.state.withLock { $0.groups = [admins: GroupState(gid: 1), staff: GroupState(gid: 2)] }
        let watch = watch()
        watch.check()
        #expect(recorded.all.isEmpty)
        let operators = try group("operators")
        component.state.withLock {
            $0.groups = [
                admins: GroupState(gid: 1), staff: GroupState(gid: 3), operators: GroupState(gid: 4),
            ]
        }
        watch.check()
        component.state.withLock { $0.groups[admins] = nil }
        watch.check()
        watch.check()
        #expect(recorded.all.map(\.key) == [operators, staff, admins])
        #expect(recorded.all.map(\.isLate) == [false, false, false])
        #expect(recorded.all.last?.after == .absent)
    }

    @Test("what changed while nothing was watching is late")
    func late() throws {
        let staff = try group("staff")
        watch().check()
        component.state.withLock { $0.groups[staff] = GroupState(gid: 3) }
        watch().check()
        #expect(recorded.all.map(\.isLate) == [true])
    }

    @Test("what cannot be looked at is shown and recorded later")
    func unreadable() throws {
        let watch = watch()
        watch.check()
        component.state.withLock { $0.fails = true }
        watch.check()
        #expect(core.warnings.all.map(\.code) == ["component"])
        #expect(core.warnings.all.map(\.subject) == ["group"])
        let staff = try group("staff")
        component.state.withLock {
            $0.fails = false
            $0.groups[staff] = GroupState(gid: 3)
        }
        watch.retry()
        #expect(core.warnings.all.isEmpty)
        #expect(recorded.all.map(\.key) == [staff])
        #expect(recorded.all.map(\.isLate) == [true])
        component.state.withLock { $0.groups[staff] = nil }
        watch.retry()
        #expect(recorded.all.count == 1, "nothing had failed")
    }

    @Test(
        "what a program that failed has left is Weft's own, what somebody else changed meanwhile is not",
        arguments: [ComponentsError.Code.programFailed, .changedMeanwhile]
    )
    func failedSteps(code: ComponentsError.Code) throws {
        let made = try group("made")
        let watch = watch()
        watch.check()
        component.state.withLock { $0.failure = code }
        var wish = GroupWish()
        wish.gid = 7
        wish.joins = ["ann"]
        let item = EffectiveConfiguration.Item(
            key: made,
            entry: .group(wish),
            tag: try TagName("web"),
            revision: 3
        )
        let step = ComponentStep(journal: core.journal, record: watch) { _ in nil }
        #expect(step.take([Plan.Step(item, current: .absent)]).keys.map(\.name) == ["made"])
        #expect(try core.journal.baseline(made)?.state == .group(GroupState(gid: 7)))
        #expect(recorded.all.map(\.key) == (code == .programFailed ? [] : [made]))
        #expect(core.journal.expectedResources.isEmpty)
    }

    @Test("what Weft makes is its own, what somebody else did at that moment is theirs")
    func ownSteps() throws {
        let (made, other, earlier) = (try group("made"), try group("other"), try group("earlier"))
        let watch = watch()
        watch.check()
        component.state.withLock {
            $0.groups[earlier] = GroupState(gid: 5)
            $0.meanwhile[other] = GroupState(gid: 6)
        }
        let item = try Self.item(made, gid: 7)
        let step = ComponentStep(journal: core.journal, record: watch) { _ in nil }
        #expect(step.take([Plan.Step(item, current: .absent)]).isEmpty)
        #expect(recorded.all.map(\.key) == [earlier, other])
        #expect(try core.journal.baseline(made)?.state == .group(GroupState(gid: 7)))
        #expect(core.journal.expectedResources.isEmpty)
        let own = try core.journal.log(.all, before: nil, limit: 10).first { $0.recorded.change.key == made }
        #expect(own?.recorded.change.actor.evidence == "applied web@3")
        #expect(own?.state == .settled)
    }

    @Test(
        "what changes along with a step is Weft's own, even of one that fails, and is expected no longer then"
    )
    func alongWithStep() throws {
        let (made, along, other) = (try group("made"), try group("along"), try group("other"))
        for code in [nil, ComponentsError.Code.cannotChange] {
            component.state.withLock { $0.groups = [along: GroupState(gid: 5)] }
            let watch = watch()
            watch.check()
            let before = recorded.all.count
            component.state.withLock {
                $0.failure = code
                $0.besides = [along]
                $0.meanwhile = [along: GroupState(gid: 6), other: GroupState(gid: 7)]
            }
            let item = try Self.item(made, gid: 8)
            let step = ComponentStep(journal: core.journal, record: watch) { _ in nil }
            #expect(step.take([Plan.Step(item, current: .absent)]).isEmpty == (code == nil))
            #expect(recorded.all.dropFirst(before).map(\.key) == [other])
            #expect(try core.journal.baseline(along)?.state == .group(GroupState(gid: 6)))
            #expect(core.journal.expectedResources.isEmpty)
            component.state.withLock { $0.groups[along] = GroupState(gid: 9) }
            watch.check()
            #expect(recorded.all.last?.key == along)
            component.state.withLock { $0.groups = [:] }
            watch.check()
        }
    }

    @Test("what may change along with a step is expected before that begins, in case it is cut off")
    func alongWithInterruptedStep() throws {
        let (made, along) = (try group("made"), try group("along"))
        component.state.withLock {
            $0.groups = [along: GroupState(gid: 5)]
            $0.besides = [along]
        }
        let watch = watch()
        watch.check()
        var wish = GroupWish()
        wish.gid = 8
        let item = EffectiveConfiguration.Item(
            key: made,
            entry: .group(wish),
            tag: try TagName("web"),
            revision: 3
        )
        // The journal as it is while the change is made.
        let expected = Mutex<[ResourceKey]>([])
        component.state.withLock {
            $0.onChange = { [journal = core.journal] in
                expected.withLock { $0 = journal.expectedResources }
            }
        }
        let step = ComponentStep(journal: core.journal, record: watch) { _ in nil }
        #expect(step.take([Plan.Step(item, current: .absent)]).isEmpty)
        #expect(expected.withLock(\.self) == [along, made])
    }

    @Test("what a step that was cut off has left is Weft's own, and not what somebody did besides")
    func interrupted() throws {
        watch().check()
        let (half, other) = (try group("half"), try group("other"))
        var wish = GroupWish()
        wish.gid = 7
        wish.joins = ["ldap-user"]
        let weft = Actor(tier: .exact, name: "weft", evidence: "applied web@3")
        try core.journal.expect([.group(wish)], of: half, by: weft)
        component.state.withLock { $0.groups = [half: GroupState(gid: 7), other: GroupState(gid: 8)] }
        // The daemon was killed here.
        watch().check()
        #expect(recorded.all.map(\.key) == [other])
        #expect(try core.journal.baseline(half)?.state == .group(GroupState(gid: 7)))
        #expect(try core.journal.openKeys() == [other])
    }

    @Test("who tells of a change does not wait for a step, and the change is recorded when that is through")
    func duringStep() throws {
        let watch = watch()
        watch.check()
        let other = try group("other")
        let failures = try watch.recording([], by: .unknown) {
            component.state.withLock { $0.groups[other] = GroupState(gid: 8) }
            // On the thread that holds the lock, this would never return.
            watch.check()
            return [:]
        }
        #expect(failures.isEmpty)
        #expect(recorded.all.map(\.key) == [other])
    }
}
