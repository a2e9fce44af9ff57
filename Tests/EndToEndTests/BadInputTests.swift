import FabricModel
import FoundationEssentials
import Glibc
import NodeControl
import Testing
import TrialFabric

@Suite struct BadInputTests {
    @Test("a second daemon on the same state is refused and names the first")
    func secondDaemon() throws {
        let folder = try TrialFolder()
        let tree = try folder.makeFolder("tree")
        let node = try TrialNode(in: folder, .init(roots: [tree]))
        let pid = try #require(node.process?.pid)
        let second = try runToEnd(Programs.built.weftd, ["--config", folder["trial.yaml"].path])
        #expect(second.status == 1)
        #expect(second.errors.contains("process \(pid)"), "\(second.errors)")
    }

    @Test(
        "an invalid configuration is refused in one line with status 2",
        arguments: [
            ("stat: /x", "stat: is not a setting"),
            ("feedback: {mode: never}", "auto or manual"),
            ("a: [", "is not YAML"),
            ("server: {url: \"http://192.0.2.1:80\"}", "server.url: 'http://192.0.2.1:80' is not allowed"),
            ("files: {ignore: /nonexistent}", "weftd: files.ignore: /nonexistent: is not there"),
            ("state: /var/tmp/x/y\nfiles: {roots: [/var/tmp]}", "holds the state folder"),
        ]
    )
    func configuration(text: String, expected: String) throws {
        let folder = try TrialFolder()
        let conf = Programs.project.appending(path: "conf").path
        let rules = "ignore: \(conf)/ignore.yaml, secrets: \(conf)/secrets.yaml, checks: \(conf)/checks.yaml"
        let files = text.contains("files:") ? "" : "files: {\(rules)}\n"
        let whole = files + text.replacing("files: {roots", with: "files: {\(rules), roots") + "\n"
        let file = try folder.write(whole, to: "weftd.yaml")
        let output = try runToEnd(Programs.built.weftd, ["--config", file.path])
        #expect(output.status == 2)
        #expect(output.errors.contains(expected), "\(output.errors)")
        #expect(output.errors.split(separator: "\n").count == 1)
    }

    @Test("a control socket that cannot be had ends the daemon, with one line")
    func socket() throws {
        let folder = try TrialFolder()
        let node = try TrialNode(in: folder, .init(roots: [try folder.makeFolder("tree")]))
        let conf = Programs.project.appending(path: "conf").path
        for (socket, reason) in [
            (node.socket.path, "another daemon"), ("/proc/nowhere/weftd.sock", "/proc/nowhere/weftd.sock"),
        ] {
            let file = try folder.write(
                """
                state: \(folder["other-state"].path)
                socket: {path: \(socket)}
                packages: {database: off}
                files:
                  roots: [\(folder["tree"].path)]
                  homes: []
                  root-home: []
                  ignore: \(conf)/ignore.yaml
                  secrets: \(conf)/secrets.yaml
                  checks: \(conf)/checks.yaml

                """,
                to: "other.yaml"
            )
            let log = folder["other-\(reason.count).log"]
            let other = try RunningProgram(Programs.built.weftd, ["--config", file.path], log: log)
            #expect(other.wait(seconds: 30) == 1, "\(other.output)")
            #expect(other.lastLines.contains(reason), "\(other.output)")
        }
        try node.control.barrier()
    }

    @Test("a file of gigabytes does not keep others from being recorded, nor the daemon from ending")
    func largeFile() throws {
        let folder = try TrialFolder()
        let node = try TrialNode(in: folder, .init(roots: [try folder.makeFolder("tree")]))
        let large = folder["tree/large"]
        let sparse = try folder.write("", to: "sparse")
        guard truncate(sparse.path, 1 << 36) == 0, rename(sparse.path, large.path) == 0 else {
            throw TrialError("no sparse file can be made")
        }
        let warning = try eventually("the warning") {
            try node.control.status().warnings.first { $0.code == "reading" }
        }
        #expect(warning.subject == large.path)
        try folder.write("x\n", to: "tree/small")
        let made = try node.control.commit()
        #expect(made.map(\.changes) == [1])
        #expect(node.stop() == 0)
    }

    @Test(
        "options that cannot be used are refused with status 2, and help is no error",
        arguments: [(["--frobnicate"], 2), (["--config"], 2), (["file"], 2), (["--help"], 0)]
            as [([String], Int32)]
    )
    func options(arguments: [String], status: Int32) throws {
        let output = try runToEnd(Programs.built.weftd, arguments)
        #expect(output.status == status)
        #expect(output.text.isEmpty == (status != 0))
        #expect(output.errors.contains("Usage: weftd") == (status != 0), "\(output.errors)")
    }

    @Test("a FIFO is recorded and never opened")
    func fifo() throws {
        let folder = try TrialFolder()
        let tree = try folder.makeFolder("tree")
        let node = try TrialNode(in: folder, .init(roots: [tree]))
        guard mkfifo(folder["tree/fifo"].path, 0o644) == 0 else { throw TrialError("no FIFO can be made") }
        // Opening it would block the recorder; the barrier shows that it does not.
        try node.control.barrier()
        let change = try #require(node.control.diff().first?.change)
        guard case .file(let state) = change.after else { throw TrialError("the FIFO is no file") }
        #expect(state.type == .fifo)
    }

    @Test("a symlink that takes a directory's place is not followed")
    func swappedSymlink() throws {
        let folder = try TrialFolder()
        try folder.makeFolder("tree/dir")
        try folder.write("inside\n", to: "tree/dir/file")
        try folder.makeFolder("outside")
        try folder.write("outside\n", to: "outside/file")
        let node = try TrialNode(in: folder, .init(roots: [folder["tree"]]))
        try FileManager.default.removeItem(at: folder["tree/dir"])
        try FileManager.default.createSymbolicLink(
            at: folder["tree/dir"],
            withDestinationURL: folder["outside"]
        )
        try node.control.barrier()
        try node.control.rescan()
        let changes = try node.control.diff()
        #expect(changes.map { folder.relative($0.change.key) } == ["tree/dir", "tree/dir/file"])
        #expect(changes.last?.change.after == .absent)
    }
}
