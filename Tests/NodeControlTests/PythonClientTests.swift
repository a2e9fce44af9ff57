import Foundation
import SystemPackage
import Testing

@testable import NodeControl

/// The client of the package `varlink` from PyPI, which is written by others after the specification.
@Suite("PyPI's varlink client")
struct PythonClientTests {
    @Test("it reads the descriptions, and gets and checks the answers of the methods")
    func methods() throws {
        let output = try Self.run(
            """
            with varlink.Client(address) as client:
                info = client.get_interface("org.varlink.service")
                with client.open("org.varlink.service") as service:
                    say("info", service.GetInfo())
                    text = service.GetInterfaceDescription("io.weft.Node")["description"]
                    say("interface", varlink.Interface(text).name)
                with client.open("io.weft.Node") as node:
                    status = node.GetStatus()
                    say("status", [status["name"], status["state"], status["resources"], status["server"]["state"]])
                    say("open", [[c["key"], c["what"], c["actor"]["tier"]] for c in status["openChanges"]])
                    say("log", [e["sequence"] for e in node.GetLog(limit=5)["changes"]])
                    say("diffs", [d["change"]["key"] for d in node.GetDiff(["/etc"])["diffs"]])
                    say("more", [[d["what"] for d in r["diffs"]] for r in node.GetDiff(_more=True)])
                    say("commit", node.Commit("why", ["/etc/ssh"])["commits"][0]["changes"])
                    say("barrier", node.Barrier())
            """
        )
        #expect(
            output
                == [
                    #"info ["Weft", "weftd", "0.1.0", ["org.varlink.service", "io.weft.Node"]]"#,
                    #"interface "io.weft.Node""#,
                    #"status ["web1", "pending", {"file": 352, "package": 832}, "unreachable"]"#,
                    #"open [["file:/etc/ssh/sshd_config", "edited", "strong"], "#
                        + #"["file:/etc/localtime", "removed", "unknown"], "#
                        + #"["file:/etc/shadow", "edited", "unknown"], "#
                        + #"["package:nginx", "installed", "unknown"], "#
                        + #"["service:nginx.service", "enabled", "unknown"], "#
                        + #"["user:alice", "added", "unknown"], ["group:staff", "changed", "unknown"]]"#,
                    "log [100, 99, 98, 97, 96, 95, 94]",
                    #"diffs ["file:/etc/ssh/sshd_config", "file:/etc/localtime", "file:/etc/shadow", "package:nginx", "#
                        + #""service:nginx.service", "user:alice", "group:staff"]"#,
                    #"more [["edited"], ["removed"], ["edited"], ["installed"], ["enabled"], ["added"], ["changed"], []]"#,
                    "commit 4",
                    "barrier {}",
                ]
                .map { $0.replacingOccurrences(of: ", [[", with: ", [") }
        )
    }

    @Test("it gets errors by their names")
    func errors() throws {
        let output = try Self.run(
            """
            def failing(call):
                try:
                    call()
                    return "done"
                except varlink.VarlinkError as error:
                    return [error.error(), error.parameters()]
            with varlink.Client(address) as client:
                with client.open("io.weft.Node") as node:
                    say("paths", failing(lambda: node.GetDiff(["etc"])))
                    say("digest", failing(lambda: node.GetContent("md5:1")))
                    say("still", node.GetLog()["changes"][0]["sequence"])
            """
        )
        #expect(
            output == [
                #"paths ["org.varlink.service.InvalidParameter", {"parameter": "paths"}]"#,
                #"digest ["org.varlink.service.InvalidParameter", {"parameter": "digest"}]"#,
                "still 100",
            ]
        )
    }

    /// Runs a program against a server, and gives what it said, line by line.
    private static func run(_ program: String) throws -> [String] {
        let python = try PythonVarlink.interpreter()
        return try RunningServer.with { running in
            let prelude = """
                import json, sys, varlink
                address = "unix:" + sys.argv[1]
                def plain(value):
                    if hasattr(value, "interfaces"):
                        return [value.vendor, value.product, value.version, list(value.interfaces)]
                    if isinstance(value, dict) and "interfaces" in value:
                        return [value["vendor"], value["product"], value["version"], value["interfaces"]]
                    return value
                def say(what, value):
                    print(what, json.dumps(plain(value)))

                """
            let ended = try CommandLineProgram.run([python, "-c", prelude + program, running.path.string])
            #expect(ended.status == 0, "\(ended.output)")
            return ended.output.split(separator: "\n").map(String.init)
        }
    }
}

/// A Python that has the package `varlink`.
private enum PythonVarlink {
    static let version = "31.0.0"

    /// Finds it, or makes a virtual environment for it that later runs find.
    ///
    /// Cancels the test where the package cannot be had.
    static func interpreter() throws -> String {
        if try isReady("python3") { return "python3" }
        let environment = "\(FileManager.default.temporaryDirectory.path)/weft-tests-varlink-\(version)"
        let python = "\(environment)/bin/python"
        if FileManager.default.isExecutableFile(atPath: python), try isReady(python) { return python }
        let made = try CommandLineProgram.run(
            ["python3", "-m", "venv", "--clear", environment],
            seconds: 120
        )
        guard made.status == 0 else {
            try Test.cancel("python3 cannot make a virtual environment: \(made.output)")
        }
        let pip = [python, "-m", "pip", "install", "--quiet", "varlink==\(version)"]
        let installed = try CommandLineProgram.run(pip, seconds: 180)
        guard installed.status == 0 else { try Test.cancel("pip could not be reached: \(installed.output)") }
        return python
    }

    private static func isReady(_ python: String) throws -> Bool {
        try CommandLineProgram.run([python, "-c", "import varlink"]).status == 0
    }
}
