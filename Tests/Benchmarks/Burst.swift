import Compression
import Crypto
import FabricModel
import FoundationEssentials
import GRDB
import Glibc
import NodeControl
import TrialFabric

private let burstFiles = 100_000

/// Very many files at once: nothing may be lost, and the work may not cost much more than the bare steps.
func measureBurst(_ programs: Programs) throws -> [Figure] {
    struct Run {
        var seconds: Double
        var recorded: Int64
        var bare: Double
        var ratio: Double { seconds / bare }
    }
    let run = try best(by: \Run.ratio) {
        let folder = try TrialFolder()
        let memory = try TrialFolder(below: "/dev/shm")
        let tree = try memory.makeFolder("tree")
        let node = try TrialNode(programs, in: folder, .init(roots: [tree]))
        defer { node.stop() }
        let journal = try JournalReader(node)
        for directory in 0..<100 { _ = try memory.makeFolder("tree/\(directory)") }
        try node.control.barrier()
        let first = try journal.lastSequence()
        let begin = monotonicSeconds()
        for file in 0..<burstFiles {
            try writeFile(tree.appending(path: "\(file % 100)/file-\(file)").path, seed: file)
        }
        while try journal.lastSequence() < first + Int64(burstFiles), monotonicSeconds() - begin < 300 {
            usleep(5000)
        }
        let seconds = monotonicSeconds() - begin
        try node.control.barrier()
        let recorded = try journal.changesWithContent()
        node.stop()
        return Run(seconds: seconds, recorded: recorded, bare: try bareRecording(of: tree, in: folder))
    }
    return [
        Figure("burst.recorded", Double(run.recorded), "files", .atLeast(Double(burstFiles))),
        Figure("burst.time", run.seconds, "s", reference: run.bare, ratio: .atMost(3)),
    ]
}

/// The bare steps for the same files: read, SHA-256, deflate, insert, 512 to a durable transaction.
private func bareRecording(of tree: URL, in folder: TrialFolder) throws -> Double {
    let queue = try DatabaseQueue(path: folder["bare.sqlite"].path)
    try queue.writeWithoutTransaction { db in
        try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        try db.execute(
            sql: "CREATE TABLE file (path TEXT PRIMARY KEY, digest TEXT NOT NULL, content BLOB NOT NULL)"
        )
    }
    let begin = monotonicSeconds()
    for start in stride(from: 0, to: burstFiles, by: 512) {
        try queue.write { db in
            let insert = try db.cachedStatement(sql: "INSERT INTO file VALUES (?, ?, ?)")
            for file in start..<min(start + 512, burstFiles) {
                let path = tree.appending(path: "\(file % 100)/file-\(file)").path
                let content = try readFile(path)
                let digest = ContentDigest.sha256(content)
                let deflated = Deflate.compress(content, level: 6)
                try insert.execute(arguments: [path, digest.text, Data(deflated)])
            }
        }
    }
    return monotonicSeconds() - begin
}

private func readFile(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw TrialError("\(path) cannot be read") }
    defer { close(descriptor) }
    return try [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
        count = read(descriptor, buffer.baseAddress, 4096)
        guard count >= 0 else { throw TrialError("\(path) cannot be read") }
    }
}
