import FabricAPI
import FabricModel
import FoundationEssentials
import Glibc
import ScriptedServer
import SystemPackage
import Testing

@testable import Commands

@Suite("Tag commands")
struct TagCommandTests {
    static let summary = TagSummary(
        name: Fixture.webServer,
        entries: 2,
        revision: 5,
        nodes: [Fixture.web1],
        atOnce: 2
    )
    func runner(_ revision: Revision? = nil) -> WeftRunner {
        let own = TagSummary(
            name: TagName(ownTagOf: Fixture.web1),
            entries: 0,
            revision: 0,
            nodes: [Fixture.web1]
        )
        var runner = WeftRunner()
        runner.answers["GET /v1/tags"] = Fixture.json(TagList(tags: [own, Self.summary]))
        runner.answers["POST /v1/tags"] = Fixture.json(Self.summary)
        runner.answers["DELETE /v1/tags/web-server"] = .answer(204)
        runner.answers["POST /v1/tags/web-server/revisions"] =
            revision.map { Fixture.json($0) } ?? .answer(204)
        return runner
    }

    @Test("tags are listed, the shared ones first")
    func list() throws {
        #expect(
            try runner().run("tag", "list").output == """
                TAG         ENTRIES  REVISION  AT ONCE  NODES
                web-server        2         5        2  web1
                node:web1         0         0           web1

                """
        )
    }

    @Test("a tag is shown with its entries")
    func show() throws {
        guard case .file(let state) = Fixture.file("x\n") else { return }
        let items = [
            EffectiveConfiguration.Item(
                key: Fixture.key("file:/etc/ntp.conf"),
                entry: .file(state),
                tag: Fixture.webServer,
                revision: 4
            ),
            .init(key: Fixture.key("package:telnetd"), entry: .absent, tag: Fixture.webServer, revision: 5),
        ]
        var runner = runner()
        runner.answers["GET /v1/tags/web-server"] = Fixture.json(TagDetail(tag: Self.summary, entries: items))
        #expect(
            try runner.run("tag", "show", "web-server").output == """
                web-server at revision 5, included by web1, 2 at a time

                RESOURCE            ENTRY                                   SET BY
                file:/etc/ntp.conf  file 0644 root:root, 2 bytes, 73cb3858  @4
                package:telnetd     absent                                  @5

                """
        )
    }

    @Test("a tag's history is read like git's")
    func log() throws {
        let items = [
            Revision.Item(key: Fixture.key("package:nginx"), before: .package(.any), after: nil),
            .init(key: Fixture.key("package:vim"), before: nil, after: .absent),
        ]
        var revision = Fixture.revision(number: 5, items: items, message: "two\n\nlines")
        revision.commit = Fixture.commitID
        revision.reverts = 3
        var runner = runner()
        let list = RevisionList(revisions: [revision, Fixture.revision(number: 4)])
        runner.answers["GET /v1/tags/web-server/revisions?before=6&limit=2"] = Fixture.json(list)
        #expect(
            try runner.run("tag", "log", "web-server", "-n", "2", "--before", "6").output == """
                revision web-server@5
                Author:  alice
                Date:    2026-11-22 20:03:27Z (6 minutes ago)
                Commit:  567890ab
                Reverts: web-server@3

                    two

                    lines

                    package:nginx  package any → (unmanaged)
                    package:vim  (unmanaged) → absent

                revision web-server@4
                Author:  alice
                Date:    2026-11-22 20:03:27Z (6 minutes ago)

                    m


                """
        )
    }

    @Test("a tag is made and deleted")
    func createAndDelete() throws {
        let made = try self.runner().run("tag", "create", "web-server")
        #expect(made.output.hasPrefix("Made the tag web-server again, with its history and empty."))
        var runner = self.runner()
        let new = TagSummary(name: Fixture.webServer, entries: 0, revision: 0, nodes: [])
        runner.answers["POST /v1/tags"] = Fixture.json(new)
        #expect(
            try runner.run("tag", "create", "web-server").output.hasPrefix("Made the tag web-server. ")
        )
        #expect(
            try runner.run("tag", "delete", "web-server").output
                == "Deleted the tag web-server. 'weft tag log web-server' still has its history.\n"
        )
        #expect(
            try runner.run("tag", "delete", "web-server", "--json").output
                == "{\n  \"deleted\" : \"web-server\"\n}\n"
        )
    }

    @Test(
        "a package is wanted as it is written",
        arguments: [
            ([], "any"), (["any"], "any"), ([">=1.2-3"], ">=1.2-3"), (["=1:2"], "=1:2"),
            ([">=2.4 if installed"], ">=2.4 if installed"),
        ] as [([String], String)]
    )
    func setPackage(state: [String], wish: String) throws {
        let item = Revision.Item(
            key: Fixture.key("package:nginx"),
            before: nil,
            after: .package(try PackageWish(wish))
        )
        let runner = runner(Fixture.revision(number: 6, items: [item]))
        let ran = try runner.run(["tag", "set", "--yes", "web-server", "package:nginx"] + state) { requests in
            let edit =
                #"{"items":[{"entry":{"package":"\#(wish)"},"key":"package:nginx"}],"message":"set package:nginx"}"#
            #expect(requests.map(\.text) == [edit])
        }
        #expect(ran.output == "web-server@6:\n    package:nginx  (unmanaged) → package \(wish)\n")
    }

    @Test(
        "what cannot be wanted of a package is named, with what can",
        arguments: [">=", "", "1.2", ">=1.2 ", "latest"]
    )
    func wrongWish(state: String) throws {
        let ran = try runner()
            .run("tag", "set", "--yes", "web-server", "package:nginx", state) { #expect($0.isEmpty) }
        #expect(ran.status == .usage)
        #expect(
            ran.error == """
                weft: package:nginx: '\(state)' is nothing that can be wanted of a package; that is 'any', \
                'removed', '>=VERSION', '>=VERSION if installed' or '=VERSION', where VERSION is [EPOCH:]VERSION[-RELEASE]

                """
        )
    }

    @Test(
        "an edit that changes several nodes lists them and how, and takes a yes",
        arguments: [
            ["set", "web-server", "package:nginx"], ["absent", "web-server", "package:nginx"],
            ["unset", "web-server", "package:nginx"],
        ]
    )
    func consent(arguments: [String]) throws {
        let key = Fixture.key("package:nginx")
        let nodes = try ["web2", "web3"].map { try NodeName($0) }
        let item = Revision.Item(key: key, before: .absent, after: .package(.any))
        let effects = [
            EffectiveChange(key: key, before: .absent, after: .package(.any), nodes: [nodes[0]]),
            EffectiveChange(key: key, before: nil, after: .package(.any), nodes: [nodes[1]]),
        ]
        let shadowed = ShadowedEntry(node: Fixture.web1, key: key, by: TagName(ownTagOf: Fixture.web1))
        let plan = EditPlan(items: [item], nodes: nodes, effects: effects, shadowed: [shadowed])
        var runner = WeftRunner()
        runner.answers["POST /v1/tags/web-server/revisions"] = Fixture.json(plan)
        let shown = """
            This would be done:
                package:nginx  absent → package any
            2 nodes: web2, web3
                on web3: package:nginx  (unmanaged) → package any
            web1 keeps what node:web1 says: package:nginx

            """
        let refused = try runner.run(["tag"] + arguments) { requests in
            #expect(requests.map { $0.text.contains(#""dryRun":true"#) } == [true])
        }
        #expect(refused.status == .usage)
        #expect(refused.output == shown)
        #expect(refused.error.contains("it changes 2 nodes, so nothing was done yet; give --yes to do it"))
        let looked = try runner.run(["tag"] + arguments + ["--dry-run"])
        #expect(looked.status == .done && looked.output == shown)
        runner.answers["POST /v1/tags/web-server/revisions"] = Fixture.json(Fixture.revision(number: 6))
        let done = try runner.run(["tag"] + arguments + ["--yes"]) { requests in
            #expect(requests.map { $0.text.contains("dryRun") } == [false])
        }
        #expect(done.status == .done && done.output.hasPrefix("web-server@6:"))
    }

    @Test("an edit of a node's own tag, and one that changes a node alone, are made without a question")
    func consentOfOne() throws {
        let revision = Fixture.json(Fixture.revision(number: 6))
        let own = "POST /v1/tags/node:web1/revisions"
        let ran = try WeftRunner(answers: [own: revision])
            .run("tag", "unset", "node:web1", "package:nginx") {
                #expect($0.count == 1)
            }
        #expect(ran.status == .done)
    }

    @Test("whoever sets 'absent' is told the command for it", arguments: ["package:telnetd", "/etc/motd"])
    func setAbsent(resource: String) throws {
        let ran = try runner()
            .run("tag", "set", "--yes", "web-server", resource, "absent") { #expect($0.isEmpty) }
        #expect(ran.status == .usage)
        #expect(ran.error.hasPrefix("weft: \(resource): "))
        #expect(ran.error.contains("'weft tag absent web-server \(resource)'"))
    }

    @Test("a file is set from one on this machine, whose content goes first")
    func setFile() throws {
        try TemporaryFolder.use { folder in
            let file = folder.appending("ntp.conf").string
            try Data("server a\n".utf8).write(to: URL(filePath: file))
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file)
            let digest = ContentDigest.sha256("server a\n".utf8)
            var runner = runner()
            runner.answers["PUT /v1/contents/\(digest)"] = .answer(204)
            let arguments = [
                "tag", "set", "--yes", "web-server", "/etc/ntp.conf", file, "-m", "why", "--owner", "root",
            ]
            let ran = try runner.run(arguments + ["--group", "nobody-here"]) { requests in
                #expect(requests.map(\.method) == ["PUT", "POST"])
                let state =
                    #"{"content":{"digest":"\#(digest)","size":9},"group":{"id":65534,"name":"nobody-here"},"#
                    + #""mode":"0640","owner":{"id":0,"name":"root"},"type":"regular"}"#
                let item = #"{"entry":{"file":\#(state)},"key":"file:/etc/ntp.conf"}"#
                #expect(requests.last?.text == #"{"items":[\#(item)],"message":"why"}"#)
            }
            #expect(ran.output == "web-server says so already; nothing was changed.\n")
            let withMode = try runner.run(arguments + ["--mode", "4755"]) { requests in
                #expect(requests.last?.text.contains(#""mode":"4755""#) == true)
            }
            #expect(withMode.status == .done)
        }
    }

    @Test(
        "what cannot be a file's content is refused before anything is sent",
        arguments: ["missing", "fifo", "large"]
    )
    func badFile(kind: String) throws {
        try TemporaryFolder.use { folder in
            let file = folder.appending(kind).string
            if kind == "fifo" { mkfifo(file, 0o600) }
            if kind == "large" { try Data(count: APILimits.content + 1).write(to: URL(filePath: file)) }
            let ran = try runner()
                .run("tag", "set", "--yes", "web-server", "/etc/a", file) { #expect($0.isEmpty) }
            #expect(ran.status == .failed)
            #expect(ran.error.contains(file))
        }
    }

    @Test("a content that is refused as a secret is told by resource and file")
    func secret() throws {
        try TemporaryFolder.use { folder in
            let file = folder.appending("key").string
            try Data("secret\n".utf8).write(to: URL(filePath: file))
            let digest = ContentDigest.sha256("secret\n".utf8)
            let refusal =
                #"{"error":{"code":"secret-content","message":"a rule matches","subject":"\#(digest)"}}"#
            var runner = runner()
            runner.answers["PUT /v1/contents/\(digest)"] = .json(refusal, status: 409)
            let named = try runner.run("tag", "set", "--yes", "web-server", "/etc/weft-none", file)
            #expect(named.status == .conflict)
            #expect(named.error == "weft: file:/etc/weft-none: \(file): a rule matches\n")
            let same = try runner.run("tag", "set", "--yes", "web-server", file)
            #expect(same.error == "weft: file:\(file): a rule matches\n")
        }
    }

    @Test(
        "a directory is written with a slash, a file without, and what is here is not turned into the other"
    )
    func typeOfFile() throws {
        try TemporaryFolder.use { folder in
            let file = folder.appending("motd").string
            try Data("hello\n".utf8).write(to: URL(filePath: file))
            let directory = folder.appending("motd.d").string
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
            let digest = ContentDigest.sha256("hello\n".utf8)
            var runner = runner()
            runner.answers["PUT /v1/contents/\(digest)"] = .answer(204)
            let refused = [
                ["/etc/weft-none/", file]: "such as /etc/weft-none/motd,",
                ["/etc/weft-none", directory]: "write /etc/weft-none/ for",
                ["\(file)/"]: "write it without the slash",
                [directory, file]: "such as \(directory)/motd, or give --force",
                ["\(file)/", directory]: "it is no directory on this machine",
            ]
            for (arguments, reason) in refused {
                let ran = try runner.run(["tag", "set", "--yes", "web-server"] + arguments) {
                    #expect($0.isEmpty)
                }
                #expect(ran.status == .usage)
                #expect(ran.error.hasPrefix("weft: \(arguments[0]): "))
                #expect(ran.error.contains(reason), "\(ran.error)")
            }
            let accepted = [
                ["/etc/weft-none/", directory], ["/etc/weft-none", file], [directory], ["\(directory)/"],
                [directory, file, "--force"], ["\(file)/", directory, "--force"],
            ]
            for arguments in accepted {
                let ran = try runner.run(["tag", "set", "--yes", "web-server"] + arguments)
                #expect(ran.status == .done, "\(ran.error)")
            }
        }
    }

    @Test(
        "a service is wanted in the words for its state",
        arguments: [
            (["enabled"], #"{"isMasked":false,"links":["multi-user.target.wants"]}"#),
            (
                ["enabled", "running"],
                #"{"isMasked":false,"isRunning":true,"links":["multi-user.target.wants"]}"#
            ),
            (["disabled,stopped"], #"{"isMasked":false,"isRunning":false,"links":[]}"#),
            (["stopped", "masked"], #"{"isMasked":true,"isRunning":false,"links":[]}"#),
            (
                ["enabled", "--wanted-by", "graphical", "--wanted-by", "a.target"],
                #"{"isMasked":false,"links":["a.target.wants","graphical.target.wants"]}"#
            ),
        ] as [([String], String)]
    )
    func setService(words: [String], state: String) throws {
        let ran = try runner(Fixture.revision(number: 6))
            .run(["tag", "set", "--yes", "web-server", "service:nginx"] + words) { requests in
                let item = #"{"entry":{"service":\#(state)},"key":"service:nginx.service"}"#
                #expect(
                    requests.map(\.text) == [
                        #"{"items":[\#(item)],"message":"set service:nginx.service"}"#
                    ]
                )
            }
        #expect(ran.status == .done)
    }

    @Test(
        "a unit of another type is started by what usually starts it",
        arguments: [
            ("a.timer", "timers.target"), ("a.socket", "sockets.target"), ("a.path", "paths.target"),
            ("a.mount", "multi-user.target"),
        ]
    )
    func usualTarget(unit: String, target: String) throws {
        _ = try runner()
            .run("tag", "set", "--yes", "web-server", "service:\(unit)", "enabled") { requests in
                #expect(requests.first?.text.contains(#""links":["\#(target).wants"]"#) == true)
            }
    }

    @Test(
        "what cannot be wanted of a service, or is for something else, is refused",
        arguments: [
            ["service:a"], ["service:a", "running"], ["service:a", "on"],
            ["service:a", "enabled", "disabled"],
            ["service:a", "masked", "running"], ["service:a", "masked", "--wanted-by", "x"],
            ["service:a", "enabled", "running", "stopped"], ["service:a", "enabled", "--mode", "0644"],
            ["service:a", "absent"], ["service:a", "enabled", "--restart", "b"],
            ["service:a", "enabled", "--wanted-by", "a b"], ["package:a", "any", "=1"],
            ["package:a", "--wanted-by", "x"], ["package:a", "--restart", "none", "--restart", "b"],
            ["user:alice", "locked"], ["group:wheel"],
        ]
    )
    func refusedState(arguments: [String]) throws {
        let ran = try runner().run(["tag", "set", "--yes", "web-server"] + arguments) { #expect($0.isEmpty) }
        #expect(ran.status == .usage, "\(ran.error)")
    }

    @Test("units that follow a resource are set with it, and alone where the tag names it")
    func units() throws {
        var runner = runner(Fixture.revision(number: 6))
        let arguments = ["tag", "set", "--yes", "web-server", "package:nginx"]
        _ = try runner.run(arguments + ["any", "--restart", "nginx", "--reload", "a.socket"]) { requests in
            let flags = #"{"reload":["a.socket"],"restart":["nginx.service"]}"#
            let item = #"{"entry":{"package":"any"},"flags":\#(flags),"key":"package:nginx"}"#
            #expect(requests.map(\.text) == [#"{"items":[\#(item)],"message":"set package:nginx"}"#])
        }
        var entry = EffectiveConfiguration.Item(
            key: Fixture.key("package:nginx"),
            entry: .package(.any),
            tag: Fixture.webServer,
            revision: 4
        )
        runner.answers["GET /v1/tags/web-server"] = Fixture.json(
            TagDetail(tag: Self.summary, entries: [entry])
        )
        _ = try runner.run(arguments + ["--restart", "none"]) { requests in
            let item = #"{"flags":{"reload":[],"restart":[]},"keepsEntry":true,"key":"package:nginx"}"#
            #expect(
                requests.last?.text
                    == #"{"items":[\#(item)],"message":"set what follows package:nginx"}"#
            )
        }
        entry.key = Fixture.key("package:vim")
        runner.answers["GET /v1/tags/web-server"] = Fixture.json(
            TagDetail(tag: Self.summary, entries: [entry])
        )
        _ = try runner.run(arguments + ["--restart", "nginx"]) { requests in
            #expect(requests.last?.text.contains(#""entry":{"package":"any"},"flags""#) == true)
        }
    }

    @Test("units that follow a resource are shown with its entry, in the tag, its history and an explanation")
    func unitsShown() throws {
        let flags = EntryFlags(restart: ["nginx.service"], reload: ["a.socket"])
        var runner = runner()
        let key = Fixture.key("package:nginx")
        let item = EffectiveConfiguration.Item(
            key: key,
            entry: .package(.any),
            tag: Fixture.webServer,
            revision: 4,
            flags: flags
        )
        let shown = "package any, restarts nginx.service, reloads a.socket"
        runner.answers["GET /v1/tags/web-server"] = Fixture.json(
            TagDetail(tag: Self.summary, entries: [item])
        )
        #expect(try runner.run("tag", "show", "web-server").output.contains("package:nginx  \(shown)  @4"))
        let change = Revision.Item(key: key, before: nil, after: .package(.any), flagsAfter: flags)
        var revision = Fixture.revision(number: 4, items: [change])
        revision.follows = try RevisionReference("web@2")
        runner.answers["GET /v1/tags/web-server/revisions?limit=50"] = Fixture.json(
            RevisionList(revisions: [revision])
        )
        let log = try runner.run("tag", "log", "web-server").output
        #expect(log.contains("package:nginx  (unmanaged) → \(shown)\n"))
        #expect(log.contains("\nFollows: web@2\n"))
        let layer = Explanation.Layer(
            tag: Fixture.webServer,
            entry: .package(.any),
            flags: flags,
            revision: nil,
            wins: true
        )
        runner.answers["GET /v1/nodes/web1/explanation?resource=package:nginx"] = Fixture.json(
            Explanation(node: Fixture.web1, key: key, layers: [layer])
        )
        #expect(try runner.run("explain", "web1", "package:nginx").output.contains("web-server  \(shown)"))
    }

    @Test("unset and absent say what they are")
    func unsetAndAbsent() throws {
        let unset = try runner()
            .run("tag", "unset", "--yes", "web-server", "/etc/a") { requests in
                #expect(
                    requests.map(\.text) == [
                        #"{"items":[{"key":"file:/etc/a"}],"message":"unset file:/etc/a"}"#
                    ]
                )
            }
        #expect(unset.status == .done)
        let absent = try runner()
            .run("tag", "absent", "--yes", "web-server", "/etc/a", "-m", "gone") { requests in
                let item = #"{"entry":{"absent":true},"key":"file:/etc/a"}"#
                #expect(requests.map(\.text) == [#"{"items":[\#(item)],"message":"gone"}"#])
            }
        #expect(absent.status == .done)
    }
}
