import FabricAPI
import FabricClient
import FabricModel
import FoundationEssentials
import Glibc
import LinuxSystem
import NodeControl
import SystemPackage
import Testing
import TrialFabric

/// A power cut at any point of a convergence must leave nothing that is not as some revision says.
@Suite struct InterruptedConvergenceTests {
    /// How many times the daemon is killed.
    static let rounds = LongTests.areWanted ? 60 : 12
    static let files = 150

    private let fabric: TrialLoop
    private let tag: TagName
    private let root = AccountReference(name: "root", id: 0)

    init() throws {
        fabric = try TrialLoop()
        tag = try TagName("web")
        try fabric.start(settings: "policy: apply")
        try fabric.admin.createTag(tag)
        try fabric.admin.include([tag], in: "trial")
    }

    @Test(
        "kills of the daemon at any moment of a convergence leave nothing half done, and it goes on by itself"
    )
    func kills() throws {
        let node = try fabric.node
        var revision = 0
        for round in 0..<Self.rounds {
            if round.isMultiple(of: 2) {
                revision += 1
                try set(revision)
            }
            usleep(.random(in: 0...400_000))
            try checkWhole(upTo: revision)
            node.kill()
            try checkWhole(upTo: revision)
            try node.start()
        }
        _ = try eventually("the end of convergence", within: 60) {
            let plan = try node.control.plan()
            guard let step = plan.steps.first else { return plan.isKnown ? true : nil }
            throw TrialError("\(plan.steps.count) steps are left, of which the first is \(step)")
        }
        try node.control.barrier()

        for file in 0..<Self.files {
            #expect(try content(path(file)) == text(file, revision), "\(path(file))")
        }
        for folder in try names(in: "tree") {
            let left = try names(in: "tree/\(folder)").filter { AtomicFile.isTemporaryName(Array($0.utf8)) }
            #expect(left.isEmpty)
        }
        #expect(try names(in: "tree").filter { AtomicFile.isTemporaryName(Array($0.utf8)) }.isEmpty)
        let status = try node.control.status()
        #expect(status.state == .clean)
        #expect(status.openChangeCount == 0)
        #expect(status.unsentCommits == 0)
        #expect(status.warnings.isEmpty)
        #expect(try fabric.admin.queue().isEmpty)
        let foreign = try node.control.log().filter { $0.state != .settled || $0.actor.name != "weft" }
        #expect(foreign.isEmpty)
    }

    /// A file's path below the tree; several share a folder, which is made for them.
    private func path(_ file: Int) -> String { "part-\(file % 6)/file-\(file)" }

    /// What a file holds by a revision, with its end marked; `nil` where it is to go.
    private func text(_ file: Int, _ revision: Int) -> String? {
        if file % 7 == revision % 7 { return nil }
        let line = "revision \(revision) of file \(file)"
        // What a link holds is its target.
        return isLink(file) ? line : String(repeating: line + "\n", count: 1 + file * 10) + "end\n"
    }

    private func isLink(_ file: Int) -> Bool { file % 10 == 9 }

    private func set(_ revision: Int) throws {
        let items = try (0..<Self.files)
            .map { file in
                let key = try ResourceKey("file:\(fabric.folder["tree/\(path(file))"].path)")
                return try EditTag.Item(key: key, entry: entry(text(file, revision), isLink: isLink(file)))
            }
        let folders = try (0..<6)
            .map { folder in
                // Two aspects of a folder, which no system call sets at once.
                let owner = revision.isMultiple(of: 2) ? root : AccountReference(name: "daemon", id: 1)
                let mode: UInt16 = revision.isMultiple(of: 2) ? 0o755 : 0o700
                let state = FileState(type: .directory, mode: mode, owner: owner, group: root)
                let key = try ResourceKey("file:\(fabric.folder["tree/part-\(folder)"].path)")
                return EditTag.Item(key: key, entry: .file(state))
            }
        _ = try fabric.admin.edit(tag, EditTag(items: folders + items, message: "revision \(revision)"))
    }

    private func entry(_ text: String?, isLink: Bool) throws -> Entry {
        guard let text else { return .absent }
        if isLink {
            return .file(FileState(type: .symlink, mode: 0, owner: root, group: root, target: text))
        }
        let digest = try fabric.admin.upload(Array(text.utf8))
        let content = FileContent(digest: digest, size: UInt64(text.utf8.count))
        return .file(FileState(type: .regular, mode: 0o640, owner: root, group: root, content: content))
    }

    /// Every file is as one of the revisions so far has it.
    private func checkWhole(upTo revision: Int) throws {
        for file in 0..<Self.files {
            let now = try content(path(file))
            let isWhole = now == nil || (1...revision).contains { now == text(file, $0) }
            #expect(isWhole, "\(path(file)) is half written")
        }
    }

    /// What a file holds, or where a link leads; `nil` where nothing is.
    private func content(_ path: String) throws -> String? {
        let file = fabric.folder["tree/\(path)"].path
        guard let status = try FileStatus.at(FilePath(file)) else { return nil }
        do {
            return status.kind == .symlink
                ? try FileManager.default.destinationOfSymbolicLink(atPath: file)
                : try String(contentsOf: URL(filePath: file), encoding: .utf8)
        } catch {
            // The daemon may have removed it meanwhile.
            guard try FileStatus.at(FilePath(file)) != nil else { return nil }
            throw error
        }
    }

    private func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: fabric.folder[folder].path)
    }
}
