import FabricClient
import Foundation
import HTTPTypes
import ServerStore
import Testing
import TrialFabric

@testable import FabricServer

/// The built program, as a service manager runs it.
@Suite(.timeLimit(.minutes(2))) struct ProgramTests {
    private static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "weft-server")

    private struct Outcome: Sendable {
        var status: Int32
        var output: String
        var errors: String
    }

    private static func run(_ arguments: String...) async throws -> Outcome { try await run(arguments) }

    private static func run(_ arguments: [String]) async throws -> Outcome {
        try await onThread {
            let ended = try runToEnd(program, arguments)
            return Outcome(status: ended.status, output: ended.text, errors: ended.errors)
        }
    }

    /// Starts the server at a free port, and gives what it said when it was up.
    private static func serve(_ state: String, in folder: URL) async throws -> (RunningProgram, line: String)
    {
        let arguments = [
            "serve", "--config", try configuration(folder), "--state", state, "--listen", "127.0.0.1:0",
        ]
        let server = try RunningProgram(program, arguments, log: folder.appending(path: "log-\(UUID())"))
        let line = try await onThread {
            try eventually("the server's start") { server.output.hasSuffix("\n") ? server.output : nil }
        }
        return (server, line)
    }

    private static func inFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weft-program-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    /// Makes the authority of a server, whose fingerprint it prints.
    @discardableResult
    private static func initialise(_ folder: URL, _ state: String) async throws -> String {
        let made = try await run("init", "--config", configuration(folder), "--state", state)
        #expect(made.status == 0, "\(made.errors)")
        return String(made.output.dropLast())
    }

    /// What the server answers to whoever has a token.
    private static func ask(_ port: Int, _ state: String, _ token: Substring) async throws -> Answer {
        try await onThread {
            let response = try FabricClient(
                server: ServerAddress("https://127.0.0.1:\(port)"),
                trust: .authorities(file: "\(state)/identity/ca.crt"),
                token: String(token)
            )
            .send(.get, "/v1/whoami")
            return Answer(status: response.status, headers: [:], body: response.body)
        }
    }

    /// A settings file with the rules of this checkout.
    private static func configuration(_ folder: URL) throws -> String {
        let file = folder.appending(path: "rules.yaml")
        try Data("secrets: \(Bench.secretRules)\n".utf8).write(to: file)
        return file.path
    }

    @Test("a content is redacted by its digest, and what is none is refused with status 2")
    func redaction() async throws {
        try await Self.inFolder { folder in
            let state = folder.appending(path: "state").path
            let missing = try await Self.run("redact", String(repeating: "a", count: 64), "--state", state)
            #expect(missing.status == 1)
            #expect(missing.errors.contains("there is no database here"))
            try await SQLiteStore(folder: state).close()
            let digest = String(repeating: "a", count: 64)
            let done = try await Self.run("redact", digest, "--state", state, "--reason", "a password")
            #expect(done.status == 0, "\(done.errors)")
            #expect(done.output.hasPrefix("sha256:\(digest) is not in the store and refused from now on.\n"))
            for digest in ["", "abc", "hmac-sha256:\(digest)", "md5:\(digest)"] {
                let refused = try await Self.run("redact", digest, "--state", state)
                #expect(refused.status == 2, "\(digest)")
            }
        }
    }

    @Test(
        "a settings file that cannot be used ends in one line and status 2, and nothing is made",
        arguments: [
            ("listen: 1", "listen: '1' is not allowed"), ("lisen: 1", "lisen: is not a setting"),
            ("log: {level: [a]}", "log.level"), ("state: ''", "state: '' is not allowed"),
            ("{", "is not YAML"),
        ]
    )
    func settings(text: String, expected: String) async throws {
        try await Self.inFolder { folder in
            let file = folder.appending(path: "weft-server.yaml")
            let state = folder.appending(path: "state").path
            try Data(text.utf8).write(to: file)
            let outcome = try await Self.run("serve", "--config", file.path, "--state", state)
            #expect(outcome.status == 2)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains(expected), "\(outcome.errors)")
            #expect(outcome.errors.contains(file.path))
            #expect(outcome.errors.filter(\.isNewline).count == 1)
            #expect(!FileManager.default.fileExists(atPath: state))
        }
    }

    @Test("options that cannot be are refused with status 2, and nothing is made")
    func options() async throws {
        try await Self.inFolder { folder in
            let state = folder.appending(path: "state").path
            for arguments in [
                ["--listen", "8440"], ["--config", "/nonexistent"],
                ["--frobnicate"],
                ["--listen"],
            ] {
                let outcome = try await Self.run(
                    ["serve", "--config", Self.configuration(folder), "--state", state] + arguments
                )
                #expect(outcome.status == 2, "\(arguments)")
                #expect(!outcome.errors.isEmpty)
            }
            let role = try await Self.run(
                "token",
                "create",
                "--role",
                "king",
                "--name",
                "a",
                "--state",
                state
            )
            #expect(role.status == 2)
            #expect(role.errors.contains("enrol, reader, reviewer, admin"))
            let rules = folder.appending(path: "no-rules.yaml")
            try Data("secrets: /nonexistent/secrets.yaml\n".utf8).write(to: rules)
            let ruleless = try await Self.run("serve", "--config", rules.path, "--state", state)
            #expect(ruleless.status == 2)
            #expect(ruleless.errors.contains("secrets: /nonexistent/secrets.yaml: is not there"))
            #expect(!FileManager.default.fileExists(atPath: state))
        }
    }

    @Test(
        "tokens are refused for a folder where no server has run, and nothing is made there",
        arguments: [["create", "--role", "admin", "--name", "alice"], ["list"], ["revoke", "alice"]]
    )
    func noDatabase(arguments: [String]) async throws {
        try await Self.inFolder { folder in
            for name in ["state", ""] {
                let state = folder.appending(path: name).path
                let outcome = try await Self.run(["token"] + arguments + ["--state", state])
                #expect(outcome.status == 1)
                #expect(outcome.output.isEmpty)
                let problem = "state: \(state): there is no database here"
                #expect(outcome.errors.contains(problem), "\(outcome.errors)")
                #expect(outcome.errors.contains("'weft-server serve' makes"))
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
            }
        }
    }

    @Test(
        "it says where it listens, makes tokens meanwhile and ends with status 0",
        arguments: [SIGTERM, SIGINT]
    )
    func serve(signal: Int32) async throws {
        try await Self.inFolder { folder in
            let state = folder.appending(path: "state").path
            try await Self.initialise(folder, state)
            let (server, line) = try await Self.serve(state, in: folder)
            let address = try #require(
                line.wholeMatch(of: /weft-server listening on https:\/\/127\.0\.0\.1:(\d+)\n/)
            )
            let token = try await Self.run(
                "token",
                "create",
                "--role",
                "admin",
                "--name",
                "alice",
                "--state",
                state
            )
            #expect(token.status == 0)
            #expect(token.output.wholeMatch(of: /weft_[0-9a-f]{64}\n/) != nil)
            let port = try #require(Int(address.1))
            let answer = try await Self.ask(port, state, token.output.dropLast())
            #expect(String(decoding: answer.body, as: UTF8.self) == #"{"name":"alice","role":"admin"}"#)
            let list = try await Self.run("token", "list", "--state", state)
            #expect(
                list.output.contains(
                    /[0-9a-f]{12}  alice  admin  -      20[-0-9]+T[:0-9]+Z  -     -     -     -\n/
                )
            )
            #expect(!list.output.contains("weft_"))
            let json = try await Self.run("token", "list", "--state", state, "--json")
            #expect(
                json.output.contains(
                    /^{\n  "tokens" : \[\n    {\n      "addedAt" : "20[-0-9]+T[:.0-9]+Z",\n      "id" : "[0-9a-f]{12}",\n/
                )
            )
            #expect(json.output.contains(#""name" : "alice","# + "\n" + #"      "role" : "admin""#))
            let missing = try await Self.run("token", "list", "--state", "\(state)/none", "--json")
            #expect(missing.status == 1)
            #expect(missing.errors.hasPrefix(#"{"error":{"code":"state-missing","message":""#))
            let revoked = try await Self.run("token", "revoke", "alice", "--state", state)
            #expect(revoked.status == 0)
            #expect(revoked.output.hasSuffix("(alice, admin) is revoked\n"))
            #expect(try await Self.ask(port, state, token.output.dropLast()).status == 401)
            let unknown = try await Self.run("token", "revoke", "bob", "--state", state)
            #expect(unknown.status == 1)
            #expect(unknown.errors.contains("bob: no token has this name or id"))
            let second = try await Self.run(
                "serve",
                "--config",
                Self.configuration(folder),
                "--state",
                state,
                "--listen",
                "127.0.0.1:0"
            )
            #expect(second.status == 1)
            #expect(second.errors.contains("process \(server.pid) "))
            let other = folder.appending(path: "other").path
            try await Self.initialise(folder, other)
            let taken = try await Self.run(
                "serve",
                "--config",
                Self.configuration(folder),
                "--state",
                other,
                "--listen",
                "127.0.0.1:\(port)"
            )
            #expect(taken.status == 1)
            #expect(taken.errors.filter(\.isNewline).count == 1)
            #expect(taken.errors.contains("something else listens there"))
            server.signal(signal)
            // A signal that ended it would be 128 and more.
            #expect(try await onThread { server.wait(seconds: 60) } == 0)
        }
    }

    @Test("a token for some tags says so in the list; what would not mean what one thinks is refused")
    func scopedTokens() async throws {
        try await Self.inFolder { folder in
            let state = folder.appending(path: "state").path
            let store = try await SQLiteStore(folder: state)
            try await store.close()
            func create(_ arguments: String...) async throws -> Outcome {
                try await Self.run(["token", "create", "--name", "bob", "--state", state] + arguments)
            }
            let tags = ["--tag", "web", "--tag", "node:web1"]
            let made = try await create(
                "--role",
                "reviewer",
                tags[0],
                tags[1],
                tags[2],
                tags[3],
                "--expires",
                "30d"
            )
            #expect(made.status == 0, "\(made.errors)")
            #expect(try await create("--role", "reader", "--contents", "--expires", "3650d").status == 0)
            let list = try await Self.run("token", "list", "--state", state)
            #expect(
                list.output.contains(
                    /bob   reviewer  node:web1,web  20[-0-9]+T[:0-9]+Z  20[-0-9]+T[:0-9]+Z  -/
                )
            )
            #expect(
                list.output.contains(
                    /bob   reader    \+contents +20[-0-9]+T[:0-9]+Z  20[-0-9]+T[:0-9]+Z  -/
                )
            )
            let json = try await Self.run("token", "list", "--state", state, "--json")
            #expect(
                json.output.contains(
                    /"scope" : {\n        "tags" : \[\n          "node:web1",\n          "web"/
                )
            )
            for (arguments, problem) in [
                (["reader", "--tag", "web"], "--tag: it is for tokens of role reviewer"),
                (["admin", "--tag", "web"], "--tag: it is for tokens of role reviewer"),
                (["reviewer", "--tag", "We b"], "--tag: 'We b': a tag's name has"),
                (["reviewer", "--contents"], "--contents: it is for tokens of role reader"),
                (["reader", "--expires", "soon"], "--expires: 'soon' is no end"),
                (["reader", "--expires", "2020-01-01"], "--expires: 2020-01-02T00:00:00Z is over"),
            ] {
                let refused = try await Self.run(
                    ["token", "create", "--name", "eve", "--state", state, "--role"] + arguments
                )
                #expect(refused.status == 2, "\(arguments)")
                #expect(refused.errors.contains(problem), "\(refused.errors)")
            }
            let after = try await Self.run("token", "list", "--state", state)
            #expect(after.output == list.output)
        }
    }

    @Test("after kill -9 it starts again on the same state")
    func killed() async throws {
        try await Self.inFolder { folder in
            let state = folder.appending(path: "state").path
            try await Self.initialise(folder, state)
            for _ in 0..<2 {
                let (server, line) = try await Self.serve(state, in: folder)
                #expect(!line.isEmpty)
                server.signal(SIGKILL)
                #expect(try await onThread { server.wait(seconds: 60) } == 128 + SIGKILL)
            }
        }
    }

    @Test("an authority is made once, its fingerprint told again, and no server starts without it")
    func authority() async throws {
        try await Self.inFolder { folder in
            let state = folder.appending(path: "state").path
            let configuration = try Self.configuration(folder)
            let early = try await Self.run(
                "serve",
                "--config",
                configuration,
                "--state",
                state,
                "--listen",
                "127.0.0.1:0"
            )
            #expect(early.status == 1)
            #expect(early.errors.contains("'weft-server init' makes it"), "\(early.errors)")
            let fingerprint = try await Self.initialise(folder, state)
            #expect(fingerprint.wholeMatch(of: /sha256:[0-9a-f]{64}/) != nil)
            let again = try await Self.run("init", "--config", configuration, "--state", state)
            #expect(again.status == 1)
            #expect(again.errors.contains(fingerprint))
            let told = try await Self.run("fingerprint", "--config", configuration, "--state", state)
            #expect(told.output == "\(fingerprint)\n")
            for key in ["ca.key", "server.key"] {
                let path = "\(state)/identity/\(key)"
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(mode == 0o600)
            }
            let bad = try await Self.run("certificate", "--state", state, "--host", "a/b")
            #expect(bad.status == 2)
            #expect(bad.errors.contains("--host a/b"))
        }
    }

    @Test("an enrolment token comes with the command to copy, which has the fingerprint and not the token")
    func enrolmentCommand() async throws {
        try await Self.inFolder { folder in
            let state = folder.appending(path: "state").path
            let configuration = try Self.configuration(folder)
            let made = try await Self.run(
                "init",
                "--config",
                configuration,
                "--state",
                state,
                "--host",
                "weft.example.org"
            )
            let (server, _) = try await Self.serve(state, in: folder)
            let token = try await Self.run(
                "token",
                "create",
                "--role",
                "enrol",
                "--name",
                "rack",
                "--state",
                state
            )
            let command =
                "weft enroll https://weft.example.org:8440 --fingerprint \(made.output.dropLast()) --token -"
            #expect(token.errors == "On the machine, as root: \(command)\n")
            #expect(token.output.wholeMatch(of: /weft_[0-9a-f]{64}\n/) != nil)
            #expect(try await onThread { server.stop() } == 0)
        }
    }
}
