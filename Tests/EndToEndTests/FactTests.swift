import FabricAPI
import FabricClient
import FabricModel
import FoundationEssentials
import NodeControl
import Testing
import TrialFabric

@Suite struct FactTests {
    @Test("a node tells what it is, and is found by it")
    func report() throws {
        let fabric = try TrialLoop()
        try fabric.start()
        let facts = try eventually("the node's facts") { () throws -> FactValue? in
            do {
                return try fabric.admin.facts(of: "trial").facts
            } catch let error as ClientError where error.refusal?.code == .unknownFacts {
                return nil
            }
        }
        #expect(facts["kernel"]?["name"] == "Linux")
        #expect(facts["network"]?["interfaces"]?["lo"]?["addresses"]?["127.0.0.1"]?["family"] == "inet")
        #expect(try fabric.admin.find("kernel.name=Linux and cpu.total>=1").map(\.node.text) == ["trial"])
        #expect(try fabric.admin.find("kernel.name=Plan9").isEmpty)
        let warnings = try fabric.node.control.status().warnings
        #expect(!warnings.contains { $0.code.hasPrefix("facts") }, "\(warnings)")
    }

    @Test("what only a site's ohai knows is told with it, and its failure is a warning")
    func ohai() throws {
        let fabric = try TrialLoop()
        try fabric.folder.makeFolder("bin")
        let program = try fabric.folder.write("#!/bin/sh\ncat \"$0.json\"\n", to: "bin/ohai")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        try fabric.folder.write(#"{"kernel":{"name":"Other","site":"x"},"rack":"b7"}"#, to: "bin/ohai.json")
        var options = TrialNode.Options(roots: [fabric.folder["tree"]])
        options.server = try fabric.server.enrolment()
        options.settings = "facts: {ohai: true}"
        options.environment = ["PATH": "\(fabric.folder["bin"].path):/usr/sbin:/usr/bin:/sbin:/bin"]
        let node = try TrialNode(in: fabric.folder, options)
        defer { node.stop() }
        let found = try eventually("the facts of ohai") {
            let found = try fabric.admin.find("rack=b7 and kernel.site=x and kernel.name=Linux")
            return found.isEmpty ? nil : found
        }
        #expect(found.count == 1)
        node.stop()
        try fabric.folder.write("no JSON", to: "bin/ohai.json")
        try node.start()
        let warning = try eventually("a warning") {
            try node.control.status().warnings.first { $0.code == "facts-ohai" }
        }
        #expect(warning.message.contains("at byte 0"))
    }
}
