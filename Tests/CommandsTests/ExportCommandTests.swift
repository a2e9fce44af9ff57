import FabricAPI
import FabricModel
import Foundation
import ScriptedServer
import SystemPackage
import Testing

@testable import Commands

@Suite("Exports")
struct ExportCommandTests {
    private static func revision(
        _ number: Int64,
        _ items: [Revision.Item],
        _ message: String = "a message"
    ) -> Revision {
        var revision = Fixture.revision(number: number, items: items, message: message)
        revision.at = Timestamp(seconds: 1_790_000_000 + number)
        return revision
    }

    private static func event(_ revision: Revision) -> FabricEvent {
        FabricEvent(
            cursor: "c-\(revision.number)",
            kind: .revision,
            at: revision.at,
            revision: revision.reference
        )
    }

    private static func file(_ text: String, mode: UInt16 = 0o644) -> Entry? {
        guard case .file(let state) = Fixture.file(text, mode: mode) else { return nil }
        return .file(state)
    }

    /// A server with these revisions, of which the feed tells one after the other.
    private static func answers(
        _ revisions: [Revision],
        _ contents: [String]
    ) -> [String: HTTPTestServer.Answer] {
        var answers: [String: HTTPTestServer.Answer] = [:]
        for count in 0...revisions.count {
            let rest = revisions.dropFirst(count).map(event)
            let path = count == 0 ? "/v1/changes" : "/v1/changes?after=c-\(count)"
            answers["GET \(path)"] = Fixture.json(EventList(events: rest, next: "c-\(revisions.count)"))
            let query = "before=\(count + 51)&limit=50"
            answers["GET /v1/tags/web-server/revisions?\(query)"] = Fixture.json(
                RevisionList(revisions: revisions.reversed())
            )
        }
        for text in contents {
            let digest = ContentDigest.sha256(text.utf8)
            answers["GET /v1/contents/\(digest)"] = .answer(200, body: Array(text.utf8))
        }
        return answers
    }

    private static func git(_ path: String, _ arguments: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/git")
        process.arguments = ["-C", path] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(arguments)")
        return String(decoding: data, as: UTF8.self)
    }

    private static let history: [Revision] = {
        let motd = Fixture.key("file:/etc/motd")
        let odd = Fixture.key("file:/etc/.git/a.json/\\xc3\\xa4 \"b\"")
        return [
            revision(
                1,
                [.init(key: motd, before: nil, after: file("one\n"))],
                "first\n\nWeft-Cursor: forged"
            ),
            revision(
                2,
                [
                    .init(key: motd, before: file("one\n"), after: file("two\n", mode: 0o755)),
                    .init(key: odd, before: nil, after: file("odd")),
                    .init(key: Fixture.key("package:nginx"), before: nil, after: .absent),
                ]
            ),
            revision(3, [.init(key: motd, before: file("two\n"), after: nil)], " "),
        ]
    }()

    @Test(
        "each revision is a commit with its author and time, each entry a file; run again, what is new is added"
    )
    func git() throws {
        try TemporaryFolder.use { folder in
            let path = folder.appending("fabric.git").string
            func run(_ count: Int) throws -> Ran {
                let answers = Self.answers(Array(Self.history.prefix(count)), ["one\n", "two\n", "odd"])
                return try WeftRunner(answers: answers).run("export", "--git", path)
            }
            let first = try run(2)
            #expect(first.error == "")
            #expect(first.output == "2 revisions added to \(path)\n")
            #expect(try Self.git(path, "show", "main:tags/web-server/contents/etc/motd") == "two\n")
            let tree = try Self.git(path, "ls-tree", "-r", "-z", "main").split(separator: "\0")
            #expect(
                tree.map { $0.prefix(7) + $0.split(separator: "\t")[1] } == [
                    "100644 tags/web-server/contents/etc/%2Egit/a%2Ejson/\\xc3\\xa4 \"b\"",
                    "100755 tags/web-server/contents/etc/motd",
                    "100644 tags/web-server/file/etc/%2Egit/a%2Ejson/\\xc3\\xa4 \"b\".json",
                    "100644 tags/web-server/file/etc/motd.json",
                    "100644 tags/web-server/package/nginx.json",
                ]
            )
            let before = try Self.git(path, "rev-parse", "main")
            #expect(try run(2).output == "Nothing is new\n")
            #expect(try Self.git(path, "rev-parse", "main") == before)
            #expect(try run(3).output == "1 revision added to \(path)\n")
            #expect(
                try Self.git(path, "log", "--reverse", "--format=%an %at %ct %s", "main") == """
                    alice 1790000001 1790000001 first
                    alice 1790000002 1790000002 a message
                    alice 1790000003 1790000003 web-server@3

                    """
            )
            #expect(!(try Self.git(path, "ls-tree", "-r", "--name-only", "main").contains("motd")))
            #expect(try Self.git(path, "rev-parse", "main^") == before)
            _ = try Self.git(path, "fsck", "--strict")
            // Made anew, it is the very same history.
            let again = folder.appending("again.git").string
            _ = try WeftRunner(answers: Self.answers(Self.history, ["one\n", "two\n", "odd"]))
                .run("export", "--git", again)
            #expect(try Self.git(again, "rev-parse", "main") == Self.git(path, "rev-parse", "main"))
        }
    }

    @Test(
        "a content that is gone leaves its entry alone, and any other failure leaves the repository as it was"
    )
    func missing() throws {
        try TemporaryFolder.use { folder in
            let path = folder.appending("fabric.git").string
            var answers = Self.answers([Self.history[0]], [])
            let digest = ContentDigest.sha256("one\n".utf8)
            answers["GET /v1/contents/\(digest)"] = .json(
                #"{"error":{"code":"unavailable","message":"no"}}"#,
                status: 503
            )
            let failed = try WeftRunner(answers: answers).run("export", "--git", path)
            #expect(failed.status == .unreachable)
            answers["GET /v1/contents/\(digest)"] = .json(
                #"{"error":{"code":"content-redacted","message":"gone"}}"#,
                status: 410
            )
            let done = try WeftRunner(answers: answers).run("export", "--git", path)
            #expect(done.status == .done)
            #expect(
                try Self.git(path, "ls-tree", "-r", "--name-only", "main")
                    == "tags/web-server/file/etc/motd.json\n"
            )
        }
    }

    @Test("a repository of somebody else is left alone")
    func foreign() throws {
        try TemporaryFolder.use { folder in
            let path = folder.string
            _ = try Self.git(path, "init", "--quiet", "--initial-branch=main")
            _ = try Self.git(
                path,
                "-c",
                "user.name=a",
                "-c",
                "user.email=a",
                "commit",
                "--quiet",
                "--allow-empty",
                "-m",
                "mine"
            )
            let ran = try WeftRunner(answers: Self.answers(Self.history, [])).run("export", "--git", path)
            #expect(ran.status == .failed)
            #expect(ran.error.contains("was not written by 'weft export'"))
            #expect(try Self.git(path, "log", "--format=%s", "main") == "mine\n")
        }
    }

    @Test("a folder with other things in it is left alone, and an empty one taken")
    func folders() throws {
        try TemporaryFolder.use { folder in
            let answers = Self.answers(Self.history, ["one\n", "two\n", "odd"])
            let file = folder.appending("mine")
            try Data("x".utf8).write(to: URL(filePath: file.string))
            for path in [folder.string, file.string] {
                let ran = try WeftRunner(answers: answers).run("export", "--git", path)
                #expect(ran.status == .failed)
                #expect(ran.error.contains("name a folder for the export alone"))
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.string)
            #expect(names == ["mine"])
            let empty = folder.appending("empty").string
            try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
            let ran = try WeftRunner(answers: answers).run("export", "--git", empty)
            #expect(ran.status == .done)
        }
    }

    @Test("the nodes are printed as the server tells other tools", arguments: ["ansible", "prometheus"])
    func nodes(form: String) throws {
        let path = form == "ansible" ? "ansible" : "prometheus-sd"
        let ran = try WeftRunner(answers: ["GET /v1/export/\(path)": .json(#"{"a":1}"#)])
            .run("export", "--\(form)")
        #expect(ran.output == "{\"a\":1}\n")
    }

    @Test(
        "one thing is exported at a time",
        arguments: [[], ["--ansible", "--prometheus"], ["--git", "a", "--ansible"]]
    )
    func usage(arguments: [String]) throws {
        let ran = try WeftRunner().run(["export"] + arguments) { #expect($0.isEmpty) }
        #expect(ran.status == .usage)
    }
}
