import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import ServerStore

/// The nodes in the forms that other tools read.
struct ExportEndpoints: Sendable {
    private static let nodesPerRead = 100

    let fabric: Fabric

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/export/prometheus-sd", .reading, answer: prometheus),
            Endpoint(.get, "/v1/export/ansible", .reading, answer: ansible),
        ]
    }

    private func prometheus(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["port", "tag"])
        let port = try query.integer("port", in: 1...UInt16.max)
        let tag = try query["tag"].map { try TagName($0) }
        let nodes = try await fabric.store.nodes().filter { node in tag.map(node.tags.contains) ?? true }
        var response = try Response.json(nodes.map { PrometheusTarget($0, port: port) })
        // Prometheus takes no other than exactly this.
        response.headers[.contentType] = "application/json"
        return response
    }

    private func ansible(_ call: Call) async throws -> Response {
        _ = try Query(of: call.request, allowed: [])
        let nodes = try await fabric.store.nodes()
        return try await .json(AnsibleInventory(nodes, facts: facts(by: AnsibleInventory.facts)))
    }

    /// What the nodes are, of that only some facts.
    private func facts(by names: [String]) async throws -> [NodeName: FactValue] {
        let paths = try names.map { try FactPath($0) }
        var (found, last): ([NodeName: FactValue], NodeName?) = ([:], nil)
        while true {
            // All facts of all nodes would not fit into memory.
            let page = try await fabric.store.facts(after: last, limit: Self.nodesPerRead)
            for node in page {
                found[node.node] = paths.reduce(FactValue.table([:])) { $0.merging(node.below($1).facts) }
            }
            guard page.count == Self.nodesPerRead else { return found }
            last = page.last?.node
        }
    }
}
