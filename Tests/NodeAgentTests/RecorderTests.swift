import Components
import FabricModel
import FileWatching
import FoundationEssentials
import Journal
import LinuxSystem
import Logging
import Synchronization
import SystemPackage
import Testing

@testable import NodeAgent

@Suite final class RecorderTests {
    private let folder: URL
    private let tree: FilePath
    private let core: AgentCore

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weft-recorder-\(UUID())")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "tree"),
            withIntermediateDirectories: true
        )
        tree = FilePath(folder.path).appending("tree")
        core = try AgentCore(
            Scratch.settings(in: folder),
            log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func recorder(_ activity: @escaping @Sendable () -> PackageActivity) throws -> Recorder {
        try Recorder(
            core,
            queue: HintQueue(),
            watches: [],
            onRecord: { _ in },
            onPackageHint: {},
            packageActivity: activity
        )
    }

    private func write(_ name: String) throws -> FilePath {
        let path = tree.appending(name)
        try FileManager.default.createDirectory(
            atPath: path.removingLastComponent().string,
            withIntermediateDirectories: true
        )
        try Data(name.utf8).write(to: URL(fileURLWithPath: path.string))
        return path
    }

    @Test("what was done before the package manager wrote its records is told from what was done after")
    func afterTheLock() throws {
        let activity = Mutex(PackageActivity.none)
        let gone = try write("package/gone")
        try core.journal.recordBaseline([try #require(try core.files.observe(gone))])
        try core.journal.markBaselineComplete(at: core.time.now())
        let recorder = try recorder { activity.withLock(\.self) }

        let brought = try write("package/brought")
        try FileManager.default.removeItem(atPath: gone.string)
        let records = try #require(try FileStatus.at(brought.removingLastComponent())).modified
        // Two files of one tick of the file system's clock could not be told apart.
        var edited = try write("edited")
        while try #require(try FileStatus.at(edited)).changed <= records { edited = try write("edited") }
        activity.withLock { $0 = .ended([1...records]) }
        recorder.look(at: [edited, brought, gone], isLate: false)

        let during = try core.journal.openChanges()
            .map { ($0.change.key.name.split(separator: "/").last ?? "", $0.isDuringTransaction) }
        #expect(during.filter(\.1).map(\.0) == ["brought", "gone"])
        #expect(during.filter { !$0.1 }.map(\.0) == ["edited"])
    }

    @Test("of what was not seen to change it is not told that packages were being changed")
    func late() throws {
        try core.journal.markBaselineComplete(at: core.time.now())
        let recorder = try recorder { .running }
        recorder.look(at: [try write("seen")], isLate: false)
        recorder.look(at: [try write("found")], isLate: true)
        #expect(try core.journal.openChanges().map(\.isDuringTransaction) == [true, false])
    }
}
