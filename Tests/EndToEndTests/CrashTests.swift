import FabricAPI
import FabricClient
import FabricModel
import FoundationEssentials
import NodeControl
import Testing
import TrialFabric

/// A power cut at any point must lose nothing and double nothing.
@Suite struct CrashTests {
    @Test("twenty kills of daemon and server during a workload lose nothing and double nothing")
    func kills() throws {
        let fabric = try TrialLoop()
        try fabric.start()
        let node = try fabric.node
        var expected: [String: String] = [:]
        for round in 0..<20 {
            for step in 0..<15 {
                let path = "tree/file-\((round + step) % 7)"
                let text = "round \(round) step \(step)\n"
                try fabric.folder.write(text, to: path)
                expected[path] = text
                if step % 4 == 3 { _ = try? node.control.commit() }
                guard step == round % 15 else { continue }
                if round.isMultiple(of: 2) {
                    node.kill()
                    try node.start()
                } else {
                    fabric.server.kill()
                    try fabric.server.start()
                }
            }
        }
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
        for (path, text) in expected {
            let key = try ResourceKey("file:\(fabric.folder[path].path)")
            let digest = try #require(replayed[key]?.keptDigest, "\(path) was never sent")
            #expect(try fabric.admin.content(digest) == Array(text.utf8))
        }
    }
}
