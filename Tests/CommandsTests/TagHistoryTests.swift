import FabricAPI
import FabricModel
import ScriptedServer
import Testing

@testable import Commands

@Suite("The history of tags")
struct TagHistoryTests {
    private static let digest = Fixture.make {
        try RevisionDigest("0123456789abcdef" + String(repeating: "0", count: 48))
    }
    private static let sound = TagVerification(tag: Fixture.webServer, revisions: 5, head: digest)
    private static let broken = TagVerification(
        tag: Fixture.make { try TagName("base") },
        revisions: 1,
        head: digest,
        fault: .init(revision: 2, message: "it is missing; the next one has the number 3")
    )

    @Test("a sound chain is told with its digest, and a broken one names the first revision, with status 1")
    func verify() throws {
        var runner = WeftRunner()
        runner.answers["GET /v1/verification?tag=web-server"] = Fixture.json(
            VerificationList(tags: [Self.sound])
        )
        runner.answers["GET /v1/verification?tag=base"] = Fixture.json(VerificationList(tags: [Self.broken]))
        let sound = try runner.run("tag", "verify", "web-server")
        #expect(
            sound.output == "web-server: 5 revisions, all as written, the last with digest 0123456789ab\n"
        )
        #expect(sound.status == .done)
        let broken = try runner.run("tag", "verify", "base")
        #expect(broken.output == "base@2: it is missing; the next one has the number 3\n")
        #expect(broken.status == .failed)
        let json = try runner.run("tag", "verify", "base", "--json")
        #expect(json.output.contains(#""revision" : 2"#))
        #expect(json.status == .failed)
    }

    @Test("without a tag all are verified, page after page")
    func verifyAll() throws {
        var runner = WeftRunner()
        runner.answers["GET /v1/verification"] = Fixture.json(
            VerificationList(tags: [Self.broken], next: Self.broken.tag)
        )
        runner.answers["GET /v1/verification?after=base"] = Fixture.json(VerificationList(tags: [Self.sound]))
        let ran = try runner.run("tag", "verify")
        #expect(
            ran.output == """
                base@2: it is missing; the next one has the number 3
                1 tag as written, with 5 revisions

                """
        )
        #expect(ran.status == .failed)
    }

    @Test("the digest of a tag's history is shown with the tag, and that of each revision in its log")
    func digests() throws {
        var runner = WeftRunner()
        let summary = TagSummary(name: Fixture.webServer, entries: 0, revision: 5, nodes: [])
        runner.answers["GET /v1/tags/web-server"] = Fixture.json(
            TagDetail(tag: summary, entries: [], head: Self.digest)
        )
        let shown = try runner.run("tag", "show", "web-server").output
        #expect(shown.hasPrefix("web-server at revision 5 (0123456789ab), included by no node\n"))
        var revision = Fixture.revision(number: 5)
        revision.digest = Self.digest
        runner.answers["GET /v1/tags/web-server/revisions?limit=50"] = Fixture.json(
            RevisionList(revisions: [revision])
        )
        let logged = try runner.run("tag", "log", "web-server").output
        #expect(logged.hasPrefix("revision web-server@5 (0123456789ab)\n"))
    }

    private static func state(_ entries: [EffectiveConfiguration.Item] = []) -> TagState {
        TagState(tag: Fixture.webServer, revision: 4, at: Fixture.at, digest: digest, entries: entries)
    }

    @Test("a tag is shown as it was at a revision, or at a time to the end of that second")
    func states() throws {
        let item = EffectiveConfiguration.Item(
            key: Fixture.key("package:telnetd"),
            entry: .absent,
            tag: Fixture.webServer,
            revision: 3
        )
        var runner = WeftRunner()
        let path = "GET /v1/tags/web-server/state"
        runner.answers["\(path)?revision=4"] = Fixture.json(Self.state([item]))
        let time = "2026-11-22T20:03:27.999999Z"
        runner.answers["\(path)?at=\(time)"] = Fixture.json(Self.state())
        let none = TagState(tag: Fixture.webServer, revision: 0, at: nil, digest: nil, entries: [])
        runner.answers["\(path)?at=2026-11-22T17:10:00.000000Z"] = Fixture.json(none)
        let head = "web-server as of revision 4 (0123456789ab), 2026-11-22 20:03:27Z (6 minutes ago)\n\n"
        #expect(
            try runner.run("tag", "show", "web-server@4").output == head + """
                RESOURCE         ENTRY   SET BY
                package:telnetd  absent  @3

                """
        )
        let at = try runner.run("tag", "at", "web-server", "2026-11-22 20:03:27Z")
        #expect(at.output == head + "It named no resource.\n")
        #expect(try runner.run("tag", "at", "web-server", "3h").output == "web-server had no revision yet.\n")
        let refused = try runner.run("tag", "show", "web-server@x") { #expect($0.isEmpty) }
        #expect(refused.status == .usage)
    }

    @Test(
        "a time is read as people write it",
        arguments: [
            ("2026-11-22", "2026-11-22T00:00:00.999999Z"),
            ("2026-11-22 20:03", "2026-11-22T20:03:00.999999Z"),
            ("2026-11-22T20:03:27", "2026-11-22T20:03:27.999999Z"),
            ("2026-11-22 20:03:27Z", "2026-11-22T20:03:27.999999Z"),
            ("2026-11-22T20:03:27.5Z", "2026-11-22T20:03:27.500000Z"),
            ("90s", "2026-11-22T20:08:30.000000Z"), ("5m", "2026-11-22T20:05:00.000000Z"),
            ("2d", "2026-11-20T20:10:00.000000Z"), ("0h", "2026-11-22T20:10:00.000000Z"),
        ]
    )
    func times(text: String, time: String) throws {
        #expect(try GivenTime.read(text, now: WeftRunner.now).description == time)
    }

    @Test(
        "what is no time is refused before anything is asked",
        arguments: [
            "", "Z", "yesterday", "2026-13-01", "-3h", "3", "3w", "h", "99999999d", "20:03",
            "2026-11-22 25:00",
        ]
    )
    func badTimes(text: String) throws {
        let ran = try WeftRunner().run("tag", "at", "web-server", "--", text) { #expect($0.isEmpty) }
        #expect(ran.status == .usage)
    }

    @Test("a difference shows the entries, and files as a unified diff")
    func difference() throws {
        func entry(_ text: String) -> Entry? {
            guard case .file(let state) = Fixture.file(text) else { return nil }
            return .file(state)
        }
        let items = [
            Revision.Item(key: Fixture.key("file:/etc/a"), before: entry("one\n"), after: entry("two\n")),
            Revision.Item(key: Fixture.key("package:telnetd"), before: nil, after: .absent),
        ]
        let difference = TagDifference(tag: Fixture.webServer, from: 2, to: 5, items: items)
        var runner = WeftRunner()
        runner.answers["GET /v1/tags/web-server/difference?from=2"] = Fixture.json(difference)
        runner.answers["GET /v1/tags/web-server/difference?from=2&to=5"] = Fixture.json(difference)
        for text in ["one\n", "two\n"] {
            let bytes = Array(text.utf8)
            runner.answers["GET /v1/contents/\(ContentDigest.sha256(bytes))"] = .answer(200, body: bytes)
        }
        for arguments in [["web-server@2"], ["web-server@2", "web-server@5"]] {
            let ran = try runner.run(["tag", "diff"] + arguments)
            let lines = ran.output.split(separator: "\n").map(String.init)
            #expect(lines.first == "Between web-server@2 and @5:")
            #expect(lines.contains("-one") && lines.contains("+two"))
            #expect(lines.last == "    package:telnetd  (unmanaged) → absent")
            #expect(ran.status == .done)
        }
        let other = try runner.run("tag", "diff", "web-server@2", "base@5") { #expect($0.isEmpty) }
        #expect(other.status == .usage)
    }

    @Test("a difference without the right to read contents shows the entries, and ends with 3")
    func differenceForReaders() throws {
        guard case .file(let state) = Fixture.file("one\n") else { return }
        let item = Revision.Item(key: Fixture.key("file:/etc/a"), before: nil, after: .file(state))
        let difference = TagDifference(tag: Fixture.webServer, from: 2, to: 5, items: [item])
        var runner = WeftRunner()
        runner.answers["GET /v1/tags/web-server/difference?from=2"] = Fixture.json(difference)
        let refusal = #"{"error":{"code":"forbidden","message":"no"}}"#
        let digest = ContentDigest.sha256("one\n".utf8)
        runner.answers["GET /v1/contents/\(digest)"] = .json(refusal, status: 403)
        let ran = try runner.run("tag", "diff", "web-server@2")
        #expect(ran.output.contains("file:/etc/a"))
        #expect(ran.status == .partlyDone)
    }

    @Test("an explanation of an earlier time says so")
    func explanation() throws {
        let layer = Explanation.Layer(
            tag: Fixture.webServer,
            entry: .absent,
            revision: Fixture.revision(number: 4),
            wins: true
        )
        let explanation = Explanation(
            node: Fixture.web1,
            key: Fixture.key("package:a"),
            layers: [layer],
            at: Fixture.at
        )
        let path = "GET /v1/nodes/web1/explanation?resource=package:a&at=2026-11-22T20:03:27.999999Z"
        let ran = try WeftRunner(answers: [path: Fixture.json(explanation)])
            .run("explain", "web1", "package:a", "--at", "2026-11-22 20:03:27")
        #expect(ran.output.hasPrefix("package:a on web1 at 2026-11-22 20:03:27Z (6 minutes ago)\n"))
        #expect(ran.output.contains("gave the value"))
    }

    @Test("single resources of a revision are put back")
    func partialRevert() throws {
        let result = ReversalResult(revision: Fixture.revision(number: 6), items: [], nodes: [])
        let path = "POST /v1/tags/web-server/revisions/4/reversal"
        let ran = try WeftRunner(answers: [path: Fixture.json(result)])
            .run("revert", "web-server@4", "/etc/a", "package:b") { requests in
                let json = #"{"dryRun":false,"remove":false,"resources":["file:/etc/a","package:b"]}"#
                #expect(requests.map(\.text) == [json])
            }
        #expect(ran.status == .done)
    }
}
