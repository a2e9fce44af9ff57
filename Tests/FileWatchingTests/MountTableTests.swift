import LinuxSystem
import SystemPackage
import Testing

@Suite("The mount table")
struct MountTableTests {
    // Written by hand after proc_pid_mountinfo(5), with stacked and hidden mounts.
    private let table = MountTable(
        text: Array(
            #"""
            27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
            22 27 0:21 / /proc rw - proc proc rw
            26 27 0:24 / /dev/pts rw - devpts devpts rw
            29 26 0:26 / /dev/pts rw - tmpfs tmpfs rw
            30 27 0:27 /export /mnt/with\040space\011and\012newline\134 rw shared:5 master:1 - nfs4 host:/x rw
            31 27 0:28 / /mnt/a/b rw - ext4 /dev/vdb rw
            32 27 0:29 / /mnt/a rw - fuse.sshfs host: rw
            33 27 0:30 / /mnt/ab rw - fuseblk /dev/vdc rw
            not a mount
            34 27 x

            """#
            .utf8
        )
    )

    @Test("each line gives a mount, with its path unescaped; broken lines are left out")
    func parsing() throws {
        #expect(table.entries.map(\.id) == [27, 22, 26, 29, 30, 31, 32, 33])
        let remote = try #require(table.entries.first { $0.id == 30 })
        #expect(remote.point == "/mnt/with space\tand\nnewline\\")
        #expect(remote.type == "nfs4")
        #expect(remote.parent == 27)
    }

    @Test(
        "a path lies in the mount that an access would end in",
        arguments: [
            ("/", 27), ("/etc", 27), ("/proc/self", 22), ("/dev/pts/0", 29), ("/mnt", 27), ("/mnt/a", 32),
            ("/mnt/a/b", 32), ("/mnt/a/b/c", 32), ("/mnt/abc", 27), ("/mnt/ab/c", 33),
        ]
    )
    func containing(_ path: String, _ id: Int) {
        #expect(table.entry(containing: FilePath(path))?.id == id)
    }

    @Test("a mount that another one hides is not visible")
    func visible() {
        #expect(table.entries.filter(table.isVisible).map(\.id) == [27, 22, 29, 30, 32, 33])
    }

    @Test("network and FUSE file systems are remote, local ones and FUSE on a disk are not")
    func kinds() {
        #expect(table.entries.filter(\.isRemote).map(\.id) == [30, 32])
        #expect(table.entries.filter(\.isKernelView).map(\.id) == [22, 26])
    }

    @Test("this process's own table has a root")
    func own() throws {
        let table = try MountTable.read()
        #expect(table.entry(containing: "/")?.point == "/")
    }

    @Test("a table that is not there is an error that names it")
    func missing() {
        #expect(throws: SystemError.self) { try MountTable.read("/nowhere/mountinfo") }
        #expect(MountTable(text: []).entry(containing: "/") == nil)
    }
}
