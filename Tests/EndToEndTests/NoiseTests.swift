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
        /// The file that is changed.
        var edited = "file.conf"

        var testDescription: String { name }
    }

    static let tools = [
        Tool(
            name: "vim",
            script: "vim -u NONE -N -es -c 'set backup swapfile' -c '%s/one/two/' -c 'wq' file.conf"
        ),
        Tool(
            name: "nano",
            script: keys(
                into: "nano file.conf",
                [("# one", #"\x0b# two\x0f"#), ("Write", #"\r"#), ("Wrote", #"\x18"#)]
            )
        ),
        Tool(name: "sed -i", script: "sed -i s/one/two/ file.conf"),
        Tool(name: "sed -i with a backup", script: "sed -i~ s/one/two/ file.conf && rm file.conf~"),
        Tool(name: "cp", script: "cp ../new.conf file.conf"),
        Tool(name: "install", script: "install -m 0644 ../new.conf file.conf"),
        Tool(name: "ed", script: "printf '%s\\n' '%s/one/two/' w q | ed -s file.conf"),
        Tool(name: "perl -i", script: "perl -pi -e s/one/two/ file.conf"),
        Tool(name: "visudo", script: "EDITOR='sed -i s/one/two/' visudo -f file.conf"),
        Tool(
            name: "crontab -e",
            // In a mount namespace of its own, so that this machine's tables are left alone. The pause is for crontab,
            // which goes by whole seconds to see whether the editor did anything.
            script: """
                tables=$(find /var/spool/cron -mindepth 1 -maxdepth 1 -type d -name crontabs; echo /var/spool/cron)
                export TABLES="${tables%%$'\\n'*}" EDITOR="$WEFT_TRIAL_TREE/../edit"
                printf '%s\\n' '#!/bin/sh' 'sleep 1.1; echo "0 4 * * * two" >"$1"' >"$EDITOR" && chmod +x "$EDITOR"
                unshare -m sh -c 'mount --bind "$PWD" "$TABLES" && crontab -u root -e'
                """,
            edited: "root"
        ),
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
        #expect(changes == ["tree/\(tool.edited)"])
    }

    /// A script that starts a program on a terminal of its own and types each of these keys once the screen has shown the
    /// text before it.
    private static func keys(into program: String, _ steps: [(seen: String, keys: String)]) -> String {
        let words = steps.flatMap { ["'\($0.seen)'", "'\($0.keys)'"] }.joined(separator: " ")
        return """
            cat >../keys.py <<'PYTHON'
            import os, pty, select, sys, time
            program, *steps = sys.argv[1:]
            pid, terminal = pty.fork()
            if pid == 0:
                os.execvp("sh", ["sh", "-c", program])
            shown, deadline = b"", time.monotonic() + 60
            for wanted, keys in zip(steps[::2], steps[1::2]):
                while wanted.encode() not in shown:
                    if not select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
                        os.kill(pid, 9)
                        sys.exit(f"{program} never showed {wanted}: {shown}")
                    shown += os.read(terminal, 4096)
                shown = b""
                os.write(terminal, keys.encode().decode("unicode_escape").encode())
            try:
                while os.read(terminal, 4096):
                    pass
            except OSError:
                pass
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            PYTHON
            python3 ../keys.py '\(program)' \(words)
            """
    }

    private func shell(_ script: String, in folder: TrialFolder) throws -> ProgramOutput {
        let whole = "cd \"$WEFT_TRIAL_TREE\"\n\(script)\n"
        let environment = ["WEFT_TRIAL_TREE": folder["tree"].path, "HOME": folder.url.path, "TERM": "xterm"]
        return try runToEnd(URL(filePath: "/bin/bash"), ["-c", whole], environment: environment, within: 120)
    }
}
