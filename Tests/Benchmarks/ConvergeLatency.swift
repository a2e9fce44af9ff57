import FabricAPI
import FabricClient
import FabricModel
import FoundationEssentials
import Glibc
import LinuxSystem
import TrialFabric

/// How long it takes from a reviewer's approval until the file is on another idle node that has the tag.
func measureConvergenceLatency(_ programs: Programs) throws -> Figure {
    let approvals = 200
    let fabric = try TrialLoop(programs)
    let tag = try TagName("web")
    try fabric.start(settings: "policy: apply")
    _ = try fabric.admin.createTag(tag)
    _ = try fabric.admin.include([tag], in: "trial")
    let sender = try Sender(fabric)
    var samples: [Double] = []
    for number in 0..<approvals {
        let file = fabric.folder["tree/file-\(number)"]
        let commit = try sender.send(file, "content \(number)\n", Int64(number + 1))
        let begin = monotonicSeconds()
        _ = try fabric.admin.approve(commit.text, Approval(into: tag))
        while access(file.path, F_OK) != 0 {
            guard monotonicSeconds() - begin < 30 else { throw TrialError("\(file.path) did not come") }
            usleep(100)
        }
        samples.append(monotonicSeconds() - begin)
    }
    let median = (percentile(0.5, of: samples) * 1e5).rounded() / 1e5
    return Figure(
        "converge.latency",
        percentile(0.99, of: samples),
        "s p99",
        .atMost(1),
        note: "median \(median) s of \(approvals) approvals of one file each"
    )
}

/// A node of which there is only what it sends.
private struct Sender {
    private let node: NodeID
    private let client: FabricClient
    private let now = Timestamp(microseconds: WallClock.microseconds())

    init(_ fabric: TrialLoop) throws {
        let played = try fabric.server.enrol("sender")
        (node, client) = (played.id, played.client)
    }

    /// Sends a commit that adds a file.
    func send(_ file: URL, _ text: String, _ sequence: Int64) throws -> CommitID {
        let bytes = Array(text.utf8)
        let content = FileContent(digest: .sha256(bytes), size: UInt64(bytes.count))
        try client.upload(bytes, digest: content.digest, of: node)
        let root = AccountReference(name: "root", id: 0)
        let commit = FeedbackCommit(
            id: CommitID.make(at: now),
            node: node,
            sequence: sequence,
            author: .unknown,
            message: "add \(file.path)",
            at: now,
            trigger: .manual,
            changes: [
                Change(
                    key: try ResourceKey("file:\(file.path)"),
                    before: .absent,
                    after: .file(
                        FileState(type: .regular, mode: 0o644, owner: root, group: root, content: content)
                    ),
                    at: now
                )
            ]
        )
        _ = try client.upload([commit], of: node)
        return commit.id
    }
}
