import FabricModel
import NodeControl
import Testing

@testable import Commands

@Suite("Local commands")
struct LocalCommandTests {
    private static let edit = Fixture.diff(
        Fixture.change("file:/etc/hosts", Fixture.file("a\n"), Fixture.file("b\n")),
        ["a\n", "b\n"]
    )
    private static let install = Fixture.diff(
        Fixture.change("package:nginx", .absent, Fixture.package("1.22.1-9"))
    )

    private static func status(_ state: NodeStatus.State) -> NodeStatus {
        NodeStatus(
            id: Fixture.nodeID,
            name: Fixture.web1,
            state: state,
            server: ServerConnection(
                state: .connected,
                address: "https://weft.example",
                lastContact: Fixture.at
            ),
            roots: ["/etc", "/usr/local/etc"],
            watchedDirectories: 214,
            resources: ["file": 1812, "package": 1],
            openChanges: [],
            openChangeCount: 0,
            unsentCommits: 0,
            oldestUnsent: nil,
            heldResources: [],
            heldResourceCount: 0,
            warnings: [],
            feedback: .auto,
            pid: 1,
            version: "1",
            since: Fixture.at
        )
    }

    @Test("a clean node says so")
    func cleanStatus() throws {
        let ran = try WeftRunner(daemon: FakeDaemon(nodeStatus: Self.status(.clean)))
            .run("status", "--exit-code")
        #expect(
            ran.output == """
                web1 is clean

                Server:  https://weft.example (connected)
                Watches: 214 directories below /etc, /usr/local/etc
                Policy:  observe: nothing here is changed
                Records: 1812 files, 1 package
                Commits: by itself at logout or when it is quiet

                Nothing is open: everything is as it was last decided.

                """
        )
        #expect(ran.status == .done)
    }

    @Test("open, held and unsent changes and warnings are listed, and are drift on request")
    func status() throws {
        var status = Self.status(.conflicted)
        status.openChanges = [
            OpenChange(Self.edit.change, since: Fixture.at),
            OpenChange(Self.install.change, since: Fixture.at),
        ]
        status.openChangeCount = 3
        status.heldResources = [
            HeldResource(
                key: Fixture.key("file:/etc/a"),
                reason: .undecided,
                commit: Fixture.commitID,
                since: Fixture.at
            ),
            HeldResource(
                key: Fixture.key("file:/etc/b"),
                reason: .unsent,
                commit: Fixture.commitID,
                since: Fixture.at
            ),
            HeldResource(
                key: Fixture.key("package:vim"),
                reason: .rejected,
                by: "carol",
                message: "use\nnano",
                since: Fixture.at
            ),
        ]
        status.heldResourceCount = 3
        status.plannedSteps = 3
        status.failedSteps = 1
        status.unsentCommits = 1
        status.oldestUnsent = Fixture.at
        status.warnings = [HealthWarning(code: "watch-limit", message: "raise it\u{7}", subject: "/etc")]
        status.server = ServerConnection(
            state: .unreachable,
            address: "https://weft.example",
            lastError: "cannot be reached: connection refused; check that it runs"
        )
        let ran = try WeftRunner(daemon: FakeDaemon(nodeStatus: status)).run("status", "--exit-code")
        #expect(
            ran.output == """
                web1 is conflicted

                Server:  https://weft.example: cannot be reached: connection refused; check that it runs
                Watches: 214 directories below /etc, /usr/local/etc
                Policy:  observe: nothing here is changed
                Records: 1812 files, 1 package
                Commits: by itself at logout or when it is quiet

                Open changes, in no commit yet:
                  ("weft diff" shows them, "weft commit -m WHY" sends them, "weft discard PATH" undoes one)
                    edited     file:/etc/hosts  alice  6 minutes ago
                    installed  package:nginx    alice  6 minutes ago
                    … and 1 more

                Committed, and not agreed with the server:
                    waits for review  file:/etc/a  in 567890ab  6 minutes ago
                    not sent yet      file:/etc/b  in 567890ab  6 minutes ago
                    rejected          package:vim               6 minutes ago
                        by carol: use

                3 resources are not what the tags of this machine say ("weft plan" shows it)
                1 step failed ("weft plan" says why)

                1 commit not sent yet, the oldest made 6 minutes ago

                warning: /etc: raise it\\x07

                """
        )
        #expect(ran.status == .drift)
    }

    @Test("a refusal is told once, and the last contact where there is none now")
    func refused() throws {
        var status = Self.status(.clean)
        status.server.state = .refused
        status.server.lastError = "the token was revoked"
        let bare = try WeftRunner(daemon: FakeDaemon(nodeStatus: status)).run("status").output
        #expect(
            bare.contains(
                "Server:  https://weft.example (refused) the token was revoked, last contact 6 minutes ago\n"
            )
        )
        let message = "the server refuses this node: https://weft.example: the token was revoked"
        status.warnings = [HealthWarning(code: "server", message: message)]
        let warned = try WeftRunner(daemon: FakeDaemon(nodeStatus: status)).run("status").output
        #expect(warned.contains("Server:  https://weft.example (refused), last contact 6 minutes ago\n"))
        #expect(warned.contains("warning: \(message)\n"))
    }

    @Test("a diff shows what is open, of what was asked for")
    func diff() throws {
        let daemon = FakeDaemon(diffs: [Self.edit, Self.install])
        let all = try WeftRunner(daemon: daemon).run("diff")
        #expect(
            all.output == """
                edited  file:/etc/hosts
                --- /etc/hosts
                +++ /etc/hosts
                @@ -1 +1 @@
                -a
                +b

                installed  package:nginx  (none) → 1.22.1-9

                """
        )
        let package = try WeftRunner(daemon: daemon).run("diff", "package:nginx")
        #expect(package.output == "installed  package:nginx  (none) → 1.22.1-9\n")
        let relative = try WeftRunner(daemon: daemon, directory: "/etc/ssh")
            .run("diff", "../hosts", "nothing")
        #expect(relative.output.hasPrefix("edited  file:/etc/hosts\n"))
        #expect(try WeftRunner(daemon: daemon).run("diff", "/srv").output == "Nothing is open here.\n")
        #expect(try WeftRunner(daemon: daemon).run("diff", "--json").output.hasPrefix("{\n  \"changes\" : ["))
    }

    @Test("the log is a table")
    func log() throws {
        let late = Fixture.change(
            "package:nginx",
            .absent,
            Fixture.package("1-1"),
            actor: .unknown,
            isLate: true
        )
        let daemon = FakeDaemon(changes: [
            LoggedChange(sequence: 2, change: late, state: .open),
            LoggedChange(
                sequence: 1,
                change: Self.edit.change,
                state: .approved,
                commit: Fixture.commitID,
                message: "backup\nport"
            ),
        ])
        #expect(
            try WeftRunner(daemon: daemon).run("log").output == """
                WHEN                        WHO      STATE     COMMIT    WHAT       RESOURCE         MESSAGE
                6 minutes ago (found late)  unknown  open                installed  package:nginx
                6 minutes ago               alice    approved  567890ab  edited     file:/etc/hosts  backup

                """
        )
        let one = try WeftRunner(daemon: daemon).run("log", "-n", "1", "/etc")
        #expect(one.output.lines.count == 3)
        #expect(try WeftRunner(daemon: FakeDaemon()).run("log").output == "Nothing is recorded here yet.\n")
    }

    @Test("a commit is named with its message")
    func commit() throws {
        let daemon = FakeDaemon(diffs: [Self.edit, Self.install])
        let ran = try WeftRunner(daemon: daemon).run("commit", "-m", "why\nso", "/etc")
        #expect(ran.output == "[567890ab] why, 1 change\n")
        let all = try WeftRunner(daemon: daemon).run("commit")
        #expect(all.output == "[567890ab] install nginx 1.22.1-9, edit /etc/hosts, 2 changes\n")
        let nothing = try WeftRunner(daemon: daemon).run("commit", "/srv")
        #expect(nothing.status == .failed)
        #expect(nothing.error == "weft: nothing is open\n")
    }

    @Test("a discard shows what it undoes")
    func discard() throws {
        let daemon = FakeDaemon(diffs: [Self.edit])
        let ran = try WeftRunner(daemon: daemon, directory: "/etc").run("discard", "hosts")
        #expect(
            ran.output == """
                edited  file:/etc/hosts
                --- /etc/hosts
                +++ /etc/hosts
                @@ -1 +1 @@
                -a
                +b

                Put back: file:/etc/hosts is file 0644 root:root, 2 bytes, 87428fc5 again.

                """
        )
        let unknown = try WeftRunner(daemon: daemon).run("discard", "/etc/a")
        #expect(unknown.status == .failed)
        #expect(unknown.error == "weft: file:/etc/a: it has no open change\n")
    }

    @Test("what a reviewer asks to roll back is told, and what the node does about it")
    func rollBack() throws {
        let held = HeldResource(
            key: Fixture.key("file:/etc/a"),
            reason: .rollBack,
            commit: Fixture.commitID,
            by: "carol",
            message: "no",
            since: Fixture.at
        )
        var status = Self.status(.drifted)
        status.heldResources = [held]
        status.heldResourceCount = 1
        for (policy, note) in [
            (NodeStatus.Policy.observe, "the reviewer asks to roll it back; this node only observes"),
            (.apply, "is to be rolled back"),
        ] {
            status.policy = policy
            let output = try WeftRunner(daemon: FakeDaemon(nodeStatus: status)).run("status").output
            #expect(
                output.contains(
                    "rejected  file:/etc/a  in 567890ab  6 minutes ago\n        by carol: no: \(note)\n"
                )
            )
        }
        let step = PlannedStep(
            key: held.key,
            fate: .apply,
            commit: Fixture.commitID,
            current: .absent,
            wanted: .absent
        )
        let plan = NodePlan(policy: .apply, isKnown: false, steps: [step])
        #expect(
            try WeftRunner(daemon: FakeDaemon(nodePlan: plan)).run("plan").output
                .contains("to do  file:/etc/a  absent → absent  roll back commit 567890ab\n")
        )
        let table: [(LoggedChange.State, String?, String)] = [
            (.rollBack, nil, "rejected, to be put back    edited  file:/etc/hosts  carol: no"),
            (.rolledBack, nil, "rejected, put back          edited  file:/etc/hosts  carol: no"),
            (
                .rejected, "it has changed",
                "rejected                    edited  file:/etc/hosts  carol: no; not put back: it has changed"
            ),
        ]
        for (state, obstacle, expected) in table {
            let change = LoggedChange(
                sequence: 1,
                change: Self.edit.change,
                state: state,
                by: "carol",
                reason: "no\nmore",
                obstacle: obstacle
            )
            let output = try WeftRunner(daemon: FakeDaemon(changes: [change])).run("log").output
            let words = expected.split(separator: " ").joined(separator: " ")
            #expect(output.split(separator: " ").joined(separator: " ").contains(words), "\(output)")
        }
    }

    @Test("where rows of the log are too long, each change has lines of its own and nothing is cut but paths")
    func narrowLog() throws {
        let change = Fixture.change(
            "file:/etc/a/very/long/path/on/which/nobody/would/want/to/wait/for/its/end/sshd_config",
            Fixture.file("a\n"),
            Fixture.file("b\n")
        )
        let daemon = FakeDaemon(changes: [
            LoggedChange(
                sequence: 1,
                change: change,
                state: .rolledBack,
                commit: Fixture.commitID,
                message: "open port 2222",
                by: "carol",
                reason: "the firewall has it closed for everybody outside, whoever asks for it and why"
            )
        ])
        var runner = WeftRunner(daemon: daemon)
        runner.width = 80
        #expect(
            try runner.run("log").output == """
                6 minutes ago  alice  rejected, put back  567890ab
                    edited  file:/etc/a/ve…ich/nobody/would/want/to/wait/for/its/end/sshd_config
                        open port 2222
                        carol: the firewall has it closed for everybody outside, whoever asks
                        for it and why

                """
        )
    }

    @Test("a plan shows what is to be done, what is held and what failed")
    func plan() throws {
        func step(_ name: String, _ fate: PlannedStep.Fate, _ message: String? = nil) throws -> PlannedStep {
            PlannedStep(
                key: try ResourceKey("package:\(name)"),
                fate: fate,
                revision: try RevisionReference("web@3"),
                current: .absent,
                wanted: .package(.any),
                message: message
            )
        }
        let steps = try [
            step("nginx", .apply), step("nowhere", .failed, "no repository has it"), step("sl", .conflicted),
        ]
        let daemon = FakeDaemon(nodePlan: NodePlan(policy: .apply, isKnown: true, steps: steps))
        #expect(
            try WeftRunner(daemon: daemon).run("plan").output == """
                What this machine's tags change on it:
                    to do           package:nginx    absent → package any  web@3
                    failed          package:nowhere  absent → package any  web@3
                    held: conflict  package:sl       absent → package any  web@3
                failed: package:nowhere: no repository has it

                """
        )
        let kept = try [
            step("a", .waiting, "n2 is at it"), step("b", .waiting, "n2 is at it"),
            step("c", .stopped, "n3 failed; 'weft resume web' lets the others go on"),
            step("d", .paused, "bob has paused it"),
        ]
        let braked = FakeDaemon(nodePlan: NodePlan(policy: .apply, isKnown: true, steps: kept))
        #expect(
            try WeftRunner(daemon: braked).run("plan").output == """
                What this machine's tags change on it:
                    waits its turn  package:a  absent → package any  web@3
                    waits its turn  package:b  absent → package any  web@3
                    stopped         package:c  absent → package any  web@3
                    paused          package:d  absent → package any  web@3
                waits its turn: n2 is at it
                stopped: n3 failed; 'weft resume web' lets the others go on
                paused: bob has paused it

                """
        )
        let clean = FakeDaemon(nodePlan: NodePlan(policy: .observe, isKnown: true, steps: []))
        #expect(try WeftRunner(daemon: clean).run("plan").output == "This machine is what its tags say.\n")
        let unknown = FakeDaemon(nodePlan: NodePlan(policy: .observe, isKnown: false, steps: []))
        #expect(try WeftRunner(daemon: unknown).run("plan").output.contains("not said yet"))
    }

    @Test("a daemon that is not there is unreachable, one that refuses is not")
    func failures() throws {
        #expect(try WeftRunner().run("status").status == .unreachable)
        let refusing = FakeDaemon(failure: NodeControlError(.notPermitted, "root only", subject: "Discard"))
        #expect(try WeftRunner(daemon: refusing).run("diff").status == .notAuthorised)
    }

    @Test("--socket comes before WEFT_SOCKET")
    func socket() throws {
        let runner = WeftRunner(daemon: FakeDaemon(nodeStatus: Self.status(.clean)))
        let ran = try runner.run("status", "--socket", "/nonexistent/weftd.sock")
        #expect(ran.status == .unreachable)
        #expect(ran.error.contains("/nonexistent/weftd.sock"))
    }
}
