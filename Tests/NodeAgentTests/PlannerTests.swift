import Components
import FabricModel
import FoundationEssentials
import Journal
import Logging
import Synchronization
import SystemPackage
import Testing

@testable import NodeAgent

@Suite final class PlannerTests {
    private let folder: URL
    private let core: AgentCore

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weft-planner-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        core = try AgentCore(
            Scratch.settings(in: folder),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try core.journal.markBaselineComplete(at: Timestamp(seconds: 1))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func planner(
        _ component: ScriptedComponent,
        _ consequences: PackageConsequences? = nil
    ) -> Planner {
        let watch = ComponentWatch(component, core, packageActivity: { .none }, onRecord: { _ in })
        watch.check()
        return Planner(journal: core.journal, records: RecordTable(all: [watch]), consequences: consequences)
    }

    private func configuration(_ items: [(key: String, entry: Entry)]) throws -> EffectiveConfiguration {
        EffectiveConfiguration(
            items: try items.map {
                .init(key: try ResourceKey($0.key), entry: $0.entry, tag: try TagName("web"), revision: 1)
            }
        )
    }

    private func wish(_ gid: UInt32) -> Entry {
        var wish = GroupWish()
        wish.gid = gid
        return .group(wish)
    }

    @Test("what is as wanted is no step, what is not there is, and so is what is otherwise")
    func steps() throws {
        let component = ScriptedComponent()
        component.state.withLock {
            $0.groups = [
                ResourceKey(.group, checked: "right"): GroupState(gid: 1),
                ResourceKey(.group, checked: "wrong"): GroupState(gid: 2),
                ResourceKey(.group, checked: "left"): GroupState(gid: 3),
            ]
        }
        let plan = try planner(component)
            .plan(
                for: configuration([
                    ("group:right", wish(1)), ("group:wrong", wish(9)), ("group:new", wish(4)),
                    ("group:gone", .absent), ("group:left", .absent),
                ])
            )
        #expect(plan.steps.map(\.key.name) == ["new", "wrong", "left"])
        #expect(
            plan.steps.map(\.current) == [.absent, .group(GroupState(gid: 2)), .group(GroupState(gid: 3))]
        )
        #expect(plan.held.isEmpty)
    }

    @Test("what a component does not list is asked for by name")
    func unlisted() throws {
        let component = ScriptedComponent(knowsAll: false)
        let planner = planner(component)
        component.state.withLock { $0.groups = [ResourceKey(.group, checked: "there"): GroupState(gid: 1)] }
        let plan = try planner.plan(for: configuration([("group:there", wish(1)), ("group:new", wish(2))]))
        #expect(plan.steps.map(\.key.name) == ["new"])
    }

    @Test("what an admin changed is held as long as it is not decided")
    func held() throws {
        let component = ScriptedComponent()
        let planner = planner(component)
        let key = ResourceKey(.group, checked: "staff")
        try core.journal.record(
            [Observation(key: key, state: .group(GroupState(gid: 5)))],
            at: Timestamp(seconds: 2)
        )
        let plan = try planner.plan(for: configuration([("group:staff", wish(1)), ("group:other", wish(2))]))
        #expect(plan.steps.map(\.key.name) == ["other"])
        #expect(plan.held.map(\.item.key.name) == ["staff"])
        #expect(plan.held.map(\.reason) == [.open])
    }

    @Test("a package is held while one of its files has a change that nobody has decided")
    func touching() throws {
        let database = ScriptedDatabase(folder: FilePath(folder.path))
        database.shipped.withLock {
            $0 = [
                ShippedFile(path: "/etc/web.conf", package: "web"),
                ShippedFile(path: "/etc/mail.conf", package: "mail"),
            ]
        }
        let consequences = try PackageConsequences(
            database: database,
            roots: ["/etc"],
            folder: FilePath(folder.path)
        )
        try consequences.load()
        let root = AccountReference(name: "root", id: 0)
        let link = FileState(type: .symlink, mode: 0, owner: root, group: root, target: "elsewhere")
        try core.journal.record(
            [Observation(key: try ResourceKey("file:/etc/web.conf"), state: .file(link))],
            at: Timestamp(seconds: 2)
        )
        let plan = try planner(ScriptedComponent(), consequences)
            .plan(for: configuration([("package:web", .package(.any)), ("package:mail", .package(.any))]))
        #expect(plan.steps.map(\.key.name) == ["mail"])
        #expect(plan.held.map(\.item.key.name) == ["web"])
        #expect(plan.held.map(\.reason) == [.touching])
    }

    @Test("a package that Weft itself has left unfinished is a step though it is there")
    func unfinished() throws {
        let own = PackageTransaction(of: [ResourceKey(.package, checked: "web")], by: .unknown)
        let packages = ["mail", "web"].map { ResourceKey(.package, checked: $0) }
        let unfinished = packages.map {
            UnfinishedPackage(key: $0, state: "unpacked", command: "dpkg --configure -a")
        }
        try UnfinishedPackages(journal: core.journal).update(unfinished, after: own)
        let instance = PackageState.Instance(evr: try PackageVersion("1-1"), arch: "all")
        let state = ResourceState.package(PackageState(system: .dpkg, instances: [instance]))
        try core.journal.recordBaseline(packages.map { Observation(key: $0, state: state) })
        let plan = try planner(ScriptedComponent())
            .plan(for: configuration([("package:web", .package(.any)), ("package:mail", .package(.any))]))
        #expect(plan.steps.map(\.key.name) == ["web"])
        #expect(plan.steps.map(\.current) == [state])
    }

    /// Records that the group has another number, and commits it.
    private func commit(_ key: ResourceKey, _ gid: UInt32, _ second: Int64) throws -> CommitID {
        let (journal, now) = (core.journal, Timestamp(seconds: second))
        _ = try journal.record([Observation(key: key, state: .group(GroupState(gid: gid)))], at: now)
        let open = try journal.openChanges()
        let commit = try #require(
            try journal.makeCommit(
                of: open.map(\.sequence),
                id: .make(at: now),
                node: .make(at: now),
                author: .unknown,
                message: "m",
                trigger: .quiet,
                at: now,
                changes: open.map(\.change)
            )
        )
        return commit.id
    }

    @Test("a conflict is what a tag wants neither as it was before all that waits nor as it is")
    func conflict() throws {
        let planner = planner(ScriptedComponent())
        let key = ResourceKey(.group, checked: "staff")
        let first = try commit(key, 5, 2)
        _ = try commit(key, 6, 3)
        func reasons(_ entry: Entry) throws -> [Plan.Held.Reason] {
            try planner.plan(for: configuration([("group:staff", entry)])).held.map(\.reason)
        }
        // What the first edit began with, what it came to, and a third.
        #expect(try reasons(.absent) == [.undecided])
        #expect(try reasons(wish(5)) == [.undecided])
        #expect(try reasons(wish(9)) == [.conflicted])
        try core.journal.recordDecisions([
            RecordedDecision(
                sequence: 1,
                commit: first,
                key: key,
                outcome: .tolerated,
                by: "carol",
                at: Timestamp(seconds: 4)
            )
        ])
        #expect(try reasons(.absent) == [.conflicted])
        #expect(try reasons(wish(5)) == [.undecided])
    }

    @Test(
        "what is tolerated stays so until a tag wants something else than when it was rejected",
        arguments: [nil, 9] as [UInt32?]
    )
    func tolerated(then: UInt32?) throws {
        let planner = planner(ScriptedComponent())
        let key = ResourceKey(.group, checked: "staff")
        let rejected = RecordedDecision(
            sequence: 1,
            commit: try commit(key, 5, 2),
            key: key,
            outcome: .tolerated,
            by: "carol",
            at: Timestamp(seconds: 4)
        )
        try core.journal.recordDecisions([rejected])
        func reasons(_ gid: UInt32) throws -> [Plan.Held.Reason] {
            try planner.plan(for: configuration([("group:staff", wish(gid))])).held.map(\.reason)
        }
        try Holds(core.journal)
            .noteTolerated(against: configuration(then.map { [("group:staff", wish($0))] } ?? []))
        // Later configurations are not what it was rejected against.
        try Holds(core.journal).noteTolerated(against: configuration([("group:staff", wish(8))]))
        #expect(try reasons(9) == [then == 9 ? .tolerated : .conflicted])
        #expect(try reasons(8) == [.conflicted])
    }

    @Test("of a kind that this node does not record, what is wanted is a step that says so when it is taken")
    func unknownKind() throws {
        let plan = try planner(ScriptedComponent())
            .plan(for: configuration([("service:a.service", .service(ServiceState(isMasked: true)))]))
        #expect(plan.steps.map(\.key.name) == ["a.service"])
    }
}
