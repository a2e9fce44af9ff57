import FabricModel
import SystemPackage
import Testing

@testable import Components

@Suite("What is still as its package brought it")
struct ShippedMatchTests {
    private let text = Array("shipped\n".utf8)
    private let root = AccountReference(name: "root", id: 0)

    private func shipped(_ change: (inout ShippedFile) -> Void = { _ in }) -> ShippedFile {
        var file = ShippedFile(
            path: "/etc/a",
            package: "a",
            digest: ShippedDigest(algorithm: .md5, hex: FileDigest.hex(.md5, of: text)),
            kind: .regular,
            mode: 0o644,
            owner: "root",
            group: "root"
        )
        change(&file)
        return file
    }

    private func state(_ change: (inout FileState) -> Void = { _ in }) -> FileState {
        var state = FileState(
            type: .regular,
            mode: 0o644,
            owner: root,
            group: root,
            content: FileContent(digest: .sha256(text), size: UInt64(text.count))
        )
        change(&state)
        return state
    }

    private func matches(_ shipped: ShippedFile, _ state: FileState, before: FileState? = nil) -> Bool {
        shipped.matches(state, before: before) { text }
    }

    @Test("a file is the package's only when content, mode, owner and attributes are")
    func whole() {
        #expect(matches(shipped(), state()))
        #expect(!shipped().matches(state(), before: nil) { Array("edited\n".utf8) })
        #expect(!shipped().matches(state(), before: nil) { nil })
        let edits: [(inout FileState) -> Void] = [
            { $0.mode = 0o4777 }, { $0.owner = AccountReference(name: "nobody", id: 65_534) },
            { $0.group = AccountReference(name: nil, id: 4711) }, { $0.attributes["user.note"] = "x" },
            { $0.attributes["system.posix_acl_access"] = "x" },
        ]
        for edit in edits { #expect(!matches(shipped(), state(edit))) }
        #expect(matches(shipped(), state { $0.attributes["security.capability"] = "x" }))
    }

    @Test(
        "where the database tells no mode, a new file has a usual one, and one that was there the one it had"
    )
    func unknownMode() {
        let dpkg = shipped { ($0.mode, $0.owner, $0.group) = (nil, nil, nil) }
        #expect(matches(dpkg, state()))
        #expect(!matches(dpkg, state { $0.mode = 0o666 }))
        #expect(matches(dpkg, state { $0.mode = 0o600 }, before: state { $0.mode = 0o600 }))
        #expect(!matches(dpkg, state { $0.mode = 0o600 }, before: state()))
        #expect(!matches(dpkg, state { $0.owner = AccountReference(name: "ann", id: 1000) }))
    }

    @Test("what became so while packages changed is their scripts' doing, if the content is theirs")
    func duringTransaction() {
        let owned = state { $0.owner = AccountReference(name: "svc", id: 101) }
        #expect(shipped().matches(owned, before: nil, isDuringTransaction: true) { text })
        #expect(!shipped().matches(owned, before: nil, isDuringTransaction: true) { Array("edited\n".utf8) })
        let directory = FileState(type: .directory, mode: 0o755, owner: root, group: root)
        #expect(!shipped().matches(directory, before: nil, isDuringTransaction: true) { text })
    }

    @Test("links and directories have to be what was brought too")
    func others() {
        let link = shipped { file in
            file.kind = .symlink
            file.digest = nil
            file.target = Array("../real".utf8)
        }
        func linked(_ target: String) -> FileState {
            FileState(type: .symlink, mode: 0, owner: root, group: root, target: target)
        }
        #expect(matches(link, linked("../real")))
        #expect(!matches(link, linked("/tmp/evil")))
        let unknown = shipped { file in
            (file.kind, file.digest, file.target, file.mode) = (nil, nil, nil, nil)
        }
        #expect(matches(unknown, linked("../real")))
        #expect(!matches(unknown, linked("/tmp/evil"), before: linked("../real")))
        func directory(_ mode: UInt16) -> FileState {
            FileState(type: .directory, mode: mode, owner: root, group: root)
        }
        #expect(matches(unknown, directory(0o755)))
        #expect(!matches(unknown, directory(0o777)))
        #expect(!matches(link, directory(0o755)))
    }
}
