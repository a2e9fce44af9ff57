import FabricModel
import FoundationEssentials
import Glibc
import NodeControl
import Testing
import TrialFabric

/// What happens when events, time or space run out.
@Suite struct LossTests {
    @Test("an overflow of the kernel's queue ends with the exact state")
    func overflow() throws {
        let folder = try TrialFolder()
        let tree = try folder.makeFolder("tree")
        let node = try TrialNode(in: folder, .init(roots: [tree]))
        node.process?.signal(SIGSTOP)
        let written = LongTests.areWanted ? 200_000 : 20_000
        for file in 0..<written { try folder.write("\(file)\n", to: "tree/file-\(file)") }
        for file in stride(from: 0, to: written, by: 3) {
            try FileManager.default.removeItem(at: folder["tree/file-\(file)"])
        }
        node.process?.signal(SIGCONT)
        let files = written - (written + 2) / 3
        let status = try eventually("the rescan", within: 600) {
            try node.control.barrier()
            let status = try node.control.status()
            return status.openChangeCount == files ? status : nil
        }
        // The tree itself is a resource too.
        #expect(status.resources["file"] == files + 1)
    }

    @Test("changes made while the daemon was down are found, and said to be late")
    func down() throws {
        let folder = try TrialFolder()
        try folder.makeFolder("tree/sub")
        try folder.write("1\n", to: "tree/changed")
        try folder.write("1\n", to: "tree/sub/removed")
        let node = try TrialNode(in: folder, .init(roots: [folder["tree"]]))
        node.stop()
        try folder.write("2\n", to: "tree/changed")
        try FileManager.default.removeItem(at: folder["tree/sub"])
        try folder.write("new\n", to: "tree/added")
        try node.start()
        let changes = try node.control.diff().map(\.change)
        let paths = changes.map { folder.relative($0.key) }
        #expect(paths == ["tree/added", "tree/changed", "tree/sub", "tree/sub/removed"])
        #expect(changes.filter { !$0.isLate }.isEmpty)
    }

    @Test("a directory that is renamed or removed while the daemon watches is not late")
    func seenToGo() throws {
        let folder = try TrialFolder()
        try folder.makeFolder("tree/renamed/sub")
        try folder.makeFolder("tree/removed")
        try folder.write("1\n", to: "tree/renamed/sub/file-1")
        try folder.write("1\n", to: "tree/removed/file-1")
        let node = try TrialNode(in: folder, .init(roots: [folder["tree"]]))
        try FileManager.default.moveItem(at: folder["tree/renamed"], to: folder["tree/moved"])
        try FileManager.default.removeItem(at: folder["tree/removed"])
        try node.control.barrier()
        let changes = try node.control.diff().map(\.change)
        #expect(
            changes.map { folder.relative($0.key) } == [
                "tree/moved", "tree/moved/sub", "tree/moved/sub/file-1", "tree/removed",
                "tree/removed/file-1",
                "tree/renamed", "tree/renamed/sub", "tree/renamed/sub/file-1",
            ]
        )
        #expect(changes.filter(\.isLate).isEmpty)
    }

    @Test("a full disk is a warning, damages nothing, and everything is recorded when there is space again")
    func fullDisk() throws {
        let folder = try TrialFolder()
        let disk = try folder.makeFolder("disk")
        guard mount("tmpfs", disk.path, "tmpfs", 0, "size=8m") == 0 else {
            throw TrialError("a small file system cannot be mounted: \(String(cString: strerror(errno)))")
        }
        defer { umount2(disk.path, Int32(MNT_DETACH)) }
        let tree = try folder.makeFolder("tree")
        var options = TrialNode.Options(roots: [tree])
        options.state = disk.appending(path: "state")
        let node = try TrialNode(in: folder, options)
        defer { node.stop() }
        let ballast = disk.appending(path: "ballast")
        fill(ballast)
        for file in 0..<50 {
            try folder.write(String(repeating: "\(file) line\n", count: 1000), to: "tree/file-\(file)")
        }
        let warning = try eventually("a warning") {
            try node.control.status().warnings.first { $0.code.contains("journal") }
        }
        #expect(!warning.message.isEmpty)
        let status = try eventually("a change that cannot be recorded") {
            let status = try node.control.status()
            return status.warnings.contains { $0.code == "journal-write" } ? status : nil
        }
        #expect(status.state != .clean)
        try FileManager.default.removeItem(at: ballast)
        _ = try eventually("the recovery") {
            try node.control.barrier()
            return try node.control.status().openChangeCount == 50 ? true : nil
        }
        _ = try eventually("the warning's end") {
            try node.control.status().warnings.contains { $0.code == "journal-write" } ? nil : true
        }
        let diff = try node.control.diff(of: [ResourceSelection(folder["tree/file-7"].path)])
        #expect(diff.first?.after.text == String(repeating: "7 line\n", count: 1000))
    }

    /// Writes until there is no space.
    private func fill(_ file: URL) {
        let descriptor = open(file.path, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        let block = [UInt8](repeating: 0, count: 4096)
        while write(descriptor, block, block.count) > 0 {}
    }
}

extension TrialFolder {
    /// A file's path below the folder.
    func relative(_ key: ResourceKey) -> String { String(key.name.dropFirst(url.path.count + 1)) }
}
