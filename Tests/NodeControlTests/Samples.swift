import Crypto
import FabricModel

@testable import NodeControl

/// Values in which every field is set, and values in which only those are that must be.
enum Samples {
    static let time = Timestamp(seconds: 1_795_377_807)
    static let key = named("file:/etc/ssh/sshd_config")
    static let digest = ContentDigest.sha256(Array("Port 2222\n".utf8))
    static let commit = CommitID.make(at: time)
    static let actor = Actor(tier: .strong, name: "alice", session: "c2", evidence: "dnf history 12")

    static func named(_ text: String) -> ResourceKey {
        guard let key = try? ResourceKey(text) else { preconditionFailure("no key: \(text)") }
        return key
    }

    static func selection(_ text: String) -> ResourceSelection {
        guard let selection = try? ResourceSelection(text) else {
            preconditionFailure("no selection: \(text)")
        }
        return selection
    }

    static func file(
        _ content: String,
        mode: UInt16 = 0o644,
        withheld: FileContent.Withholding? = nil
    ) -> FileState {
        FileState(
            type: .regular,
            mode: mode,
            owner: AccountReference(name: "root", id: 0),
            group: AccountReference(name: nil, id: 4711),
            content: FileContent(
                digest: .sha256(Array(content.utf8)),
                size: UInt64(content.utf8.count),
                withheld: withheld
            ),
            attributes: ["user.note": "a\\nb"]
        )
    }

    static let symlink = FileState(
        type: .symlink,
        mode: 0,
        owner: AccountReference(name: "root", id: 0),
        group: AccountReference(name: "root", id: 0),
        target: "/usr/share/zoneinfo/UTC"
    )

    static func package(_ version: String, system: PackageSystem = .rpm) -> PackageState {
        PackageState(
            system: system,
            instances: [
                PackageState.Instance(evr: PackageVersion(version: version, release: "1.el9"), arch: "x86_64")
            ],
            reason: .user
        )
    }

    /// Between them these have every form of a state.
    static let changes: [Change] = [
        Change(
            key: key,
            before: .file(file("Port 22\n")),
            after: .file(file("Port 2222\n")),
            at: time,
            actor: actor
        ),
        Change(
            key: named("file:/etc/localtime"),
            before: .file(symlink),
            after: .absent,
            at: time,
            isLate: true
        ),
        Change(
            key: named("file:/etc/shadow"),
            before: .file(file("a", withheld: .tooLarge)),
            after: .file(file("b", withheld: .secret(rule: "shadow"))),
            at: time
        ),
        Change(key: named("package:nginx"), before: .absent, after: .package(package("1.22")), at: time),
        Change(
            key: named("service:nginx.service"),
            before: .absent,
            after: .service(ServiceState(links: ["multi-user.target.wants"], isRunning: true)),
            at: time
        ),
        Change(key: named("user:alice"), before: .absent, after: .user(user), at: time),
        Change(
            key: named("group:staff"),
            before: .group(GroupState(gid: 50)),
            after: .group(group),
            at: time
        ),
    ]

    static let user: UserState = {
        var state = UserState(
            uid: 1000,
            group: AccountReference(name: "alice", id: 1000),
            comment: "Alice",
            home: "/home/alice",
            shell: "/bin/bash",
            groups: ["sudo"],
            password: .set(
                digest: ContentDigest.keyed([1], key: SymmetricKey(data: [1])),
                isLocked: false,
                hash: "$y$j"
            ),
            aging: UserState.Aging(minimum: 0, maximum: 99_999, warning: 7, inactive: 1, expires: 20_000),
            subordinateUIDs: [UserState.Range(start: 100_000, count: 65_536)],
            subordinateGIDs: [UserState.Range(start: 100_000, count: 65_536)]
        )
        state.ownsGroup = true
        state.losesGroup = true
        state.otherName = "eve"
        return state
    }()

    static let group: GroupState = {
        var state = GroupState(gid: 50, guests: ["alice"])
        state.otherName = "crew"
        return state
    }()

    static let diffs: [ResourceDiff] = changes.map { change in
        ResourceDiff(
            change: change,
            before: DiffContent(text: "Port 22\n"),
            after: DiffContent(note: "binary")
        )
    }

    static let plan = NodePlan(
        policy: .apply,
        isKnown: true,
        steps: [
            PlannedStep(
                key: key,
                fate: .failed,
                revision: RevisionReference(tag: tag, number: 3),
                current: .absent,
                wanted: .package(.any),
                message: "no repository has it"
            ),
            PlannedStep(
                key: key,
                fate: .apply,
                commit: CommitID.make(at: time),
                current: .absent,
                wanted: .package(.any)
            ),
        ]
    )

    private static let tag: TagName = {
        do { return try TagName("web") } catch { preconditionFailure("\(error)") }
    }()

    static let status = NodeStatus(
        id: NodeID.make(at: time),
        name: NodeName(unchecked: "web1"),
        state: .pending,
        server: ServerConnection(
            state: .unreachable,
            address: "https://weft.example:8443",
            lastContact: time,
            lastError: "no route to host"
        ),
        roots: ["/etc", "/usr/local/etc"],
        watchedDirectories: 166,
        resources: ["file": 352, "package": 832],
        openChanges: changes.map { OpenChange($0, since: time) },
        openChangeCount: 4,
        unsentCommits: 2,
        oldestUnsent: time,
        heldResources: [
            HeldResource(
                key: key,
                reason: .rejected,
                commit: commit,
                by: "bob",
                message: "use the shared tag",
                since: time
            )
        ],
        heldResourceCount: 1,
        plannedSteps: 3,
        failedSteps: 1,
        warnings: [HealthWarning(code: "watch-limit", message: "raise max_user_watches", subject: "/etc")],
        feedback: .auto,
        pid: 4711,
        version: "0.1.0",
        since: time
    )

    static let log: [LoggedChange] = changes.enumerated()
        .map { index, change in
            LoggedChange(
                sequence: Int64(100 - index),
                change: change,
                state: .queued,
                commit: index == 1 ? nil : commit,
                message: index == 1 ? nil : "open port 2222 for backup",
                by: index == 1 ? nil : "carol",
                reason: index == 1 ? nil : "not this port",
                obstacle: index == 1 ? nil : "it has changed once more"
            )
        }

    static let confirmed = ConfirmAnswer(tags: [StepBack(tag: tag, from: 7, to: 5)])

    static let discarded = DiscardResult(key: key, discarded: changes[0].after, restored: changes[0].before)
}

extension NodeName {
    fileprivate init(unchecked text: String) {
        guard let name = try? NodeName(text) else { preconditionFailure("no name: \(text)") }
        self = name
    }
}
