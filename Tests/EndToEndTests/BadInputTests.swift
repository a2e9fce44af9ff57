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
            ("server: {url: \"http://192.0.2.1:1\"}", "plain HTTP"),
            ("files: {ignore: /nonexistent}", "/nonexistent"),
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
