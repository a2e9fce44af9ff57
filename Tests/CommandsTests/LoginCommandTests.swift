import FabricAPI
import FabricClient
import FabricIdentity
import FoundationEssentials
import LinuxSystem
import ScriptedServer
import SystemPackage
import Testing

@testable import Commands

@Suite("Login")
struct LoginCommandTests {
    /// A server that knows the token `good`, and a home for the login.
    private func use(_ body: (HTTPTestServer, FilePath) throws -> Void) throws {
        let server = try HTTPTestServer { request in
            guard request.headers["authorization"] == "Bearer good" else {
                return .json(#"{"error":{"code":"unauthenticated","message":"who?"}}"#, status: 401)
            }
            return request.target == "/v1/queue"
                ? .json(#"{"commits":[]}"#) : .json(#"{"name":"alice","role":"reviewer"}"#)
        }
        defer { server.stop() }
        try TemporaryFolder.use { try body(server, $0) }
    }

    private func file(in home: FilePath) -> FilePath { home.appending(".config/weft/login.json") }

    @Test("a login is tried, kept for its owner alone, and used")
    func login() throws {
        try use { server, home in
            let environment = ["HOME": home.string]
            let ran = WeftRunner()
                .run(
                    [
                        "login", server.url, "--fingerprint", "\(server.authority.fingerprint)", "--token",
                        "good",
                    ],
                    environment
                )
            #expect(ran.output == "Logged in to \(server.url) as alice, role reviewer.\n")
            #expect(ran.status == .done)
            let file = try #require(try FileStatus.at(file(in: home)))
            #expect(file.permissions == 0o600)
            let folder = try #require(try FileStatus.at(home.appending(".config/weft")))
            #expect(folder.permissions == 0o700)
            #expect(WeftRunner().run(["queue"], environment).status == .done)
        }
    }

    @Test("a token comes from standard input", arguments: [["--token", "-"], []])
    func standardInput(option: [String]) throws {
        try use { server, home in
            let runner = WeftRunner(input: [" good\r", "other"])
            let ran = runner.run(
                ["login", server.url, "--fingerprint", "\(server.authority.fingerprint)"] + option,
                ["HOME": home.string]
            )
            #expect(ran.status == .done)
            #expect(ran.error.isEmpty)
        }
    }

    @Test("at a terminal the token is asked for without being shown")
    func prompt() throws {
        try use { server, home in
            let runner = WeftRunner(input: ["bad"], secret: "good", isInputTerminal: true)
            let ran = runner.run(
                ["login", server.url, "--fingerprint", "\(server.authority.fingerprint)"],
                ["HOME": home.string]
            )
            #expect(ran.status == .done)
            #expect(ran.error == "Token for \(server.url): ")
            let given = WeftRunner(secret: nil, isInputTerminal: true)
                .run(
                    ["login", server.url, "--fingerprint", "\(server.authority.fingerprint)"],
                    ["HOME": home.string]
                )
            #expect(given.status == .usage)
        }
    }

    @Test("^C at the prompt ends silently, as a shell expects")
    func interrupted() throws {
        try use { server, home in
            let runner = WeftRunner(isInterrupted: true, isInputTerminal: true)
            let ran = runner.run(
                ["login", server.url, "--fingerprint", "\(server.authority.fingerprint)"],
                ["HOME": home.string]
            )
            #expect(ran.status.rawValue == 130)
            #expect(ran.error == "Token for \(server.url): ")
            #expect(ran.output.isEmpty)
        }
    }

    @Test("a token that the server does not know is not kept")
    func refused() throws {
        try use { server, home in
            let ran = WeftRunner()
                .run(
                    [
                        "login", server.url, "--fingerprint", "\(server.authority.fingerprint)", "--token",
                        "bad",
                    ],
                    ["HOME": home.string]
                )
            #expect(ran.status == .notAuthorised)
            #expect(ran.error == "weft: \(server.url): who?\n")
            let kept = try FileStatus.at(file(in: home))
            #expect(kept == nil)
        }
    }

    @Test("a new login takes the place of the old one")
    func again() throws {
        try use { server, home in
            let login = try LoginFile(environment: ["HOME": home.string])
            try login.save(Login(server: "https://other.example", token: "x"))
            #expect(
                WeftRunner()
                    .run(
                        [
                            "login", server.url, "--fingerprint", "\(server.authority.fingerprint)",
                            "--token", "good",
                        ],
                        ["HOME": home.string]
                    )
                    .status
                    == .done
            )
            let kept = try login.load()
            let name = "authority-\(server.authority.fingerprint.short).crt"
            #expect(kept == Login(server: server.url, token: "good", authority: name))
        }
    }

    @Test("XDG_CONFIG_HOME has the login where it is set, also through a link")
    func settingsFolder() throws {
        try use { server, home in
            let manager = FileManager.default
            try manager.createDirectory(
                atPath: home.appending("real").string,
                withIntermediateDirectories: true
            )
            try manager.createSymbolicLink(atPath: home.appending("link").string, withDestinationPath: "real")
            let environment = ["HOME": "/nonexistent", "XDG_CONFIG_HOME": home.appending("link").string]
            #expect(
                WeftRunner()
                    .run(
                        [
                            "login", server.url, "--fingerprint", "\(server.authority.fingerprint)",
                            "--token", "good",
                        ],
                        environment
                    )
                    .status == .done
            )
            let kept = try FileStatus.at(home.appending("real/weft/login.json"))
            #expect(kept?.permissions == 0o600)
            #expect(WeftRunner().run(["queue"], environment).status == .done)
        }
    }

    @Test("a token goes only to the server that it was given for")
    func otherServer() throws {
        try use { server, home in
            let login = try LoginFile(environment: ["HOME": home.string])
            try login.save(Login(server: "https://other.example", token: "good"))
            let ran = WeftRunner().run(["queue"], ["HOME": home.string, "WEFT_SERVER": server.url])
            #expect(ran.status == .notAuthorised)
            #expect(server.requests.isEmpty)
            let environment = [
                "HOME": home.string, "WEFT_SERVER": server.url, "WEFT_TOKEN": "good",
                "WEFT_CA": server.authorityFile,
            ]
            #expect(WeftRunner().run(["queue"], environment).status == .done)
        }
    }

    @Test("without a login the way to one is shown")
    func notLoggedIn() throws {
        try TemporaryFolder.use { home in
            let ran = WeftRunner().run(["queue"], ["HOME": home.string])
            #expect(ran.status == .notAuthorised)
            #expect(
                ran.error == "weft: server: log in with 'weft login URL', or set WEFT_SERVER and WEFT_TOKEN\n"
            )
        }
    }

    @Test(
        "a login that others may read, or that is none, is not used",
        arguments: [0o644, 0o640, 0o604, 0o600]
    )
    func badFile(mode: Int) throws {
        try TemporaryFolder.use { home in
            let path = file(in: home)
            let manager = FileManager.default
            try manager.createDirectory(
                atPath: path.removingLastComponent().string,
                withIntermediateDirectories: true
            )
            try Data(#"{"server":"https://a.example"}"#.utf8).write(to: URL(filePath: path.string))
            try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: path.string)
            let ran = WeftRunner().run(["queue", "--json"], ["HOME": home.string])
            #expect(ran.status == .failed)
            #expect(ran.error.contains(mode == 0o600 ? "invalid-login" : "exposed-login"))
        }
    }

    @Test("a server that shows another authority than the one that was named gets no token, and is not kept")
    func otherAuthority() throws {
        try use { server, home in
            let other = PrivateKey().fingerprint
            let ran = WeftRunner()
                .run(
                    ["login", server.url, "--fingerprint", "\(other)", "--token", "good"],
                    ["HOME": home.string]
                )
            #expect(ran.status == .unreachable)
            #expect(ran.error.contains("\(server.authority.fingerprint), and not \(other)"))
            #expect(server.requests.isEmpty)
            let kept = try FileStatus.at(file(in: home))
            #expect(kept == nil)
        }
    }

    @Test("without a fingerprint a server that the system's authorities do not vouch for gets no token")
    func unknownAuthority() throws {
        try use { server, home in
            let ran = WeftRunner().run(["login", server.url, "--token", "good"], ["HOME": home.string])
            #expect(ran.status == .unreachable)
            #expect(ran.error.contains("--fingerprint"))
            #expect(server.requests.isEmpty)
        }
    }

    @Test("what is no fingerprint is refused before anything is asked", arguments: ["", "sha256:", "x"])
    func noFingerprint(text: String) throws {
        let ran = WeftRunner()
            .run(
                ["login", "https://127.0.0.1:1", "--fingerprint", text, "--token", "t"],
                ["HOME": "/nonexistent"]
            )
        #expect(ran.status == .usage)
        #expect(ran.error.contains("64 hex digits"))
    }

    @Test(
        "plain HTTP is not spoken, to this machine either",
        arguments: ["http://weft.example", "http://localhost"]
    )
    func plaintext(url: String) throws {
        let ran = WeftRunner().run(["login", url, "--token", "t"], ["HOME": "/nonexistent"])
        #expect(ran.status == .usage)
        #expect(ran.error.contains("https://HOST"))
    }
}
