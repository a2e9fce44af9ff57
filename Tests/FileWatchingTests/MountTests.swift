import FileWatching
import Glibc
import SystemPackage
import Testing

/// Mounting needs root and CAP_SYS_ADMIN; where that is missing, these tests are skipped.
private let canMount: Bool = {
    guard let folder = try? TemporaryFolder(), mountMemory(on: folder.path) == 0 else { return false }
    unmount(folder.path)
    return true
}()

@discardableResult
private func mountMemory(on path: FilePath) -> Int32 {
    path.withPlatformString { mount("none", $0, "tmpfs", 0, "size=1m") }
}

@discardableResult
private func bind(_ source: FilePath, on path: FilePath) -> Int32 {
    let bindFlag: UInt = 4096
    return source.withPlatformString { source in
        path.withPlatformString { mount(source, $0, nil, bindFlag, nil) }
    }
}

private func unmount(_ path: FilePath) {
    _ = path.withPlatformString { umount2($0, Int32(2)) }
}

@Suite("Mounts below the roots", .enabled(if: canMount), .serialized)
struct MountTests {
    @Test("what is mounted over a directory is compared and watched, and what was below it afterwards")
    func overDirectory() throws {
        let fixture = try WatchFixture { folder in
            try makeDirectories("root/a/below", in: folder)
        }
        let path = fixture.root.appending("a")
        try #require(mountMemory(on: path) == 0)
        defer { unmount(path) }
        #expect(try fixture.hints().contains(.tree(path)))
        try makeDirectories("in-memory", in: path)
        try writeFile(path.appending("in-memory/file"))
        let hints = try fixture.hints()
        #expect(hints.contains(.path(path.appending("in-memory/file"))))
        try writeFile(path.appending("in-memory/file"))
        #expect(try fixture.hints() == [.path(path.appending("in-memory/file"))])

        try #require(path.withPlatformString { umount2($0, 0) } == 0)
        #expect(try fixture.hints().contains(.tree(path)))
        try writeFile(path.appending("below/file"))
        #expect(try fixture.hints() == [.path(path.appending("below/file"))])
    }

    @Test("what is mounted while nothing else happens is noticed without a barrier")
    func noticedByItself() throws {
        let fixture = try WatchFixture { folder in try makeDirectories("root/a", in: folder) }
        let path = fixture.root.appending("a")
        try #require(mountMemory(on: path) == 0)
        defer { unmount(path) }
        try fixture.waitForHint(.tree(path))
    }

    @Test("a file system mounted above a root shows its own root or none")
    func aboveRoot() throws {
        let fixture = try WatchFixture(
            roots: { [WatchedRoot(path: $0.appending("root/x/y"))] },
            prepare: { try makeDirectories("root/x/y", in: $0) }
        )
        let (above, root) = (fixture.root.appending("x"), fixture.root.appending("x/y"))
        try #require(mountMemory(on: above) == 0)
        defer { unmount(above) }
        #expect(try fixture.hints().contains(.tree(root)))
        try makeDirectory(root)
        _ = try fixture.hints()
        try writeFile(root.appending("file"))
        #expect(try fixture.hints() == [.path(root.appending("file"))])
        try #require(above.withPlatformString { umount2($0, 2) } == 0)
        #expect(try fixture.hints().contains(.tree(root)))
        try writeFile(root.appending("underneath"))
        #expect(try fixture.hints() == [.path(root.appending("underneath"))])
    }

    @Test("one directory that is seen at two places gives hints for both")
    func bindMount() throws {
        let fixture = try WatchFixture { folder in
            try makeDirectories("root/a/below", in: folder)
            try makeDirectories("root/b", in: folder)
        }
        let (first, second) = (fixture.root.appending("a"), fixture.root.appending("b"))
        try #require(bind(first, on: second) == 0)
        defer { unmount(second) }
        _ = try fixture.hints()
        try writeFile(first.appending("below/file"))
        let both: Set<Hint> = [.path(first.appending("below/file")), .path(second.appending("below/file"))]
        #expect(try Set(fixture.hints()) == both)
        try #require(second.withPlatformString { umount2($0, 0) } == 0)
        _ = try fixture.hints()
        try writeFile(first.appending("below/file"))
        #expect(try fixture.hints() == [.path(first.appending("below/file"))])
    }

    @Test("a file that is mounted over another, as container engines do, is seen when it is written")
    func boundFile() throws {
        let fixture = try WatchFixture { folder in
            try writeFile(folder.appending("hosts"))
            try writeFile(folder.appending("root/hosts"))
        }
        let path = fixture.root.appending("hosts")
        try #require(bind(fixture.folder("hosts"), on: path) == 0)
        defer { unmount(path) }
        #expect(try fixture.hints().contains(.tree(path)))
        try writeFile(path)
        #expect(try fixture.promptHints() == [.path(path)])
        try writeFile(fixture.folder("hosts"))
        #expect(try fixture.promptHints() == [.path(path)])
        try #require(path.withPlatformString { umount2($0, 0) } == 0)
        _ = try fixture.hints()
        try writeFile(path)
        #expect(try fixture.promptHints() == [.path(path)])
    }
}
