import FileWatching
import Glibc
import SystemPackage
import Testing

@Suite("Roots of which only some paths are wanted")
struct OnlyScopeTests {
    private func home(
        _ paths: [FilePath],
        prepare: (FilePath) throws -> Void = { _ in }
    ) throws -> WatchFixture {
        try WatchFixture(
            roots: { [WatchedRoot(path: $0.appending("root/alice"), scope: .only(paths))] },
            prepare: { folder in
                try makeDirectories("root/alice", in: folder)
                try prepare(folder.appending("root/alice"))
            }
        )
    }

    @Test("only the wanted paths give hints and only the directories on the way are watched")
    func wanted() throws {
        let fixture = try home([".ssh/authorized_keys", ".bashrc"]) { home in
            try makeDirectories(".ssh", in: home)
            try makeDirectories("projects/big/tree", in: home)
            try writeFile(home.appending(".ssh/id_ed25519"))
        }
        let home = fixture.root.appending("alice")
        let (keys, start) = (home.appending(".ssh/authorized_keys"), home.appending(".bashrc"))
        #expect(Set(fixture.initialHints) == [.path(keys), .path(start)])
        let above = fixture.root.components.count + 1
        #expect(fixture.watcher.watchedDirectories == above + 2)

        try writeFile(home.appending("notes"))
        try makeDirectories("projects/big/tree/new", in: home)
        try writeFile(home.appending(".ssh/known_hosts"))
        try writeFile(home.appending(".ssh/id_ed25519"))
        for path in [home, home.appending(".ssh"), home.appending("projects")] {
            try setMode(path, 0o700)
        }
        #expect(try fixture.hints() == [])

        try writeFile(keys)
        #expect(try fixture.hints() == [.path(keys)])
        try writeFile(home.appending(".bashrc.tmp"))
        try move(home.appending(".bashrc.tmp"), start)
        try setMode(start, 0o600)
        #expect(try fixture.hints() == [.path(start)])
        try removeFile(keys)
        #expect(try fixture.hints() == [.path(keys)])
    }

    @Test("a file appears in a directory that was not there, and both go again")
    func directoryAppears() throws {
        let fixture = try home([".ssh/authorized_keys"])
        let home = fixture.root.appending("alice")
        let keys = home.appending(".ssh/authorized_keys")
        for _ in 0..<20 {
            try makeDirectories(".ssh", in: home)
            try writeFile(keys)
            #expect(try Set(fixture.hints()) == [.path(keys)])
            try writeFile(keys)
            #expect(try fixture.hints() == [.path(keys)])
            removeTree(home.appending(".ssh"))
            #expect(try Set(fixture.hints()) == [.path(keys)])
        }
        try makeDirectories("prepared", in: home)
        try writeFile(home.appending("prepared/authorized_keys"))
        try move(home.appending("prepared"), home.appending(".ssh"))
        #expect(try fixture.hints() == [.path(keys)])
        removeTree(home)
        #expect(try Set(fixture.hints()) == [.path(keys)])
    }

    @Test("a directory on the way that is a symlink is not followed")
    func symlinkOnTheWay() throws {
        let fixture = try home([".ssh/authorized_keys"])
        let home = fixture.root.appending("alice")
        try makeDirectory(fixture.folder("elsewhere"))
        try makeSymlink(home.appending(".ssh"), to: fixture.folder("elsewhere"))
        #expect(try fixture.hints() == [.path(home.appending(".ssh/authorized_keys"))])
        try writeFile(fixture.folder("elsewhere/authorized_keys"))
        #expect(try fixture.hints() == [])
    }

    @Test("many homes share one watch above and give hints of their own")
    func manyHomes() throws {
        let names = (0..<50).map { "user\($0)" }
        let fixture = try WatchFixture(
            roots: { folder in
                names.map {
                    WatchedRoot(
                        path: folder.appending("root").appending($0),
                        scope: .only([".ssh/authorized_keys"])
                    )
                }
            },
            prepare: { folder in for name in names { try makeDirectories("root/\(name)/.ssh", in: folder) } }
        )
        #expect(fixture.initialHints.count == 50)
        for name in names { try writeFile(fixture.root.appending("\(name)/.ssh/authorized_keys")) }
        #expect(
            try Set(fixture.hints())
                == Set(names.map { .path(fixture.root.appending("\($0)/.ssh/authorized_keys")) })
        )
    }

    @Test("a wanted path may be on the way to another, and nothing wanted watches nothing")
    func odd() throws {
        let fixture = try home([".ssh", ".ssh/authorized_keys", "/../x/.."])
        let ssh = fixture.root.appending("alice/.ssh")
        try makeDirectory(ssh)
        try writeFile(ssh.appending("authorized_keys"))
        try writeFile(ssh.appending("other"))
        #expect(try Set(fixture.hints()) == [.path(ssh), .path(ssh.appending("authorized_keys"))])
        let empty = try home([])
        try writeFile(empty.root.appending("alice/file"))
        #expect(try empty.hints() == [])
        #expect(empty.initialHints == [])
    }
}
