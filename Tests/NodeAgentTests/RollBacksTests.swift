import Crypto
import FabricModel
import FoundationEssentials
import Journal
import SystemPackage
import Testing

@testable import NodeAgent

@Suite final class RollBacksTests {
    private let folder: URL
    private let journal: Journal
    private let node = NodeID.make(at: Timestamp(seconds: 1))
    private let now = Timestamp(seconds: 1_790_000_000)

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weft-roll-backs-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        journal = try Journal(folder: FilePath(folder.appending(path: "journal").path))
        try journal.markBaselineComplete(at: Timestamp(seconds: 1))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private var rollBacks: RollBacks { RollBacks(journal: journal) }

    private static func file(_ text: String) -> ResourceState {
        let root = AccountReference(name: "root", id: 0)
        let content = FileContent(digest: .sha256(text.utf8), size: UInt64(text.utf8.count))
        return .file(FileState(type: .regular, mode: 0o644, owner: root, group: root, content: content))
    }

    /// In place of a version: it was removed and not purged.
    private static let configurationAlone = ""

    private static func package(
        _ version: String?,
        reason: PackageState.Reason = .user
    ) throws -> ResourceState {
        guard let version else { return .absent }
        if version == configurationAlone { return .package(PackageState(system: .dpkg, instances: [])) }
        let instance = PackageState.Instance(evr: try PackageVersion(version), arch: "amd64")
        return .package(PackageState(system: .dpkg, instances: [instance], reason: reason))
    }

    private static func user(_ shell: String, groups: [String] = [], password: String? = nil) -> ResourceState
    {
        let key = SymmetricKey(data: [1])
        let set = password.map {
            UserState.Password.set(digest: .keyed($0.utf8, key: key), isLocked: false, hash: nil)
        }
        return .user(
            UserState(
                uid: 1001,
                group: AccountReference(name: "bob", id: 1001),
                home: "/home/bob",
                shell: shell,
                groups: groups,
                password: set ?? .none
            )
        )
    }

    private func observe(_ key: ResourceKey, _ state: ResourceState) throws {
        let texts = ["old", "new", "newer"]
        let content = texts.first { ContentDigest.sha256($0.utf8) == state.keptDigest }.map { Array($0.utf8) }
        _ = try journal.record([Observation(key: key, state: state, content: content)], at: now)
    }

    @discardableResult
    private func commit() throws -> FeedbackCommit {
        let open = try journal.openChanges()
        return try #require(
            try journal.makeCommit(
                of: open.map(\.sequence),
                id: .make(at: now),
                node: node,
                author: .unknown,
                message: "m",
                trigger: .quiet,
                at: now,
                changes: Change.net(open.map(\.change))
            )
        )
    }

    /// Has the journal see a change, commit it, and take a decision to roll it back.
    @discardableResult
    private func reject(
        _ text: String,
        _ before: ResourceState,
        _ after: ResourceState,
        sequence: Int64 = 1
    ) throws -> CommitID {
        let key = try ResourceKey(text)
        try observe(key, before)
        try journal.settle(journal.openChanges().map(\.sequence))
        try observe(key, after)
        let commit = try self.commit()
        try journal.acknowledge([commit.id], at: now)
        try journal.recordDecisions([
            RecordedDecision(
                sequence: sequence,
                commit: commit.id,
                key: key,
                outcome: .rolledBack,
                by: "carol",
                at: now
            )
        ])
        return commit.id
    }

    @Test("a change that is to be rolled back is a step to the state before, on behalf of who decided")
    func step() throws {
        let commit = try reject("file:/etc/a", Self.file("old"), Self.file("new"))
        let agenda = try rollBacks.agenda()
        let step = try #require(agenda.steps.first)
        #expect(agenda.endings.isEmpty)
        guard case .file(let old) = Self.file("old") else { return }
        #expect(step.entry == .file(old))
        #expect(step.current == Self.file("new"))
        #expect(step.actor.evidence == "rolled back commit \(commit.short) for carol")
    }

    @Test("what was removed comes back, what was added goes")
    func presence() throws {
        try reject("file:/etc/removed", Self.file("old"), .absent, sequence: 1)
        try reject("file:/etc/added", .absent, Self.file("new"), sequence: 2)
        let entries = try rollBacks.agenda().steps.map(\.entry)
        guard case .file(let old) = Self.file("old") else { return }
        #expect(entries == [.absent, .file(old)])
    }

    @Test("a package goes back to exactly the version that it had, or away")
    func packages() throws {
        let versions: [(String?, String?, String)] = [
            ("1-1", "2-1", "=1-1"), ("2-1", "1-1", "=2-1"), ("1-1", nil, "=1-1"), (nil, "1-1", "absent"),
            (Self.configurationAlone, "1-1", "removed"),
        ]
        for (number, (before, after, wanted)) in versions.enumerated() {
            try reject(
                "package:p\(number)",
                Self.package(before),
                Self.package(after),
                sequence: Int64(number + 1)
            )
            let step = try #require(try rollBacks.agenda().steps.last)
            let entry: Entry = wanted == "absent" ? .absent : .package(try PackageWish(wanted))
            #expect(step.entry == entry)
        }
    }

    @Test("of an account only what the change touched goes back")
    func account() throws {
        try reject("user:bob", Self.user("/bin/sh"), Self.user("/bin/zsh", groups: ["wheel"]))
        var wish = UserWish()
        wish.shell = "/bin/sh"
        wish.leaves = ["wheel"]
        #expect(try rollBacks.agenda().steps.map(\.entry) == [.user(wish)])
    }

    @Test("a service is started by what started it before, and runs as it then did")
    func services() throws {
        let wants = ["multi-user.target.wants"]
        let states: [(ServiceState?, ServiceState, ServiceState)] = [
            (ServiceState(links: wants), ServiceState(), ServiceState(links: wants)),
            (nil, ServiceState(links: wants, isRunning: true), ServiceState(isRunning: false)),
            (
                ServiceState(links: wants, isRunning: true), ServiceState(links: wants, isRunning: false),
                ServiceState(links: wants, isRunning: true)
            ),
            (ServiceState(), ServiceState(isMasked: true), ServiceState()),
        ]
        for (number, (before, after, wanted)) in states.enumerated() {
            try reject(
                "service:s\(number).service",
                before.map { .service($0) } ?? .absent,
                .service(after),
                sequence: Int64(number + 1)
            )
            #expect(try rollBacks.agenda().steps.last?.entry == .service(wanted))
        }
    }

    @Test("a resource that has changed once more stays as it is, and the roll-back ends as skipped")
    func moved() throws {
        try reject("file:/etc/a", Self.file("old"), Self.file("new"))
        try observe(ResourceKey("file:/etc/a"), Self.file("newer"))
        let agenda = try rollBacks.agenda()
        #expect(agenda.steps.isEmpty)
        #expect(agenda.endings.map(\.result) == [.skipped])
        #expect(try rollBacks.close(agenda.endings, at: now) == agenda.endings)
        #expect(try rollBacks.agenda() == RollBacks.Agenda())
    }

    @Test("what was rejected, replaced and brought back with another commit is not rolled back for the first")
    func broughtBack() throws {
        try reject("file:/etc/a", Self.file("old"), Self.file("new"))
        let key = try ResourceKey("file:/etc/a")
        for text in ["newer", "new"] {
            try observe(key, Self.file(text))
            try commit()
        }
        let agenda = try rollBacks.agenda()
        #expect(agenda.steps.isEmpty && agenda.endings.map(\.result) == [.skipped])
    }

    @Test("one that is what it was before already is done, as after a crash behind the write")
    func alreadyBack() throws {
        try reject("file:/etc/a", Self.file("old"), Self.file("new"))
        let step = try #require(try rollBacks.agenda().steps.first)
        try journal.expect([step.entry], of: step.key, by: step.actor)
        try observe(step.key, Self.file("old"))
        #expect(try journal.openChanges().isEmpty, "it is Weft's own doing")
        let agenda = try rollBacks.agenda()
        #expect(agenda.steps.isEmpty && agenda.endings.map(\.result) == [.done])
        #expect(try rollBacks.close(agenda.endings, at: now).isEmpty)
        #expect(try journal.heldResourceCount() == 0)
    }

    @Test("a step that failed comes again with its reason until it was taken")
    func failure() throws {
        try reject("file:/etc/a", Self.file("old"), Self.file("new"))
        let step = try #require(try rollBacks.agenda().steps.first)
        try rollBacks.note(step, failure: "no space", at: now)
        #expect(try rollBacks.agenda().steps.map(\.rollBack.failure) == ["no space"])
        try rollBacks.note(step, failure: nil, at: now)
        #expect(try rollBacks.agenda() == RollBacks.Agenda())
    }

    @Test("two changes of one resource go back one after the other, the newer first")
    func twice() throws {
        try reject("file:/etc/a", Self.file("old"), Self.file("new"), sequence: 1)
        let key = try ResourceKey("file:/etc/a")
        try observe(key, Self.file("newer"))
        let commit = try self.commit()
        try journal.recordDecisions([
            RecordedDecision(
                sequence: 2,
                commit: commit.id,
                key: key,
                outcome: .rolledBack,
                by: "carol",
                at: now
            )
        ])
        for text in ["new", "old"] {
            let step = try #require(try rollBacks.agenda().steps.first)
            guard case .file(let wanted) = Self.file(text) else { return }
            #expect(step.entry == .file(wanted))
            try journal.expect([step.entry], of: key, by: step.actor)
            try observe(key, Self.file(text))
            try journal.forgetExpectations(of: key)
            try rollBacks.note(step, failure: nil, at: now)
        }
        #expect(try rollBacks.agenda() == RollBacks.Agenda())
    }

    @Test("a password that nobody kept cannot come back, and that is said")
    func password() throws {
        try reject(
            "user:bob",
            Self.user("/bin/sh", password: "old"),
            Self.user("/bin/sh", password: "new")
        )
        let agenda = try rollBacks.agenda()
        #expect(agenda.steps.isEmpty)
        #expect(agenda.endings.map(\.result) == [.skipped])
        #expect(agenda.endings.first?.reason?.contains("password") == true)
    }
}
