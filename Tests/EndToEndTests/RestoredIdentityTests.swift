import FabricAPI
import FabricClient
import FabricIdentity
import FabricModel
import FoundationEssentials
import NodeControl
import Testing
import TrialFabric

/// Who the nodes are to a server that was restored from a backup, and who it is to them.
@Suite struct RestoredIdentityTests {
    private let fabric: TrialLoop
    private var backup: URL { fabric.folder["backup"] }

    init() throws {
        fabric = try TrialLoop()
    }

    /// A client that has a certificate of a node of its own.
    private func client(_ credentials: NodeCredentials, _ key: PrivateKey) throws -> FabricClient {
        let file = try fabric.folder.write(credentials.certificate + key.pem, to: "\(credentials.node).pem")
        return try FabricClient(
            server: ServerAddress(fabric.server.address),
            trust: .authorities(file: fabric.server.authority.path),
            certificate: { ClientCertificate(file: file.path) }
        )
    }

    private func renew(_ node: PlayedNode) throws -> FabricClient {
        let key = PrivateKey()
        let renewal = Renewal(request: try SigningRequest(for: key).pem)
        return try client(try node.client.renew(renewal, of: node.id), key)
    }

    private func expectRevoked(_ client: FabricClient) {
        do {
            _ = try client.whoami()
            Issue.record("was not refused")
        } catch {
            #expect(error.refusal?.code == .certificateRevoked, "\(error)")
        }
    }

    @Test("what was revoked after the backup stays so, and a certificate that was renewed since is good")
    func replaced() throws {
        let revoked = try fabric.server.enrol("revoked1")
        let node = try fabric.server.enrol("renewed1")
        try fabric.server.backUp(to: backup)
        let renewedBefore = try renew(revoked)
        try fabric.admin.revoke("revoked1")
        let renewed = try renew(node)
        let late = try fabric.server.enrol("late1")
        #expect(try late.client.whoami().name == "late1")

        #expect(fabric.server.stop())
        let said = try fabric.server.restore(backup)
        #expect(
            said.contains("the end of 1 token or certificate; and 1 certificate that nodes got since"),
            "\(said)"
        )
        try fabric.server.start()
        expectRevoked(revoked.client)
        expectRevoked(renewedBefore)
        #expect(try renewed.whoami().name == "renewed1")
        #expect(try node.client.whoami().name == "renewed1")
        // The backup does not know the node at all.
        expectRevoked(late.client)
    }

    @Test("on a new machine the server is who it was: a node goes on, and one that it does not know waits")
    func anew() throws {
        try fabric.start()
        let node = try fabric.node
        let other = try fabric.server.enrol("renewed1")
        try fabric.folder.write("before\n", to: "tree/a")
        _ = try node.weft("commit", "-m", "before")
        _ = try fabric.queued()
        try fabric.server.backUp(to: backup)
        let renewed = try renew(other)
        try fabric.folder.write("after\n", to: "tree/b")
        _ = try node.weft("commit", "-m", "after")
        _ = try eventually("the second commit") { try fabric.admin.queue().count == 2 ? true : nil } as Bool

        #expect(fabric.server.stop())
        let said = try fabric.server.restoreAnew(backup)
        #expect(said.contains("Put back: identity/ca.crt, identity/ca.key"), "\(said)")
        #expect(said.contains("which tokens and nodes were revoked"), "\(said)")
        try fabric.server.start()
        let queue = try eventually("that the node sends what the server lacks") {
            let queue = try fabric.admin.queue()
            return queue.count == 2 ? queue : nil
        }
        #expect(queue.map(\.message) == ["before", "after"])
        #expect(try node.control.status().server.state == .connected)
        #expect(try fabric.admin.candidates().isEmpty)
        expectRevoked(renewed)
    }

    @Test("a node whose certificate a restored server does not know asks to be let in, and loses nothing")
    func unknownNode() throws {
        try fabric.server.backUp(to: backup)
        try fabric.start()
        let node = try fabric.node
        try fabric.folder.write("one\n", to: "tree/a")
        _ = try node.weft("commit", "-m", "one")
        _ = try fabric.queued()
        #expect(fabric.server.stop())
        try fabric.server.restore(backup)
        try fabric.server.start()
        let admin = try fabric.server.client(.admin)
        let candidate = try eventually("the node's waiting") { try admin.candidates().first }
        #expect(!candidate.isKnown)
        try admin.accept(candidate)
        let queued = try eventually("the commit's arrival") { try admin.queue().first }
        #expect(queued.message == "one")
    }

    @Test("a restored server is told again what nodes are")
    func facts() throws {
        try fabric.folder.makeFolder("bin")
        let program = try fabric.folder.write("#!/bin/sh\ncat \"$0.json\"\n", to: "bin/ohai")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        try fabric.folder.write(#"{"rack":"b7"}"#, to: "bin/ohai.json")
        var options = TrialNode.Options(roots: [fabric.folder["tree"]])
        options.server = try fabric.server.enrolment()
        options.settings = "facts: {ohai: true}"
        options.environment = ["PATH": "\(fabric.folder["bin"].path):/usr/sbin:/usr/bin:/sbin:/bin"]
        let node = try TrialNode(in: fabric.folder, options)
        func wait(for rack: String) throws {
            _ =
                try eventually("the facts of \(rack)") {
                    try fabric.admin.find("rack=\(rack)").isEmpty ? nil : true
                } as Bool
        }
        try wait(for: "b7")
        try fabric.server.backUp(to: backup)
        node.stop()
        try fabric.folder.write(#"{"rack":"c8"}"#, to: "bin/ohai.json")
        try node.start()
        try wait(for: "c8")
        #expect(fabric.server.stop())
        try fabric.server.restore(backup)
        try fabric.server.start()
        try wait(for: "c8")
        node.stop()
    }
}
