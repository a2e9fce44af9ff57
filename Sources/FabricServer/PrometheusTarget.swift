import FabricAPI
import FabricModel

/// A node as Prometheus discovers it: one group with one target.
///
/// *Source*: Prometheus, "HTTP service discovery".
struct PrometheusTarget: Encodable {
    var targets: [String]
    var labels: [String: String]

    /// A node's exporter at a port, or the node alone where relabelling is to add that.
    init(_ node: NodeSummary, port: UInt16?) {
        targets = [port.map { "\(node.name):\($0)" } ?? node.name.text]
        labels = [
            "__meta_weft_node": node.name.text,
            "__meta_weft_node_id": node.id.text,
            "__meta_weft_state": node.state.rawValue,
            // With commas around each, so that one of them is found by ',NAME,'.
            "__meta_weft_tags": node.tags.isEmpty ? "" : ",\(node.tags.map(\.text).joined(separator: ",")),",
            "__meta_weft_machine_id": node.machineID ?? "",
            "__meta_weft_operating_system": node.operatingSystem ?? "",
        ]
        for tag in node.tags {
            let name = String(tag.text.map { $0.isLetter || $0.isNumber ? $0 : "_" })
            labels["__meta_weft_tag_\(name)"] = "true"
        }
    }
}
