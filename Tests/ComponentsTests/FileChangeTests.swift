import Crypto
import FabricModel
import Glibc
import LinuxSystem
import RecordingRules
import SystemPackage
import Testing

@testable import Components

@Suite("Changes of files")
struct FileChangeTests {
    private let folder: ScratchFolder
    private let component: FileComponent

    init() throws {
        folder = try ScratchFolder()
        component = try FileComponentTests.component()
    }

    private func file(
        _ text: String,
        mode: UInt16 = 0o644,
        owner: AccountReference = AccountReference(name: "root", id: 0)
    ) -> ResourceState {
        let content = FileContent(digest: .sha256(text.utf8), size: UInt64(text.utf8.count))
        return .file(FileState(type: .regular, mode: mode, owner: owner, group: root, content: content))
    }

    private func other(
        _ type: FileState.FileType,
        mode: UInt16 = 0o755,
        target: String? = nil
    ) -> ResourceState {
        .file(FileState(type: type, mode: mode, owner: root, group: root, target: target))
    }

    private var root: AccountReference { AccountReference(name: "root", id: 0) }

    private func change(_ path: FilePath, to wanted: ResourceState, content: String = "") throws {
        let now = try #require(try component.observe(path))
        try component.change(path, from: now.state, to: wanted) { _ in Array(content.utf8) }
        #expect(try #require(try component.observe(path)).state.matches(wanted))
    }

    @Test("a file passes through every type that Weft makes, with its parents", .enabled(if: geteuid() == 0))
    func types() throws {
        let path = folder.path.appending("some/new/place")
        try change(path, to: file("one"), content: "one")
        try change(path, to: file("two", mode: 0o4750), content: "two")
        try change(path, to: other(.symlink, mode: 0, target: "/etc/hosts"))
        try change(path, to: other(.directory, mode: 0o1777))
        try change(path, to: other(.directory, mode: 0o700))
        try change(path, to: file("three"), content: "three")
        try change(path, to: .absent)
        #expect(try FileStatus.at(folder.path.appending("some/new"))?.permissions == 0o755)
    }

    @Test("a directory that is changed is Weft's own doing also between its owner and its mode")
    func halfway() throws {
        let daemon = AccountReference(name: "daemon", id: 1)
        func directory(_ mode: UInt16, _ owner: AccountReference) -> FileState {
            FileState(type: .directory, mode: mode, owner: owner, group: root)
        }
        let request = ChangeRequest(
            key: try ResourceKey(file: folder.path),
            current: .file(directory(0o755, root)),
            wanted: .file(directory(0o700, daemon))
        )
        let expected = try #require(component.expectations(of: request)[request.key])
        let passed = [directory(0o755, daemon), directory(0o700, daemon)]
        for state in passed {
            #expect(expected.contains { $0.isSatisfied(by: .file(state)) })
        }
        #expect(!expected.contains { $0.isSatisfied(by: .file(directory(0o700, root))) })
    }

    @Test("what is in another state than the caller knows is left alone", .enabled(if: geteuid() == 0))
    func changedMeanwhile() throws {
        let path = try folder.write("now", to: "a")
        for (expected, wanted) in [
            (file("then"), file("new")), (.absent, file("new")), (file("then"), .absent),
        ] {
            let error = #expect(throws: ComponentsError.self) {
                try component.change(path, from: expected, to: wanted) { _ in Array("new".utf8) }
            }
            #expect(error?.code == .changedMeanwhile)
        }
        #expect(try SystemFile.read(path, limit: 100) == Array("now".utf8))
    }

    @Test("what cannot be is refused by its name, and nothing was written", .enabled(if: geteuid() == 0))
    func refused() throws {
        let path = folder.path.appending("new/file")
        let nobody = AccountReference(name: "no-such-account", id: 4711)
        let states: [(ResourceState, ComponentsError.Code, String)] = [
            (file("x", owner: nobody), .cannotChange, "owner 'no-such-account' does not exist"),
            (other(.fifo), .cannotChange, "a fifo is not made"),
            (file("x"), .contentNotKept, "not kept any more"),
        ]
        for (wanted, code, message) in states {
            let error = #expect(throws: ComponentsError.self) {
                try component.change(path, from: .absent, to: wanted) { _ in nil }
            }
            #expect(error?.code == code)
            #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        }
        #expect(try FileStatus.at(path.removingLastComponent()) == nil)
    }

    @Test(
        "a directory that is not empty is not removed, and what is in it is named",
        .enabled(if: geteuid() == 0)
    )
    func notEmpty() throws {
        let path = folder.path.appending("directory")
        try change(path, to: other(.directory))
        for name in ["c", "a", "b", "d", "e", "f", "g"] { try folder.write("x", to: "directory/\(name)") }
        let state = try #require(try component.observe(path)).state
        let error = #expect(throws: ComponentsError.self) {
            try component.change(path, from: state, to: .absent) { _ in nil }
        }
        #expect(error?.message.contains("there is a, b, c, d, e and 2 more") == true)
        #expect(try FileStatus.at(path.appending("g")) != nil)
    }

    @Test("of what a program says of a file little is told, as text", .ownThread)
    func checkedByTalker() throws {
        let rules = """
            - {path: '*.rules', command: [sh, -c, 'cat "$0"; echo "$0" >&2; exit 1', '{}'], reason: a test}
            """
        let check = FileCheck(rules: try CheckRules(yaml: rules, file: "checks.yaml"))
        let long = String(repeating: "x", count: 300)
        let error = #expect(throws: ComponentsError.self) {
            try check.check(Array("\u{1B}[2J\(long)\ntwo\nthree\n".utf8), for: "/etc/a.rules")
        }
        let line = #"\x1b[2J"# + String(repeating: "x", count: 193)
        #expect(
            error?.message == "is refused by sh, which ended with status 1: /etc/a.rules | \(line) | two"
        )
    }

    @Test("a file that its program refuses is not written, and what was there stays", .ownThread)
    func checked() throws {
        let path = try folder.write("good\n", to: "a.rules")
        let checks = """
            - {path: '*.rules', command: [grep, -q, good, '{}'], reason: a test}
            - {path: '*.absolute', command: [/usr/bin/env, grep, -q, good, '{}'], reason: a test}
            - {path: '*.conf', command: [no-such-program-here, '{}'], reason: a test}
            """
        let checking = FileComponent(
            secrets: component.secrets,
            checks: try CheckRules(yaml: checks, file: "checks.yaml"),
            key: SymmetricKey(size: .bits256),
            contentLimit: 1 << 20,
            accounts: AccountNames()
        )
        let now = try #require(try checking.observe(path)).state
        let error = #expect(throws: ComponentsError.self) {
            try checking.change(path, from: now, to: file("bad\n")) { _ in Array("bad\n".utf8) }
        }
        #expect(error?.message.contains("is refused by grep, which ended with status 1") == true)
        #expect(try SystemFile.read(path, limit: 100) == Array("good\n".utf8))
        try checking.change(path, from: now, to: file("good too\n")) { _ in Array("good too\n".utf8) }
        #expect(try SystemFile.read(path, limit: 100) == Array("good too\n".utf8))
        let absolute = folder.path.appending("a.absolute")
        #expect(throws: ComponentsError.self) {
            try checking.change(absolute, from: .absent, to: file("bad\n")) { _ in Array("bad\n".utf8) }
        }
        try checking.change(absolute, from: .absent, to: file("good\n")) { _ in Array("good\n".utf8) }
        let other = folder.path.appending("b.conf")
        try checking.change(other, from: .absent, to: file("x")) { _ in Array("x".utf8) }
    }
}
