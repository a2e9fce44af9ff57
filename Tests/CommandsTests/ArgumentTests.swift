import ArgumentParser
import FabricModel
import NodeControl
import Testing

@testable import Commands

@Suite("Arguments")
struct ArgumentTests {
    @Test(
        "changes are numbers and ranges",
        arguments: [
            ("1", [1]), ("1,3-5", [1, 3, 4, 5]), ("5,1", [1, 5]), ("2-2", [2]), ("1-3,2-4", [1, 2, 3, 4]),
            ("10000", [10_000]),
        ]
    )
    func changes(text: String, numbers: [Int]) throws {
        #expect(try ChangeNumbers.read(text) == numbers)
    }

    @Test(
        "what is no list of changes is refused",
        arguments: [
            "", ",", "1,", "0", "-1", "1-", "-", "3-1", "a", "1.5", "1 2", "+1", "0-3", "10001",
            "1-99999999999999999999",
            "1-2-3", "\u{0661}",
        ]
    )
    func badChanges(text: String) throws {
        let error = try #require(throws: CommandError.self) { try ChangeNumbers.read(text) }
        #expect(error.code == .usage)
        #expect(error.message.contains("1,3-5"))
    }

    @Test(
        "numbers are written briefly",
        arguments: [([1], "1"), ([1, 2, 3, 5], "1-3,5"), ([5, 4, 1], "1,4-5"), ([], "")] as [([Int], String)]
    )
    func writes(numbers: [Int], text: String) {
        #expect(ChangeNumbers.write(numbers) == text)
    }

    @Test(
        "a resource is read as people write it",
        arguments: [
            ("file:/etc/hosts", "file:/etc/hosts"), ("/etc/hosts", "file:/etc/hosts"),
            ("//etc///hosts/", "file:/etc/hosts"), ("package:nginx", "package:nginx"),
            ("service:sshd", "service:sshd.service"), ("service:a.timer", "service:a.timer"),
            ("service:org.example.App", "service:org.example.App.service"),
            ("/etc/caf\u{E9}", #"file:/etc/caf\xc3\xa9"#), (#"/etc/caf\xc3\xa9"#, #"file:/etc/caf\xc3\xa9"#),
            ("/etc/a b\n", #"file:/etc/a b\n"#),
        ]
    )
    func resource(text: String, key: String) throws {
        #expect(try ResourceName.read(text).description == key)
    }

    @Test(
        "what names no resource is refused",
        arguments: [
            "", "hosts", "host:alice", "user:", "user:a:b", "service:", "service:a b", "package:-x", "/",
            "/a/../b",
            "file:a",
        ]
    )
    func badResource(text: String) throws {
        let error = try #require(throws: ModelError.self) { try ResourceName.read(text) }
        #expect(FailureReport(error).status == .usage)
    }

    @Test(
        "a local path may be relative",
        arguments: [
            ("hosts", "file:/etc/hosts"), ("./ssh/sshd_config", "file:/etc/ssh/sshd_config"),
            ("../usr/local", "file:/usr/local"), ("../../../x", "file:/x"), ("package:vim", "package:vim"),
            ("/srv", "file:/srv"), (".", "file:/etc"), ("\u{E9}", #"file:/etc/\xc3\xa9"#), ("/", "/"),
            ("..", "/"),
        ]
    )
    func local(text: String, selection: String) throws {
        #expect(try ResourceName.readSelection(text, in: "/etc").description == selection)
    }

    @Test(
        "a mode has three or four octal digits",
        arguments: [("644", 0o644), ("0600", 0o600), ("4755", 0o4755)]
    )
    func mode(text: String, mode: UInt16) throws {
        #expect(try LocalFile.mode(text) == mode)
    }

    @Test("what is no mode is refused", arguments: ["", "8", "64", "0888", "17777", "u+x", "-644"])
    func badMode(text: String) {
        #expect(throws: CommandError.self) { try LocalFile.mode(text) }
    }

    @Test("an account that is unknown here keeps its name, and nobody's number")
    func account() {
        #expect(LocalFile.account("www", { _ in nil }) == AccountReference(name: "www", id: 65_534))
        #expect(LocalFile.account("www", { _ in 33 }) == AccountReference(name: "www", id: 33))
        #expect(LocalFile.account("1000", { _ in nil }) == AccountReference(name: nil, id: 1000))
    }

    @Test(
        "a wrong command line is a usage error, in words and as JSON",
        arguments: [
            ["frobnicate"], ["approve"], ["reject", "1"], ["reject", "1", "-m", " "], ["commit", "-m", ""],
            ["queue", "--nod"],
            ["approve", "1", "--changes", "x"],
            ["approve", "1", "--into", "Bad Tag"], ["node", "tag", "web1"],
            ["node", "tag", "web1", "a", "--none"],
            ["tag", "log", "web", "-n", "0"], ["tag", "show", "Bad"], ["revert", "web"],
            ["explain", "web1", "hosts"],
            ["log", "-n", "1000000"], ["tag", "set", "web", "package:nginx", "1.2"],
            ["tag", "set", "web", "package:nginx", "any", "--mode", "644"], ["login", "weft.example"],
        ]
    )
    func usage(arguments: [String]) throws {
        let environment = ["HOME": "/nonexistent", "WEFT_SERVER": "https://127.0.0.1:1", "WEFT_TOKEN": "t"]
        let ran = WeftRunner().run(arguments, environment)
        #expect(ran.status == .usage)
        #expect(ran.output.isEmpty)
        #expect(ran.error.hasPrefix("weft: "))
        let json = WeftRunner().run(arguments + ["--json"], environment)
        #expect(json.status == .usage)
        #expect(json.error.hasPrefix(#"{"error":{"code":""#))
        #expect(json.error.split(separator: "\n").count == 1)
    }

    @Test(
        "an empty name is refused before anything is asked, with the argument's name",
        arguments: [
            ("<id>", ["approve", ""]), ("<id>", ["show", ""]), ("<id>", ["show", " "]),
            ("<id>", ["reject", "", "-m", "why"]), ("<node>", ["node", "show", ""]),
            ("<node>", ["node", "tag", "", "web"]), ("<node>", ["explain", "", "/etc/a"]),
            ("--node", ["queue", "--node", ""]), ("<name>", ["pause", ""]), ("<name>", ["resume", ""]),
            ("<revision>", ["revert", ""]), ("''", ["tag", "show", ""]),
        ]
    )
    func emptyName(name: String, arguments: [String]) throws {
        let ran = try WeftRunner().run(arguments) { #expect($0.isEmpty) }
        #expect(ran.status == .usage)
        #expect(ran.error.hasPrefix("weft: \(name): "), "\(ran.error)")
    }

    @Test(
        "help goes to standard output and is no error",
        arguments: [["--help"], ["help", "tag", "set"], ["tag"], [], ["show", "-h"]]
    )
    func help(arguments: [String]) {
        let ran = WeftRunner().run(arguments, [:])
        #expect(ran.status == .done)
        #expect(ran.output.contains("USAGE: weft"))
        #expect(ran.error.isEmpty)
    }

    @Test("every command has an example, or commands below it")
    func examples() {
        var left: [any ParsableCommand.Type] = [WeftCommand.self]
        while let command = left.popLast() {
            let configuration = command.configuration
            let below = configuration.subcommands + configuration.groupedSubcommands.flatMap(\.subcommands)
            #expect(!configuration.abstract.isEmpty)
            #expect(!below.isEmpty || configuration.discussion.contains("Example: weft"), "\(command)")
            left += below
        }
    }
}
