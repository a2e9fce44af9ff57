import FileWatching
import SystemPackage
import Testing

@Suite("Roots")
struct RootTests {
    @Test("a root that does not exist is waited for, however much of its path is missing")
    func missing() throws {
        let fixture = try WatchFixture(roots: { [WatchedRoot(path: $0.appending("root/x/y/z"))] })
        let root = fixture.root.appending("x/y/z")
        #expect(fixture.initialHints == [.tree(root)])
        try writeFile(fixture.root.appending("x-other"))
        #expect(try fixture.hints() == [])
        try makeDirectories("x/y", in: fixture.root)
        try writeFile(fixture.root.appending("x/other"))
        try makeDirectories("x/y/z/below", in: fixture.root)
        try writeFile(root.appending("below/file"))
        let hints = try Set(fixture.hints())
        #expect(hints.contains(.tree(root)))
        #expect(hints.allSatisfy { $0.path.starts(with: root) })
        try writeFile(root.appending("below/file"))
        #expect(try fixture.hints() == [.path(root.appending("below/file"))])
    }

    @Test("a root that is removed, or whose parent is, and comes back is watched again")
    func comesBack() throws {
        let fixture = try WatchFixture(
            roots: { [WatchedRoot(path: $0.appending("root/x/y"))] },
            prepare: { try makeDirectories("root/x/y/z", in: $0) }
        )
        let root = fixture.root.appending("x/y")
        removeTree(root)
        #expect(try Set(fixture.hints()).contains(.tree(root)))
        try makeDirectories("x/y/z", in: fixture.root)
        #expect(try Set(fixture.hints()).contains(.tree(root)))
        try move(fixture.root.appending("x"), fixture.folder("away"))
        #expect(try fixture.hints() == [.tree(root)])
        try writeFile(fixture.folder("away/y/z/file"))
        #expect(try fixture.hints() == [])
        try move(fixture.folder("away"), fixture.root.appending("x"))
        #expect(try fixture.hints() == [.tree(root)])
        try writeFile(root.appending("z/file"))
        #expect(try fixture.hints() == [.path(root.appending("z/file"))])
    }

    @Test("a root that is a symlink is not followed, and seen when it changes")
    func symlink() throws {
        let fixture = try WatchFixture(
            roots: { [WatchedRoot(path: $0.appending("root/link"))] },
            prepare: { folder in
                try makeDirectory(folder.appending("elsewhere"))
                try makeSymlink(folder.appending("root/link"), to: folder.appending("elsewhere"))
            }
        )
        let root = fixture.root.appending("link")
        try writeFile(fixture.folder("elsewhere/file"))
        #expect(try fixture.hints() == [])
        try removeFile(root)
        try makeSymlink(root, to: "/tmp")
        #expect(try Set(fixture.hints()) == [.tree(root)])
        try removeFile(root)
        try makeDirectory(root)
        _ = try fixture.hints()
        try writeFile(root.appending("file"))
        #expect(try fixture.hints() == [.path(root.appending("file"))])
    }

    @Test("a symlink above every root is followed, also when it appears or changes")
    func symlinkAbove() throws {
        let fixture = try WatchFixture(
            roots: { [WatchedRoot(path: $0.appending("root/home/alice"))] },
            prepare: { folder in
                try makeDirectories("one/alice", in: folder)
                try makeDirectories("two/alice", in: folder)
                try makeSymlink(folder.appending("root/home"), to: folder.appending("one"))
            }
        )
        let root = fixture.root.appending("home/alice")
        try writeFile(fixture.folder("one/alice/file"))
        #expect(try fixture.hints() == [.path(root.appending("file"))])
        try makeSymlink(fixture.root.appending("new"), to: fixture.folder("two"))
        try move(fixture.root.appending("new"), fixture.root.appending("home"))
        #expect(try fixture.hints() == [.tree(root)])
        try writeFile(fixture.folder("one/alice/file"))
        try writeFile(fixture.folder("two/alice/other"))
        #expect(try fixture.hints() == [.path(root.appending("other"))])
    }

    @Test("a root that is a file is seen when it is written and replaced")
    func file() throws {
        let fixture = try WatchFixture(
            roots: { [WatchedRoot(path: $0.appending("root/file"))] },
            prepare: { try writeFile($0.appending("root/file")) }
        )
        let root = fixture.root.appending("file")
        try writeFile(root)
        #expect(try fixture.hints() == [.path(root)])
        try writeFile(fixture.root.appending("other"))
        try move(fixture.root.appending("other"), root)
        #expect(try fixture.hints() == [.tree(root)])
    }

    @Test("roots that overlap give each hint once")
    func overlap() throws {
        let fixture = try WatchFixture(
            roots: { folder in
                [
                    WatchedRoot(path: folder.appending("root")),
                    WatchedRoot(path: folder.appending("root/a/b")),
                    WatchedRoot(path: folder.appending("root/a"), scope: .only(["file", "b/c"])),
                ]
            },
            prepare: { try makeDirectories("root/a/b/c", in: $0) }
        )
        #expect(fixture.initialHints == [.tree(fixture.root)])
        try writeFile(fixture.root.appending("a/b/c/file"))
        try writeFile(fixture.root.appending("a/file"))
        #expect(
            try fixture.hints() == [
                .path(fixture.root.appending("a/b/c/file")), .path(fixture.root.appending("a/file")),
            ]
        )
    }

    @Test("a root in an ignored directory is watched, the directory is not")
    func rootInIgnored() throws {
        let fixture = try WatchFixture(
            roots: {
                [WatchedRoot(path: $0.appending("root")), WatchedRoot(path: $0.appending("root/cache/keep"))]
            },
            isIgnored: { path, _ in path.lastComponent == "cache" },
            prepare: { try makeDirectories("root/cache/keep", in: $0) }
        )
        try writeFile(fixture.root.appending("cache/file"))
        #expect(try fixture.hints() == [])
        try writeFile(fixture.root.appending("cache/keep/file"))
        #expect(try fixture.hints() == [.path(fixture.root.appending("cache/keep/file"))])
        removeTree(fixture.root.appending("cache"))
        #expect(try Set(fixture.hints()).contains(.tree(fixture.root.appending("cache/keep"))))
        try makeDirectories("cache/keep/new", in: fixture.root)
        _ = try fixture.hints()
        try writeFile(fixture.root.appending("cache/keep/new/file"))
        #expect(try fixture.hints() == [.path(fixture.root.appending("cache/keep/new/file"))])
    }

    @Test("roots that are set at run time are watched, those left out are not, the rest is left alone")
    func setRoots() throws {
        let fixture = try WatchFixture(
            roots: { folder in ["a", "b"].map { WatchedRoot(path: folder.appending("root").appending($0)) } },
            prepare: { folder in
                for name in ["a", "b", "c"] { try makeDirectories("root/\(name)/d", in: folder) }
            }
        )
        let root = fixture.root
        let watched = fixture.watcher.watchedDirectories
        fixture.watcher.setRoots([
            WatchedRoot(path: root.appending("b")), WatchedRoot(path: root.appending("c")),
            WatchedRoot(path: root.appending("a"), scope: .only(["d/file"])),
        ])
        #expect(try Set(fixture.hints()) == [.tree(root.appending("c")), .path(root.appending("a/d/file"))])
        for name in ["a", "b", "c"] {
            try writeFile(root.appending("\(name)/d/file"))
            try writeFile(root.appending("\(name)/d/other"))
        }
        let names = ["a/d/file", "b/d/file", "b/d/other", "c/d/file", "c/d/other"]
        #expect(try fixture.hints() == names.map { .path(root.appending($0)) })
        #expect(fixture.watcher.watchedDirectories == watched + 2)

        fixture.watcher.setRoots([])
        #expect(try fixture.hints() == [])
        for name in ["a", "b", "c"] { try writeFile(root.appending("\(name)/d/file")) }
        #expect(try fixture.hints() == [])
        #expect(fixture.watcher.watchedDirectories == 1)

        fixture.watcher.setRoots([WatchedRoot(path: root)])
        #expect(try fixture.hints() == [.tree(root)])
        try writeFile(root.appending("a/d/file"))
        #expect(try fixture.hints() == [.path(root.appending("a/d/file"))])
    }

    @Test("a relative root counts from / and dots are resolved")
    func normalisation() {
        #expect(WatchedRoot(path: "etc/../etc/./ssh").path == "/etc/ssh")
    }
}
