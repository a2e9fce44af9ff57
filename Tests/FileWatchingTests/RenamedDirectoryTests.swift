import FileWatching
import Glibc
import SystemPackage
import Testing

@Suite("Directories that move or go")
struct RenamedDirectoryTests {
    private func fixture() throws -> WatchFixture {
        try WatchFixture { folder in
            try makeDirectories("root/a/b/c", in: folder)
            try writeFile(folder.appending("root/a/b/c/file"))
            try makeDirectories("outside/x/y", in: folder)
            try writeFile(folder.appending("outside/x/y/file"))
        }
    }

    @Test("below a directory renamed inside the root, changes are seen under the new path")
    func inside() throws {
        let fixture = try fixture()
        let (old, new) = (fixture.root.appending("a"), fixture.root.appending("z"))
        let watched = fixture.watcher.watchedDirectories
        try move(old, new)
        let hints = try Set(fixture.hints())
        #expect(hints.isSuperset(of: [.tree(old), .path(new), .path(new.appending("b/c/file"))]))
        try writeFile(new.appending("b/c/file"))
        #expect(try fixture.hints() == [.path(new.appending("b/c/file"))])
        #expect(fixture.watcher.watchedDirectories == watched)
    }

    @Test("a directory moved out of the root is removed and not watched any more")
    func out() throws {
        let fixture = try fixture()
        let watched = fixture.watcher.watchedDirectories
        try move(fixture.root.appending("a"), fixture.folder("gone"))
        #expect(try fixture.hints() == [.tree(fixture.root.appending("a"))])
        try writeFile(fixture.folder("gone/b/c/file"))
        #expect(try fixture.hints() == [])
        #expect(fixture.watcher.watchedDirectories == watched - 3)
    }

    @Test("a directory moved into the root is seen with all it holds, and watched")
    func into() throws {
        let fixture = try fixture()
        let new = fixture.root.appending("x")
        try move(fixture.folder("outside/x"), new)
        let hints = try Set(fixture.hints())
        #expect(
            hints.isSuperset(of: [.path(new), .path(new.appending("y")), .path(new.appending("y/file"))])
        )
        try removeFile(new.appending("y/file"))
        #expect(try fixture.hints() == [.path(new.appending("y/file"))])
    }

    @Test("two directories that change places are told apart afterwards")
    func exchange() throws {
        let fixture = try WatchFixture { folder in
            try makeDirectories("root/a/in-a", in: folder)
            try makeDirectories("root/b/in-b", in: folder)
        }
        let (first, second) = (fixture.root.appending("a"), fixture.root.appending("b"))
        // renameat2(2) with RENAME_EXCHANGE, by a program that has it.
        try run(
            "python3",
            "-c",
            """
            import ctypes, sys
            libc = ctypes.CDLL(None, use_errno=True)
            sys.exit(libc.renameat2(-100, sys.argv[1].encode(), -100, sys.argv[2].encode(), 2))
            """,
            first.string,
            second.string
        )
        #expect(try Set(fixture.hints()).isSuperset(of: [.tree(first), .tree(second)]))
        try writeFile(first.appending("in-b/file"))
        try writeFile(second.appending("in-a/file"))
        let expected: Set<Hint> = [.path(first.appending("in-b/file")), .path(second.appending("in-a/file"))]
        #expect(try Set(fixture.hints()) == expected)
    }

    @Test("a directory that takes the place of its own parent stays watched")
    func movedUp() throws {
        let fixture = try fixture()
        let root = fixture.root
        for _ in 0..<20 {
            try makeDirectories("p/q", in: root)
            try move(root.appending("p/q"), root.appending("t"))
            try removeDirectory(root.appending("p"))
            try move(root.appending("t"), root.appending("p"))
            _ = try fixture.hints()
            try writeFile(root.appending("p/file"))
            #expect(try fixture.hints() == [.path(root.appending("p/file"))])
            removeTree(root.appending("p"))
        }
    }

    @Test("removed directories give their watches back")
    func removed() throws {
        let fixture = try fixture()
        let watched = fixture.watcher.watchedDirectories
        for number in 0..<50 { try makeDirectories("many/d\(number)/e", in: fixture.root) }
        _ = try fixture.hints()
        #expect(fixture.watcher.watchedDirectories == watched + 101)
        removeTree(fixture.root.appending("many"))
        #expect(try Set(fixture.hints()).contains(.tree(fixture.root.appending("many"))))
        #expect(fixture.watcher.watchedDirectories == watched)
    }

    @Test("a directory that is removed while a program is in it, and made again, is watched")
    func removedWhileOpen() throws {
        let fixture = try fixture()
        let path = fixture.root.appending("a/b/c")
        let open = try openFile(path, O_RDONLY | O_DIRECTORY)
        removeTree(path)
        try makeDirectory(path)
        _ = try fixture.hints()
        close(open)
        _ = try fixture.hints()
        try writeFile(path.appending("new"))
        #expect(try fixture.hints() == [.path(path.appending("new"))])
    }

    @Test("a directory replaced by a symlink is neither watched nor followed")
    func replacedBySymlink() throws {
        let fixture = try fixture()
        let path = fixture.root.appending("a")
        removeTree(path)
        try makeSymlink(path, to: fixture.folder("outside"))
        #expect(try Set(fixture.hints()).isSuperset(of: [.tree(path), .path(path)]))
        try writeFile(fixture.folder("outside/x/y/file"))
        #expect(try fixture.hints() == [])
    }
}
