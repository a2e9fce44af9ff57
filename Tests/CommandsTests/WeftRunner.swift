import FabricModel
import FoundationEssentials
import NodeControl
import ScriptedServer
import SystemPackage
import Testing

@testable import Commands

/// Not the one of the testing library.
typealias ExitStatus = Commands.ExitStatus

/// What a command line wrote and ended with.
struct Ran {
    var output: String
    var error: String
    var status: ExitStatus
}

/// Runs command lines in this process, with a server and a daemon that answer as a test says.
struct WeftRunner {
    /// Answers by `METHOD TARGET`.
    var answers: [String: HTTPTestServer.Answer] = [:]
    var daemon: FakeDaemon?
    var environment: [String: String] = [:]
    var input: [String] = []
    var secret: String?
    var isInterrupted = false
    var isInputTerminal = false
    var hasColour = false
    var width: Int?
    var directory = "/"

    static let now = Timestamp(checked: "2026-11-22T20:10:00Z")

    /// Runs a command line; `requests` gets what the server was asked.
    func run(_ arguments: String..., requests: (([HTTPTestServer.Request]) -> Void)? = nil) throws -> Ran {
        try run(arguments, requests: requests)
    }

    /// Runs a command line; `requests` gets what the server was asked.
    func run(_ arguments: [String], requests: (([HTTPTestServer.Request]) -> Void)? = nil) throws -> Ran {
        let answers = self.answers
        let server = try HTTPTestServer { request in
            let unknown = #"{"error":{"code":"unknown-route","message":"no","subject":"\#(request.target)"}}"#
            return answers["\(request.method) \(request.target)"] ?? .json(unknown, status: 404)
        }
        defer { server.stop() }
        return try TemporaryFolder.use { folder in
            let socket = folder.appending("weftd.sock")
            let control = daemon.map {
                NodeControlServer(path: socket, group: nil, version: "1", handler: $0)
            }
            try control?.start()
            defer { control?.stop() }
            var environment = [
                "HOME": folder.string, "PATH": "/usr/bin:/bin", "WEFT_SERVER": server.url,
                "WEFT_CA": server.authorityFile, "WEFT_TOKEN": "secret",
                "WEFT_SOCKET": socket.string,
            ]
            for (name, value) in self.environment { environment[name] = value.isEmpty ? nil : value }
            let ran = run(arguments, environment)
            requests?(server.requests)
            return ran
        }
    }

    /// Runs a command line in an environment of its own, without server and daemon.
    func run(_ arguments: [String], _ environment: [String: String]) -> Ran {
        let written = Written()
        var input = self.input[...]
        let console = Console(
            write: { written.output += $0 },
            writeError: { written.error += $0 },
            readLine: { input.popFirst() },
            readSecret: { prompt throws(CommandError) in
                written.error += prompt
                if isInterrupted { throw CommandError(.interrupted, "terminal", "it was interrupted") }
                return secret
            },
            isInputTerminal: isInputTerminal,
            hasColour: hasColour,
            width: width
        )
        let page = Page(now: Self.now, width: width)
        let status = Weft.run(arguments, console, page, environment, directory: directory)
        return Ran(output: written.output, error: written.error, status: status)
    }
}

private final class Written {
    var output = ""
    var error = ""
}

/// A folder for one test, removed afterwards.
enum TemporaryFolder {
    static func use<Result>(_ body: (FilePath) throws -> Result) throws -> Result {
        let manager = FileManager.default
        let path = manager.temporaryDirectory.path + "/weft-test-\(UUID().uuidString.prefix(8))"
        try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? manager.removeItem(atPath: path) }
        return try body(FilePath(path))
    }
}

extension Timestamp {
    init(checked text: String) {
        do {
            try self.init(text)
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
