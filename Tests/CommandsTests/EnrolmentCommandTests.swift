import FabricAPI
import FabricIdentity
import FabricModel
import FoundationEssentials
import LinuxSystem
import ScriptedServer
import SystemPackage
import Testing

@testable import Commands

/// Which machines are nodes.
@Suite("Enrolment commands")
struct EnrolmentCommandTests {
    private static let id = NodeID(checked: "01890000-0000-7000-8000-0000567890ab")
    private static let key = PrivateKey().fingerprint
    private static let list = "GET /v1/candidates"
    private static let acceptance = "POST /v1/candidates/\(id)/acceptance"

    private static func candidate(_ name: String = "web1", id: NodeID = id) throws -> Candidate {
        Candidate(
            id: id,
            name: try NodeName(name),
            machineID: nil,
            operatingSystem: "Debian GNU/Linux 12",
            fingerprint: "\(key)",
            address: "192.0.2.7",
            askedAt: WeftRunner.now,
            isKnown: false
        )
    }

    private static func runner(_ candidates: [Candidate]) -> WeftRunner {
        WeftRunner(answers: [
            list: Fixture.json(CandidateList(candidates: candidates)), acceptance: .answer(204),
            "DELETE /v1/candidates/\(id)": .answer(204),
        ])
    }

    @Test("machines that wait are listed with their keys")
    func waiting() throws {
        let ran = try Self.runner([Self.candidate()]).run("node", "waiting")
        #expect(ran.status == .done)
        #expect(ran.output.hasPrefix("web1 asks to be a node\nKey:        \(Self.key)\n"))
        #expect(ran.output.contains("192.0.2.7"))
        #expect(try Self.runner([]).run("node", "waiting").output == "No machine waits to be accepted.\n")
    }

    @Test("what a machine says of itself is printed without what a terminal would take for commands")
    func hostile() throws {
        var candidate = try Self.candidate()
        candidate.operatingSystem = "\u{1B}[2JDebian\u{202E}"
        candidate.machineID = "a\r\nKey: other\u{9B}"
        candidate.address = "\u{7}"
        let ran = try Self.runner([candidate]).run("node", "waiting")
        #expect(ran.output.contains(#"System:     \x1b[2JDebian\xe2\x80\xae"#))
        #expect(ran.output.contains(#"Machine id: a\x0d\nKey: other\xc2\x9b"#))
        let json = try Self.runner([candidate]).run("node", "waiting", "--json").output
        for text in [ran.output, json] {
            #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || PrintableText.isPrintable($0) })
        }
    }

    @Test(
        "a machine is accepted by the key that the command names",
        arguments: ["web1", "01890000", "567890ab"]
    )
    func accept(reference: String) throws {
        let ran = try Self.runner([Self.candidate()])
            .run("node", "accept", reference, "--fingerprint", "\(Self.key)") { requests in
                #expect(requests.last?.target == "/v1/candidates/\(Self.id)/acceptance")
                #expect(requests.last?.text == #"{"fingerprint":"\#(Self.key)"}"#)
            }
        #expect(ran.status == .done)
    }

    @Test("another key than the one that was named is not accepted")
    func otherKey() throws {
        let other = PrivateKey().fingerprint
        let ran = try Self.runner([Self.candidate()])
            .run("node", "accept", "web1", "--fingerprint", "\(other)") { requests in
                #expect(requests.map(\.method) == ["GET"])
            }
        #expect(ran.status == .failed)
        #expect(ran.error.contains("\(Self.key)"))
    }

    @Test(
        "a person is shown the key and asked, and nothing happens without a yes",
        arguments: ["y", "n", nil]
    )
    func ask(answer: String?) throws {
        var runner = try Self.runner([Self.candidate()])
        runner.input = [answer].compactMap(\.self)
        runner.isInputTerminal = true
        let ran = try runner.run("node", "accept", "web1") { requests in
            #expect(requests.count == (answer == "y" ? 2 : 1))
        }
        #expect(ran.output.contains("\(Self.key)"))
        #expect(ran.status == (answer == "y" ? .done : .failed))
    }

    @Test("where nobody can be asked, the key has to be named")
    func unattended() throws {
        let ran = try Self.runner([Self.candidate()]).run("node", "accept", "web1")
        #expect(ran.status == .usage)
        #expect(ran.error.contains("--fingerprint"))
    }

    @Test("two machines of one name are told apart by their ids")
    func ambiguous() throws {
        let other = NodeID(checked: "01890000-0000-7000-8000-0000567890ac")
        let runner = try Self.runner([Self.candidate(), Self.candidate(id: other)])
        let ran = try runner.run("node", "accept", "web1", "--fingerprint", "\(Self.key)")
        #expect(ran.status == .failed)
        #expect(ran.error.contains(Self.id.text) && ran.error.contains(other.text))
        let byID = try runner.run("node", "accept", Self.id.text, "--fingerprint", "\(Self.key)")
        #expect(byID.status == .done)
        #expect(try runner.run("node", "accept", "db1").status == .failed)
    }

    @Test("a machine is turned away")
    func dismiss() throws {
        let ran = try Self.runner([Self.candidate()])
            .run("node", "dismiss", "web1") { requests in
                #expect(requests.last?.method == "DELETE")
            }
        #expect(ran.output == "web1 is turned away.\n")
    }

    @Test("enrolling checks the server, and writes what the daemon reads, the token for root alone")
    func enroll() throws {
        let server = try HTTPTestServer { _ in .answer(200) }
        defer { server.stop() }
        try TemporaryFolder.use { folder in
            let settings = folder.string
            let arguments = [
                "enroll", server.url, "--fingerprint", "\(server.authority.fingerprint)", "--settings",
                settings,
            ]
            let ran = WeftRunner(input: ["weft_1"]).run(arguments + ["--token", "-"], [:])
            #expect(ran.status == .done, "\(ran.error)")
            #expect(ran.output.contains("systemctl restart weftd"))
            let token = folder.appending("enrolment-token")
            #expect(try FileStatus.at(token)?.permissions == 0o600)
            let text = try String(contentsOf: URL(filePath: "\(settings)/enrolment.yaml"), encoding: .utf8)
            #expect(
                text == """
                    # Made by 'weft enroll'.
                    server:
                      url: \(server.url)
                      fingerprint: \(server.authority.fingerprint)
                      enrolment-token-file: \(token)

                    """
            )
            // Without a token the one that was there is not sent to this server.
            #expect(WeftRunner().run(arguments, [:]).status == .done)
            #expect(try FileStatus.at(token) == nil)
        }
    }

    @Test("a server that shows another authority is not enrolled with, and nothing is written")
    func enrollElsewhere() throws {
        let server = try HTTPTestServer { _ in .answer(200) }
        defer { server.stop() }
        try TemporaryFolder.use { folder in
            let ran = WeftRunner()
                .run(
                    [
                        "enroll", server.url, "--fingerprint", "\(Self.key)", "--settings", folder.string,
                        "--token", "t",
                    ],
                    [:]
                )
            #expect(ran.status == .unreachable)
            let written = try FileManager.default.contentsOfDirectory(atPath: folder.string)
            #expect(written.isEmpty)
        }
    }
}
