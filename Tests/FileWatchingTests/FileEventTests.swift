import CLinux
import FileWatching
import Glibc
import SystemPackage
import Testing

@Suite("Hints for single files")
struct FileEventTests {
    @Test("the start gives one comparison of the root, after it is watched")
    func start() throws {
        let fixture = try WatchFixture { folder in
            try writeFile(folder.appending("root/old"))
        }
        #expect(fixture.initialHints == [.tree(fixture.root)])
        #expect(fixture.watcher.watchedDirectories >= 1)
        #expect(fixture.watcher.warnings.isEmpty)
    }

    @Test("a file gives its one hint when it is closed, not while it is being written")
    func writing() throws {
        let fixture = try WatchFixture()
        let file = fixture.root.appending("file")
        let descriptor = try openFile(file)
        append("part", to: descriptor)
        fchmod(descriptor, 0o600)
        #expect(try fixture.promptHints() == [])
        append("rest", to: descriptor)
        close(descriptor)
        #expect(try fixture.promptHints() == [.path(file)])
    }

    @Test("an empty file made by touch is seen, and so is one that is opened for reading only")
    func touch() throws {
        let fixture = try WatchFixture(settings: WatchSettings(quietPeriod: .milliseconds(50)))
        let file = fixture.root.appending("empty")
        close(try openFile(file))
        #expect(try fixture.promptHints() == [.path(file)])
        let readOnly = fixture.root.appending("read-only")
        close(try openFile(readOnly, O_RDONLY | O_CREAT))
        try fixture.waitForHint(.path(readOnly))
    }

    @Test("symlinks, hard links, FIFOs and nodes of other kinds are seen at once, without a close")
    func withoutClose() throws {
        let fixture = try WatchFixture { folder in try writeFile(folder.appending("root/file")) }
        let root = fixture.root
        try makeSymlink(root.appending("symlink"), to: "nowhere")
        #expect(try fixture.promptHints() == [.path(root.appending("symlink"))])
        let file = root.appending("file")
        let link = root.appending("link")
        #expect(file.withPlatformString { old in link.withPlatformString { Glibc.link(old, $0) } } == 0)
        #expect(try fixture.promptHints() == [.path(link)])
        #expect(root.appending("fifo").withPlatformString { mkfifo($0, 0o600) } == 0)
        #expect(try fixture.promptHints() == [.path(root.appending("fifo"))])
    }

    @Test("a node made by mknod and an unnamed file that is given a name are seen after the quiet period")
    func regularWithoutClose() throws {
        let fixture = try WatchFixture(settings: WatchSettings(quietPeriod: .milliseconds(50)))
        let node = fixture.root.appending("node")
        #expect(node.withPlatformString { mknod($0, S_IFREG | 0o600, 0) } == 0)
        try fixture.waitForHint(.path(node))
        let unnamed = fixture.root.withPlatformString { open($0, O_WRONLY | 0o20_200_000, 0o600) }
        try #require(unnamed >= 0)
        append("text", to: unnamed)
        let named = fixture.root.appending("named")
        let result = named.withPlatformString {
            linkat(AT_FDCWD, "/proc/self/fd/\(unnamed)", AT_FDCWD, $0, AT_SYMLINK_FOLLOW)
        }
        #expect(result == 0)
        try fixture.waitForHint(.path(named))
        close(unnamed)
    }

    @Test("a file that stays open is seen when its writer pauses")
    func quietWriter() throws {
        let fixture = try WatchFixture(
            settings: WatchSettings(quietPeriod: .milliseconds(100), longestDelay: .seconds(3600))
        )
        let file = fixture.root.appending("log")
        let descriptor = try openFile(file)
        defer { close(descriptor) }
        try fixture.waitForHint(.path(file))
        append("line\n", to: descriptor)
        try fixture.waitForHint(.path(file))
    }

    @Test("a file that is written without a pause is seen now and then")
    func busyWriter() throws {
        let fixture = try WatchFixture(
            settings: WatchSettings(quietPeriod: .seconds(3600), longestDelay: .milliseconds(200))
        )
        let file = fixture.root.appending("log")
        let descriptor = try openFile(file)
        defer { close(descriptor) }
        for _ in 0..<2 {
            append("line\n", to: descriptor)
            try fixture.waitForHint(.path(file))
        }
    }

    @Test("a barrier has files looked at that are open for writing")
    func barrierAndWriter() throws {
        let fixture = try WatchFixture()
        let file = fixture.root.appending("log")
        let descriptor = try openFile(file)
        defer { close(descriptor) }
        append("line\n", to: descriptor)
        #expect(try fixture.hints() == [.path(file)])
        #expect(try fixture.hints() == [])
    }

    @Test("mode, owner and extended attributes give a hint, also those of directories and of the root")
    func attributes() throws {
        let fixture = try WatchFixture { folder in
            try writeFile(folder.appending("root/file"))
            try makeDirectory(folder.appending("root/directory"))
        }
        let root = fixture.root
        for path in [root.appending("file"), root.appending("directory"), root] {
            try setMode(path, 0o700)
            #expect(try fixture.promptHints() == [.path(path)])
        }
        let result = root.appending("file").withPlatformString { setxattr($0, "user.weft", "1", 1, 0) }
        try #require(result == 0)
        #expect(try fixture.promptHints() == [.path(root.appending("file"))])
    }

    @Test("truncation by path, without an open file, is seen")
    func truncation() throws {
        let fixture = try WatchFixture(settings: WatchSettings(quietPeriod: .milliseconds(50))) { folder in
            try writeFile(folder.appending("root/file"))
        }
        let file = fixture.root.appending("file")
        #expect(file.withPlatformString { truncate($0, 1) } == 0)
        try fixture.waitForHint(.path(file))
    }

    @Test("removal and renaming of a file give a hint for each name")
    func removal() throws {
        let fixture = try WatchFixture { folder in
            try writeFile(folder.appending("root/a"))
            try writeFile(folder.appending("root/b"))
        }
        let root = fixture.root
        try removeFile(root.appending("a"))
        #expect(try fixture.promptHints() == [.path(root.appending("a"))])
        try move(root.appending("b"), root.appending("c"))
        #expect(try Set(fixture.promptHints()) == [.path(root.appending("b")), .path(root.appending("c"))])
        try move(root.appending("c"), fixture.folder("outside"))
        #expect(try fixture.promptHints() == [.path(root.appending("c"))])
        try move(fixture.folder("outside"), root.appending("d"))
        #expect(try fixture.promptHints() == [.path(root.appending("d"))])
    }

    @Test("a file that is open for writing gives hints under its new name after a rename")
    func renamedWriter() throws {
        let fixture = try WatchFixture()
        let root = fixture.root
        let descriptor = try openFile(root.appending("a"))
        append("text", to: descriptor)
        try move(root.appending("a"), root.appending("b"))
        _ = try fixture.hints()
        append("more", to: descriptor)
        close(descriptor)
        #expect(try fixture.promptHints() == [.path(root.appending("b"))])
    }

    @Test("what the rules ignore gives no hint and is not watched")
    func ignored() throws {
        let fixture = try WatchFixture(
            isIgnored: { path, isDirectory in
                path.lastComponent == (isDirectory ? "cache" : "swap")
            },
            prepare: { folder in try makeDirectories("root/cache/below", in: folder) }
        )
        let watched = fixture.watcher.watchedDirectories
        try writeFile(fixture.root.appending("swap"))
        try writeFile(fixture.root.appending("cache/below/file"))
        try makeDirectories("cache/new", in: fixture.root)
        try makeDirectories("new/cache/deep", in: fixture.root)
        let new = fixture.root.appending("new")
        #expect(try Set(fixture.hints().map(\.path)) == [new])
        #expect(fixture.watcher.watchedDirectories == watched + 1)
    }
}
