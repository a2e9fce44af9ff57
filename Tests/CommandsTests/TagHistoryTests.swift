import FabricAPI
import FabricModel
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
}
