import FabricAPI
import FabricClient
import FabricModel
import FoundationEssentials
import NodeControl
import Testing
import TrialFabric

/// Which machines are nodes, with the built programs.
@Suite struct EnrolmentTests {
    private let fabric: TrialLoop

    init() throws {
        fabric = try TrialLoop()
    }

    /// Waits until the node waits at the server, and checks that both show the same key.
    private func waiting(_ node: TrialNode) throws -> Candidate {
        let said = try eventually("the node's waiting") { () -> String? in
            let server = try node.control.status().server
            return server.state == .waiting ? server.lastError : nil
        }
        let candidate = try #require(try fabric.admin.candidates().first)
        #expect(said.contains(candidate.fingerprint))
        #expect(said.contains("weft node accept trial"))
        return candidate
    }

    private func connected(_ node: TrialNode) throws {
        _ =
            try eventually("the node's admission") {
                try node.control.sync().server.state == .connected ? true : nil
            } as Bool
    }

    @Test("a machine without a token waits, is accepted by its key, and is a node")
    func accept() throws {
        var options = TrialNode.Options(roots: [fabric.folder["tree"]])
        let enrolment = try fabric.server.enrolment()
        options.server = (enrolment.address, enrolment.fingerprint, "")
        let node = try TrialNode(in: fabric.folder, options)
        let candidate = try waiting(node)
        #expect(try fabric.admin.nodes().isEmpty)
        let status = try node.weft("status")
        #expect(status.text.contains(candidate.fingerprint))
        try fabric.admin.accept(candidate)
        try connected(node)
        #expect(try fabric.admin.nodes().map(\.id) == [candidate.id])
        #expect(try fabric.admin.candidates().isEmpty)
    }

    @Test("a revoked node is out with its next request, asks again with another key, and loses nothing")
    func revoke() throws {
        try fabric.start()
        let node = try fabric.node
        try fabric.admin.revoke("trial")
        let candidate = try waiting(node)
        #expect(candidate.isKnown)
        try fabric.folder.write("made while it was out", to: "tree/a.conf")
        _ = try node.weft("commit", "-m", "out")
        #expect(try fabric.admin.queue().isEmpty)
        try fabric.admin.accept(candidate)
        try connected(node)
        #expect(try fabric.queued().message == "out")
        #expect(try fabric.admin.nodes().map(\.id) == [candidate.id])
    }

    @Test("a node that is restarted has the certificate that it had")
    func restart() throws {
        try fabric.start()
        let node = try fabric.node
        #expect(node.stop() == 0)
        try node.start()
        try connected(node)
        #expect(try fabric.admin.candidates().isEmpty)
    }

    @Test("'weft enroll' is all that a machine needs")
    func enroll() throws {
        let settings = try fabric.folder.makeFolder("settings")
        let server = try fabric.server.enrolment()
        let enrolled = try runToEnd(
            Programs.built.weft,
            [
                "enroll", server.address, "--fingerprint", server.fingerprint, "--token", "-", "--settings",
                settings.path,
            ],
            input: server.token
        )
        #expect(enrolled.status == 0, "\(enrolled.errors)")
        let conf = Programs.project.appending(path: "conf").path
        let socket = fabric.folder["enrolled.sock"]
        try fabric.folder.write(
            """
            state: \(fabric.folder["enrolled"].path)
            socket: {path: \(socket.path)}
            node: {name: enrolled}
            packages: {database: off}
            files:
              roots: [\(fabric.folder["tree"].path)]
              homes: []
              root-home: []
              ignore: \(conf)/ignore.yaml
              secrets: \(conf)/secrets.yaml
              checks: \(conf)/checks.yaml

            """,
            to: "settings/weftd.yaml"
        )
        let daemon = try RunningProgram(
            Programs.built.weftd,
            ["--config", settings.appending(path: "weftd.yaml").path],
            log: fabric.folder["enrolled.log"]
        )
        let name = try eventually("the node's enrolment (\(daemon.lastLines))") {
            try fabric.admin.nodes().first?.name.text
        }
        #expect(name == "enrolled")
        #expect(daemon.stop() == 0)
    }
}
