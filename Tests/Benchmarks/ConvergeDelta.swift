import FabricAPI
import FabricClient
import FabricModel
import LinuxSystem
import TrialFabric

private let entries = 10_000
private let connections = 8
private let requestsPerConnection = 2_500

/// What the server computes and sends for a node with 10,000 entries of which one changed, against a look whether it is
/// healthy.
func measureDelta(_ programs: Programs) throws -> Figure {
    struct Run {
        var delta: Double
        var health: Double
        var sent: Int
        var whole: Int
        var cost: Double { delta / health }
    }
    let run = try best(by: \Run.cost) {
        let folder = try TrialFolder()
        let server = try TrialServer(programs, in: folder)
        defer { server.stop() }
        guard let pid = server.process?.pid else { throw TrialError("the server ended") }
        let node = try ChangedNode(on: server)
        return Run(
            delta: try processorTime(of: pid, for: node.delta, server, node.played),
            health: try processorTime(of: pid, for: node.health, server, node.played),
            sent: node.delta.answer.count,
            whole: node.whole
        )
    }
    return Figure(
        "converge.delta",
        run.delta,
        "us CPU",
        reference: run.health,
        ratio: .atMost(2),
        note:
            "1 of \(entries) entries changed: \(run.sent) bytes sent in place of \(run.whole); reference /healthz"
    )
}

/// A node whose tag has many entries, one of which has changed since the node knew them.
private struct ChangedNode {
    var played: PlayedNode
    var delta: LoadConnection.Exchange
    var health: LoadConnection.Exchange
    /// Bytes of the whole configuration.
    var whole: Int

    init(on server: TrialServer) throws {
        let address = try ServerAddress(server.address)
        let admin = try server.client(.admin)
        played = try server.enrol("web1")
        let (id, client) = (played.id, played.client)
        let tag = try TagName("web")
        try admin.createTag(tag)
        try admin.include([tag], in: "web1")
        let digests = try ["one", "two"].map { try admin.upload(Array($0.utf8)) }
        let items = try (0..<entries)
            .map { index in
                EditTag.Item(key: try Self.key(index), entry: Self.entry(digests[0]))
            }
        _ = try admin.edit(tag, EditTag(items: items, message: "all"))
        guard case .whole(let known) = try client.configuration(of: id) else {
            throw TrialError("the whole configuration was asked for")
        }
        let change = EditTag.Item(key: try Self.key(entries / 2), entry: Self.entry(digests[1]))
        _ = try admin.edit(tag, EditTag(items: [change], message: "one"))
        let path = "/v1/nodes/\(id)/configuration"
        let answer = try client.send(.get, "\(path)?since=\(known.etag)")
        guard case .changes(let changes) = try client.configuration(of: id, since: known.etag),
            known.applying(changes) != nil
        else { throw TrialError("the changes do not lead to the configuration") }
        whole = try client.send(.get, path).body.count
        delta = LoadConnection.Exchange(
            request: Self.request("\(path)?since=\(known.etag)", address),
            answer: answer.body
        )
        health = LoadConnection.Exchange(
            request: Self.request("/healthz", address),
            answer: try client.send(.get, "/healthz").body
        )
    }

    private static func key(_ index: Int) throws -> ResourceKey {
        try ResourceKey("file:/etc/service-\(index)/service.conf")
    }

    private static func entry(_ digest: ContentDigest) -> Entry {
        let root = AccountReference(name: "root", id: 0)
        let content = FileContent(digest: digest, size: 3)
        return .file(FileState(type: .regular, mode: 0o644, owner: root, group: root, content: content))
    }

    private static func request(_ path: String, _ server: ServerAddress) -> [UInt8] {
        let head = "GET \(path) HTTP/1.1\r\nHost: \(server.host):\(server.port)\r\nUser-Agent: weft-bench\r\n"
        return Array("\(head)Accept: application/json\r\n\r\n".utf8)
    }
}

/// The processor time that the server needs for one of many equal requests.
///
/// *Units*: microseconds.
private func processorTime(
    of pid: Int32,
    for exchange: LoadConnection.Exchange,
    _ server: TrialServer,
    _ node: PlayedNode
) throws -> Double {
    func run(_ count: Int) throws {
        let exchanges = Array(repeating: exchange, count: count)
        try LoadConnection.run(
            (0..<connections).map { _ in try LoadConnection(to: server, as: node, exchanges) }
        )
    }
    try run(100)
    guard let before = try ProcessUsage.of(pid) else { throw TrialError("the server ended") }
    try run(requestsPerConnection)
    guard let after = try ProcessUsage.of(pid) else { throw TrialError("the server ended") }
    let seconds = Double(after.cpuTicks - before.cpuTicks) / Double(ProcessUsage.ticksPerSecond)
    return seconds * 1_000_000 / Double(connections * requestsPerConnection)
}
