import FabricModel
import FoundationEssentials
import NodeControl
import Testing
import TrialFabric

/// Editors and tools leave nothing behind in a commit but the edit itself.
@Suite struct NoiseTests {
    struct Tool: Sendable, CustomTestStringConvertible {
        var name: String
        var script: String
        var testDescription: String { name }
    }

    static let tools = [
        Tool(
            name: "vim",
            script: "vim -u NONE -N -es -c 'set backup swapfile' -c '%s/one/two/' -c 'wq' file.conf"
        ),
        Tool(
            name: "nano",
            script:
                "printf 'two ' | script -qec \"nano --nonewlines file.conf\" /dev/null >/dev/null 2>&1 & sleep 1; kill $! || :; sed -i s/one/two/ file.conf"
        ),
        Tool(name: "sed -i", script: "sed -i s/one/two/ file.conf"),
        Tool(name: "sed -i with a backup", script: "sed -i~ s/one/two/ file.conf && rm file.conf~"),
        Tool(name: "cp", script: "cp ../new.conf file.conf"),
        Tool(name: "install", script: "install -m 0644 ../new.conf file.conf"),
        Tool(name: "ed", script: "printf '%s\\n' '%s/one/two/' w q | ed -s file.conf"),
        Tool(name: "perl -i", script: "perl -pi -e s/one/two/ file.conf"),
        Tool(name: "visudo", script: "EDITOR='sed -i s/one/two/' visudo -f file.conf"),
        Tool(
            name: "ansible lineinfile",
            script:
                "ansible localhost -c local -m lineinfile -a \"path=$PWD/file.conf regexp=one line='# two'\""
        ),
        Tool(
            name: "ansible copy",
            script: "ansible localhost -c local -m copy -a \"src=$PWD/../new.conf dest=$PWD/file.conf\""
        ),
        Tool(name: "git checkout", script: "git checkout -q other -- file.conf"),
    ]

    @Test("an edit is one change", arguments: tools)
    func edit(tool: Tool) throws {
        let folder = try TrialFolder()
        try folder.makeFolder("tree")
        try folder.write("# one\n", to: "tree/file.conf")
        try folder.write("# two\n", to: "new.conf")
        let git = """
            export GIT_DIR=$PWD/../git GIT_WORK_TREE=$PWD
            git init -q && git config user.email a@example.org && git config user.name a
            git add file.conf && git commit -qm one && git checkout -q -b other
            cp ../new.conf file.conf && git commit -qam two && git checkout -q -
            """
        let environment = tool.name.hasPrefix("git") ? git : "true"
        let prepared = try shell(environment, in: folder)
        #expect(prepared.status == 0, "\(prepared.errors)")
        let node = try TrialNode(in: folder, .init(roots: [folder["tree"]]))
        let setGit = "export GIT_DIR=$PWD/../git GIT_WORK_TREE=$PWD\n"
        let output = try shell((tool.name.hasPrefix("git") ? setGit : "") + tool.script, in: folder)
        #expect(output.status == 0, "\(output.text) \(output.errors)")
        try node.control.barrier()
        let changes = try node.control.diff().map { folder.relative($0.change.key) }
        #expect(changes == ["tree/file.conf"])
    }

    private func shell(_ script: String, in folder: TrialFolder) throws -> ProgramOutput {
        let whole = "cd \"$WEFT_TRIAL_TREE\"\n\(script)\n"
        let environment = ["WEFT_TRIAL_TREE": folder["tree"].path, "HOME": folder.url.path, "TERM": "xterm"]
        return try runToEnd(URL(filePath: "/bin/bash"), ["-c", whole], environment: environment, within: 120)
    }
}
