import FileWatching
import Glibc
import SystemPackage
import Testing

@Suite("What cannot be watched")
struct UnwatchedTests {
    @Test(
        "at the limit of watches the rest is compared at intervals, and watched when watches are free again"
    )
    func limit() throws {
        let fixture = try WatchFixture(
            settings: WatchSettings(
                quietPeriod: .seconds(3600),
                longestDelay: .seconds(3600),
                pollInterval: .milliseconds(100),
                maximumWatches: 8
            ),
            prepare: { folder in
                for name in ["a", "b", "c"] { try makeDirectories("root/\(name)/d/e/f", in: folder) }
            }
        )
        let root = fixture.root
        #expect(fixture.watcher.watchedDirectories == 8)
        let warning = try #require(fixture.watcher.warnings.first)
        #expect(warning.code == .watchLimit)
        #expect(warning.message.contains("/proc/sys/fs/inotify/max_user_watches"))
        let subject = try #require(warning.subject)
        #expect(subject.starts(with: root))
        try fixture.waitForHint(.tree(subject))
        try fixture.waitForHint(.tree(subject))

        // What is watched goes away, so that there is room for the rest.
        removeTree(root.appending("c"))
        removeTree(root.appending("b"))
        try fixture.waitUntil("no warning") { fixture.watcher.warnings.isEmpty }
        _ = try fixture.hints()
        try writeFile(root.appending("a/d/e/f/file"))
        #expect(try fixture.promptHints() == [.path(root.appending("a/d/e/f/file"))])
    }

    @Test("a new directory beyond the limit is compared at once")
    func newDirectory() throws {
        let fixture = try WatchFixture(
            settings: WatchSettings(pollInterval: .seconds(3600), maximumWatches: 5),
            prepare: { folder in try makeDirectory(folder.appending("root/a")) }
        )
        try makeDirectories("a/b", in: fixture.root)
        try writeFile(fixture.root.appending("a/b/file"))
        try makeDirectories("a/c/d", in: fixture.root)
        try writeFile(fixture.root.appending("a/c/d/file"))
        let hints = try fixture.hints()
        #expect(fixture.watcher.warnings.map(\.code) == [.watchLimit])
        #expect(hints.contains(.tree(fixture.root.appending("a/b"))))
        #expect(hints.contains(.tree(fixture.root.appending("a/c"))))
    }

    @Test("remote file systems are compared at intervals and not touched, with a warning")
    func remote() throws {
        let fixture = try WatchFixture(
            roots: { folder in
                [
                    WatchedRoot(path: folder.appending("root")),
                    WatchedRoot(path: folder.appending("home/alice"), scope: .only([".bashrc"])),
                ]
            },
            settings: WatchSettings(pollInterval: .milliseconds(50)),
            mountInfo: { folder in
                let text = """
                    20 1 8:1 / / rw - ext4 /dev/vda rw
                    21 20 0:40 / \(folder)/root/nfs rw - nfs4 server:/export rw
                    22 20 0:41 / \(folder)/home rw shared:1 - fuse.sshfs host:/home rw
                    23 20 0:42 / \(folder)/root/kernel rw - proc proc rw
                    24 20 0:43 / \(folder)/root/auto rw - autofs /etc/auto.x rw
                    25 24 8:1 / \(folder)/root/auto/mounted rw - ext4 /dev/vda rw

                    """
                try writeFile(folder.appending("mountinfo"), text)
                return folder.appending("mountinfo")
            },
            prepare: { folder in
                for name in ["nfs/a", "kernel/a", "auto/mounted/a", "auto/not-mounted"] {
                    try makeDirectories("root/\(name)", in: folder)
                }
                try makeDirectories("home/alice", in: folder)
            }
        )
        let root = fixture.root
        let warnings = fixture.watcher.warnings
        #expect(warnings.map(\.code) == [.remoteFileSystem, .kernelView])
        #expect(warnings.first?.subject == fixture.folder("home"))
        #expect(warnings.last?.subject == root.appending("kernel"))
        try fixture.waitForHint(.tree(root.appending("nfs")))
        try fixture.waitForHint(.path(fixture.folder("home/alice/.bashrc")))
        // Here it is local, so that events would come if it were watched.
        for name in ["nfs/a/f", "kernel/a/f", "auto/not-mounted/f", "auto/mounted/a/f"] {
            try writeFile(root.appending(name))
        }
        let prompt = try fixture.hints().filter { if case .path = $0 { true } else { false } }
        #expect(
            Set(prompt).subtracting([.path(fixture.folder("home/alice/.bashrc"))]) == [
                .path(root.appending("auto/mounted/a/f"))
            ]
        )
    }

    @Test("without a mount table mounts are not noticed, with a warning")
    func noMountTable() throws {
        let fixture = try WatchFixture(mountInfo: { $0.appending("missing") })
        #expect(fixture.watcher.warnings.map(\.code) == [.mountTable])
        try writeFile(fixture.root.appending("file"))
        #expect(try fixture.hints() == [.path(fixture.root.appending("file"))])
    }
}
