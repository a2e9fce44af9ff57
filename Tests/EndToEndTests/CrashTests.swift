import FabricAPI
import FabricClient
import FabricModel
import FoundationEssentials
import Glibc
import LinuxSystem
import NodeControl
import Synchronization
import Testing
import TrialFabric

/// A power cut at any point must lose nothing and double nothing.
@Suite struct CrashTests {
    /// How many times a program is killed.
    static let rounds = LongTests.areWanted ? 100 : 20

    @Test("kills of daemon and server at any moment of a workload lose nothing and double nothing")
    func kills() throws {
        let fabric = try TrialLoop()
        try fabric.start()
        let node = try fabric.node
        let workload = try Workload(in: fabric.folder["tree"])
        for round in 0..<Self.rounds {
            usleep(.random(in: 0...150_000))
            if round.isMultiple(of: 2) {
                node.kill()
                try node.start()
            } else {
                fabric.server.kill()
                try fabric.server.start()
            }
            // Nothing may have changed since the last one, or the server may be away.
            _ = try? node.control.commit()
        }
        let expected = try workload.end()
        try node.control.barrier()
        _ = try? node.control.commit()
        _ = try eventually("everything's arrival") {
            _ = try node.control.sync()
            return try node.control.status().unsentCommits == 0 ? true : nil
        }

        let details = try fabric.admin.queue().map { try fabric.admin.commit($0.id.text) }
        let sequences = details.map(\.sequence).sorted()
        #expect(sequences == Array(1...Int64(details.count)), "sequences have gaps or doubles")
        // Replaying every commit in order gives exactly what lies on the disk.
        var replayed: [ResourceKey: ResourceState] = [:]
        for change in details.sorted(by: { $0.sequence < $1.sequence }).flatMap(\.changes).map(\.change) {
            if let known = replayed[change.key] {
                #expect(known.matches(change.before), "\(change.key) does not continue where it ended")
            }
            replayed[change.key] = change.after
        }
        #expect(expected.count == Workload.files)
        for (path, text) in expected {
            let key = try ResourceKey("file:\(path)")
            let digest = try #require(replayed[key]?.keptDigest, "\(path) was never sent")
            #expect(try fabric.admin.content(digest) == Array(text.utf8))
        }
    }
}

/// An admin who writes a few files again and again, on a thread of their own.
private final class Workload: Sendable {
    static let files = 7

    private struct State {
        var written: [String: String] = [:]
        var isOver = false
        var failure: (any Error)?
    }

    private let state = Mutex(State())
    private let tree: URL
    private let thread = Mutex<WorkerThread?>(nil)

    init(in tree: URL) throws {
        self.tree = tree
        let thread = try WorkerThread.start(name: "workload") { [self] in
            for step in 0... where !write(step) { return }
        }
        self.thread.withLock { $0 = thread }
    }

    /// Ends it; what each path that was written holds.
    func end() throws -> [String: String] {
        state.withLock { $0.isOver = true }
        guard thread.withLock(\.self)?.join(timeout: .seconds(30)) == true else {
            throw TrialError("the workload does not end")
        }
        let state = state.withLock(\.self)
        if let failure = state.failure { throw failure }
        return state.written
    }

    private func write(_ step: Int) -> Bool {
        let path = tree.appending(path: "file-\(step % Self.files)")
        let text = "step \(step)\n"
        usleep(2000)
        return state.withLock { state in
            do {
                try Data(text.utf8).write(to: path)
                state.written[path.path] = text
            } catch {
                state.failure = error
            }
            return !state.isOver && state.failure == nil
        }
    }
}
