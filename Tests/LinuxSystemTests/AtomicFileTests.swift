import CLinux
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@Suite("Atomic writes")
struct AtomicFileTests {
    let folder: TestFolder
    let uid = geteuid()
    let gid = getegid()

    init() throws { folder = try TestFolder() }

    func replace(
        _ path: FilePath,
        _ content: String = "new",
        mode: UInt16 = 0o640,
        attributes: [String: [UInt8]] = [:],
        precondition: AtomicFile.Precondition = .anything
    ) throws {
        try AtomicFile.replace(
            path,
            with: Array(content.utf8),
            mode: mode,
            uid: uid,
            gid: gid,
            attributes: attributes,
            precondition: precondition
        )
    }

    @Test(
        "a file is made, or takes the place of another, with exactly this content and mode",
        arguments: [true, false]
    )
    func replaces(exists: Bool) throws {
        let path = folder("file")
        if exists { try folder.file("file", "old and longer".utf8, mode: 0o777) }
        try replace(path, "new", mode: 0o4640)
        #expect(try text(of: path) == "new")
        #expect(try FileStatus.at(path)?.permissions == 0o4640)
        #expect(try folder.names() == ["file"])
    }

    @Test("the umask of the process does not matter")
    func umask() async throws {
        let (file, directory) = (folder("file"), folder("folder"))
        // It belongs to the process, so the files are made in another one.
        await #expect(processExitsWith: .success) {
            [file = file.string as String, directory = directory.string as String] in
            _ = Glibc.umask(0o077)
            let (uid, gid) = (geteuid(), getegid())
            try AtomicFile.replace(FilePath(file), with: [], mode: 0o666, uid: uid, gid: gid)
            try AtomicFile.createDirectory(FilePath(directory), mode: 0o1777, uid: uid, gid: gid)
        }
        #expect(try FileStatus.at(file)?.permissions == 0o666)
        #expect(try FileStatus.at(directory)?.permissions == 0o1777)
    }

    @Test("a symlink at the path is replaced, and what it points to stays")
    func replacesSymlink() throws {
        let target = try folder.file("target", "untouched".utf8)
        let path = try folder.link("link", to: "target")
        try replace(path)
        #expect(try FileStatus.at(path)?.kind == .regular)
        #expect(try text(of: target) == "untouched")
    }

    @Test("a hard link at the path is replaced, and its other name keeps the old content")
    func replacesHardLink() throws {
        let other = try folder.file("other", "untouched".utf8)
        try #require(link(other.string, folder("file").string) == 0)
        try replace(folder("file"))
        #expect(try text(of: other) == "untouched")
        #expect(try text(of: folder("file")) == "new")
    }

    @Test("a symlink among the parents is refused by name and target, and nothing is written")
    func symlinkedParent() throws {
        try folder.folder("real")
        try folder.folder("real/sub")
        let parent = try folder.link("link", to: "real")
        for write in writes(folder("link/sub/file")) {
            let error = #expect(throws: SystemError.self) { try write() }
            #expect(error?.code == .symlinkInPath)
            #expect(error?.subject == parent.string)
            #expect(error?.message.contains("real") == true)
        }
        #expect(try folder.names("real/sub").isEmpty)
    }

    @Test(
        "a path that is relative, holds .. or names the root is refused",
        arguments: ["etc/x", "/etc/../x", "/", "", ".", "/etc/.."]
    )
    func invalidPath(path: String) {
        for write in writes(FilePath(path)) {
            #expect(#expect(throws: SystemError.self) { try write() }?.code == .invalidPath)
        }
    }

    @Test("a missing parent is an error that names the parent")
    func missingParent() throws {
        for write in writes(folder("none/file")) {
            let error = #expect(throws: SystemError.self) { try write() }
            #expect(error?.code == .notFound)
            #expect(error?.subject == folder("none").string)
        }
    }

    @Test("a folder is not replaced by a file, and no temporary file stays")
    func directoryInPlace() throws {
        try folder.folder("folder")
        let path = folder("folder")
        #expect(#expect(throws: SystemError.self) { try replace(path) }?.code == .isDirectory)
        #expect(
            #expect(throws: SystemError.self) {
                try AtomicFile.replaceWithSymlink(path, to: [0x78], uid: uid, gid: gid)
            }?
            .code == .isDirectory
        )
        #expect(try folder.names() == ["folder"])
    }

    @Test("a name longer than the file system allows is an error, and no temporary file stays")
    func longName() throws {
        let path = folder(String(repeating: "x", count: 256))
        #expect(#expect(throws: SystemError.self) { try replace(path) }?.code == .invalidPath)
        #expect(try folder.names().isEmpty)
    }

    @Test("attributes are set, and those that an admin had set before are gone")
    func attributes() throws {
        let path = try folder.file("file")
        try #require(setxattr(path.string, "user.old", [1], 1, 0) == 0)
        try replace(path, attributes: ["user.note": [0, 255], "user.a\\n\\xc3\\xa9": [1]])
        let attributes = try FileReading.extendedAttributes(path).filter { $0.key.hasPrefix("user.") }
        #expect(attributes == ["user.note": [0, 255], "user.a\\n\\xc3\\xa9": [1]])
    }

    @Test("an ACL that a new file inherits from its folder does not stay unless it is wanted")
    func inheritedACL() throws {
        try #require(setxattr(folder.path.string, "system.posix_acl_default", acl, acl.count, 0) == 0)
        try replace(folder("without"), mode: 0o640)
        #expect(try FileReading.extendedAttributes(folder("without"))["system.posix_acl_access"] == nil)
        #expect(try FileStatus.at(folder("without"))?.permissions == 0o640)
        try replace(folder("with"), mode: 0o660, attributes: ["system.posix_acl_access": acl])
        #expect(try FileReading.extendedAttributes(folder("with"))["system.posix_acl_access"] == acl)
        #expect(try FileStatus.at(folder("with"))?.permissions == 0o660)
    }

    @Test("an attribute that cannot be set fails the write, and no temporary file stays")
    func refusedAttribute() throws {
        let path = try folder.file("file", "old".utf8)
        let huge = [UInt8](repeating: 1, count: 65_537)
        for attributes: [String: [UInt8]] in [["nonsense.name": [1]], ["user.big": huge], ["user.\\q": [1]]] {
            #expect(throws: SystemError.self) { try replace(path, attributes: attributes) }
        }
        #expect(try text(of: path) == "old")
        #expect(try folder.names() == ["file"])
    }

    @Test(
        "the owner is set before capabilities and set-uid, which a change of owner would clear",
        .enabled(if: geteuid() == 0)
    )
    func ownerAndCapability() throws {
        let path = folder("file")
        // cap_net_bind_service+ep in the kernel's version 2 form, as setcap(8) writes it.
        let capability: [UInt8] = [1, 0, 0, 2, 0, 4, 0, 0] + [UInt8](repeating: 0, count: 12)
        try AtomicFile.replace(
            path,
            with: [1],
            mode: 0o6755,
            uid: 1234,
            gid: 5678,
            attributes: ["security.capability": capability]
        )
        let status = try #require(try FileStatus.at(path))
        #expect([status.uid, status.gid] == [1234, 5678])
        #expect(status.permissions == 0o6755)
        #expect(try FileReading.extendedAttributes(path)["security.capability"] == capability)
    }

    @Test("a symlink gets any target, and takes the place of a file")
    func symlinks() throws {
        let path = try folder.file("file")
        let target = [0xFF, 0x0A] + [UInt8](repeating: UInt8(ascii: "x"), count: 2_000)
        try AtomicFile.replaceWithSymlink(path, to: target, uid: uid, gid: gid)
        #expect(try FileReading.linkTarget(path) == target)
        #expect(try folder.names() == ["file"])
        #expect(throws: SystemError.self) {
            try AtomicFile.replaceWithSymlink(path, to: [1, 0, 2], uid: uid, gid: gid)
        }
    }

    @Test("owner and attributes of a symlink are its own", .enabled(if: geteuid() == 0))
    func symlinkOwner() throws {
        let target = try folder.file("target")
        let path = folder("link")
        try AtomicFile.replaceWithSymlink(
            path,
            to: Array("target".utf8),
            uid: 1234,
            gid: 5678,
            attributes: ["trusted.note": [7]]
        )
        #expect(try FileStatus.at(path)?.uid == 1234)
        #expect(try FileStatus.at(target)?.uid == 0)
        #expect(try FileReading.extendedAttributes(path)["trusted.note"] == [7])
        #expect(try FileReading.extendedAttributes(target)["trusted.note"] == nil)
    }

    @Test("a folder is made, and one that is there gets mode and attributes and keeps what it holds")
    func directories() throws {
        let path = folder("folder")
        try AtomicFile.createDirectory(path, mode: 0o2750, uid: uid, gid: gid, attributes: ["user.a": [1]])
        #expect(try FileStatus.at(path)?.permissions == 0o2750)
        try folder.file("folder/file", "kept".utf8)
        try AtomicFile.createDirectory(path, mode: 0o700, uid: uid, gid: gid, attributes: ["user.b": [2]])
        #expect(try FileStatus.at(path)?.permissions == 0o700)
        #expect(
            try FileReading.extendedAttributes(path).filter { $0.key.hasPrefix("user.") } == ["user.b": [2]]
        )
        #expect(try text(of: folder("folder/file")) == "kept")
        #expect(try folder.names() == ["folder"])
    }

    @Test("a folder does not take the place of a file or follow a symlink", arguments: ["file", "link"])
    func directoryOverFile(name: String) throws {
        try folder.file("file", "old".utf8)
        try folder.folder("real", mode: 0o755)
        try folder.link("link", to: "real")
        let path = folder(name)
        let error = #expect(throws: SystemError.self) {
            try AtomicFile.createDirectory(path, mode: 0o700, uid: uid, gid: gid)
        }
        #expect(error?.code == .alreadyExists)
        #expect(try FileStatus.at(folder("real"))?.permissions == 0o755)
    }

    @Test("a file, a symlink and an empty folder are removed, and what is not there is no error")
    func removes() throws {
        try folder.file("file")
        try folder.link("link", to: "file")
        try folder.folder("folder")
        #expect(try AtomicFile.remove(folder("link")))
        #expect(try folder.names() == ["file", "folder"])
        #expect(try AtomicFile.remove(folder("file")))
        #expect(try AtomicFile.remove(folder("folder")))
        #expect(try !AtomicFile.remove(folder("file")))
        #expect(try folder.names().isEmpty)
    }

    @Test("a folder that holds something is not removed")
    func removesNoFullDirectory() throws {
        let path = try folder.folder("folder")
        try folder.file("folder/file")
        #expect(#expect(throws: SystemError.self) { try AtomicFile.remove(path) }?.code == .directoryNotEmpty)
        #expect(try folder.names("folder") == ["file"])
    }

    @Test("what changed since it was looked at is neither replaced nor removed")
    func unchangedPrecondition() throws {
        let path = try folder.file("file", "seen".utf8)
        let seen = AtomicFile.Precondition.unchanged(try #require(try FileStatus.at(path)))
        try write(path, "edited meanwhile".utf8)
        for write in writes(path, seen) {
            #expect(#expect(throws: SystemError.self) { try write() }?.code == .changed)
        }
        #expect(try text(of: path) == "edited meanwhile")
        #expect(try folder.names() == ["file"])
        try replace(path, precondition: .unchanged(try #require(try FileStatus.at(path))))
        #expect(try text(of: path) == "new")
    }

    @Test("what must be absent is not replaced")
    func absentPrecondition() throws {
        let path = folder("file")
        try replace(path, "first", precondition: .absent)
        for write in writes(path, .absent) {
            #expect(#expect(throws: SystemError.self) { try write() }?.code == .changed)
        }
        #expect(try text(of: path) == "first")
        #expect(try folder.names() == ["file"])
    }

    @Test("only names that the writes themselves make are temporary")
    func temporaryNames() {
        #expect(AtomicFile.isTemporaryName(Array(".weft-0a1b2c3z".utf8)))
        for name in [
            ".weft-", ".weft-short", ".weft-UPPERCAS", ".weft-123456789", "weft-12345678", "a.weft-12345678",
        ] {
            #expect(!AtomicFile.isTemporaryName(Array(name.utf8)))
        }
    }

    @Test("what interrupted writes left beside a file is removed, and nothing else")
    func removesTemporaries() throws {
        try folder.file(".weft-0a1b2c3z", "half a fi".utf8)
        _ = try folder.folder(".weft-aaaaaaaa")
        #expect(symlink("file", folder(".weft-bbbbbbbb").string) == 0)
        let full = try folder.folder(".weft-cccccccc")
        try folder.file(".weft-cccccccc/file")
        try folder.file(".weft-somebody-s")
        try folder.file("file")
        let removed = try AtomicFile.removeTemporaries(beside: folder("file"))
        #expect(
            Set(removed.map(\.lastComponent?.string)) == [
                ".weft-0a1b2c3z", ".weft-aaaaaaaa", ".weft-bbbbbbbb",
            ]
        )
        #expect(try folder.names().sorted() == [".weft-cccccccc", ".weft-somebody-s", "file"])
        #expect(try AtomicFile.removeTemporaries(beside: full.appending("none/file")).isEmpty)
    }

    /// Each kind of write to `path`.
    func writes(
        _ path: FilePath,
        _ precondition: AtomicFile.Precondition = .anything
    ) -> [@Sendable () throws -> Void] {
        let (uid, gid) = (uid, gid)
        return [
            {
                try AtomicFile.replace(
                    path,
                    with: [],
                    mode: 0o600,
                    uid: uid,
                    gid: gid,
                    precondition: precondition
                )
            },
            {
                try AtomicFile.replaceWithSymlink(
                    path,
                    to: [0x78],
                    uid: uid,
                    gid: gid,
                    precondition: precondition
                )
            },
            {
                try AtomicFile.createDirectory(
                    path,
                    mode: 0o700,
                    uid: uid,
                    gid: gid,
                    precondition: precondition
                )
            },
            { try AtomicFile.remove(path, precondition: precondition) },
        ]
    }

    /// `u::rw-,u:1234:rw-,g::r--,m::rw-,o::---` in the kernel's form (linux/posix_acl_xattr.h).
    private let acl: [UInt8] =
        [2, 0, 0, 0]
        + [1, 0, 6, 0, 255, 255, 255, 255]
        + [2, 0, 6, 0, 0xD2, 4, 0, 0]
        + [4, 0, 4, 0, 255, 255, 255, 255]
        + [16, 0, 6, 0, 255, 255, 255, 255]
        + [32, 0, 0, 0, 255, 255, 255, 255]
}
