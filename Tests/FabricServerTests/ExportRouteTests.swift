import FabricAPI
import FabricModel
import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import FabricServer

@Suite struct ExportRouteTests {
    private func withTags(
        _ body: @escaping @Sendable (Bench, any TestClientProtocol) async throws -> Void
    ) async throws {
        try await Bench.run { bench, client in
            for name in ["web-server", "base"] {
                _ = try await client.send(.post, "/v1/tags", as: bench.token(.admin), ["name": name])
            }
            let path = "/v1/nodes/web1/tags"
            let tags = #"{"tags":["web-server","base"]}"#
            #expect(try await client.send(.put, path, as: bench.token(.admin), json: tags).status == 200)
            try await body(bench, client)
        }
    }

    @Test("Prometheus gets a target for each node, with what it can select by")
    func prometheus() async throws {
        struct Target: Decodable {
            var targets: [String]
            var labels: [String: String]
        }
        try await withTags { bench, client in
            let path = "/v1/export/prometheus-sd"
            let answer = try await client.send(.get, "\(path)?port=9100", as: bench.token(.reader))
            #expect(answer.headers[.contentType] == "application/json")
            let targets = try answer.value([Target].self)
            #expect(targets.map(\.targets) == [["mail1:9100"], ["web1:9100"]])
            #expect(targets[0].labels["__meta_weft_tags"] == "")
            #expect(targets[1].labels["__meta_weft_tags"] == ",web-server,base,")
            #expect(targets[1].labels["__meta_weft_tag_web_server"] == "true")
            #expect(targets[1].labels["__meta_weft_state"] == "clean")
            #expect(targets[1].labels["__meta_weft_node_id"] == bench.web.id.text)
            let some = try await client.send(.get, "\(path)?tag=base", as: bench.token(.reader))
            #expect(try some.value([Target].self).map(\.targets) == [["web1"]])
        }
    }

    @Test("Ansible gets groups for tags and states, and what is known of each node")
    func ansible() async throws {
        struct Group: Decodable {
            var hosts: [String]?
            var children: [String]?
        }
        struct Variables: Decodable {
            var state: String
            var tags: [String]

            enum CodingKeys: String, CodingKey {
                case state = "weft_state"
                case tags = "weft_tags"
            }
        }
        struct Meta: Decodable {
            var hostvars: [String: Variables]
        }
        struct Inventory: Decodable {
            var meta: Meta
            var all: Group
            var web: Group
            var clean: Group

            enum CodingKeys: String, CodingKey {
                case meta = "_meta"
                case all
                case web = "tag_web_server"
                case clean = "state_clean"
            }
        }
        try await withTags { bench, client in
            let inventory = try await client.send(.get, "/v1/export/ansible", as: bench.token(.reader))
                .value(Inventory.self)
            #expect(inventory.all.children == ["state_clean", "tag_base", "tag_web_server", "ungrouped"])
            #expect(inventory.web.hosts == ["web1"])
            #expect(inventory.clean.hosts == ["mail1", "web1"])
            #expect(inventory.meta.hostvars["web1"]?.tags == ["web-server", "base"])
            #expect(inventory.meta.hostvars["mail1"]?.state == "clean")
        }
    }

    @Test(
        "Ansible gets of a node's facts those that hosts are picked by, and no text of a node as a template"
    )
    func facts() async throws {
        struct Variables: Decodable {
            var facts: FactValue?

            enum CodingKeys: String, CodingKey {
                case facts = "weft_facts"
            }
        }
        struct Inventory: Decodable {
            var meta: [String: [String: Variables]]

            enum CodingKeys: String, CodingKey {
                case meta = "_meta"
            }
        }
        let facts: FactValue = [
            "platform": "debian", "hostname": "{{ lookup('pipe', 'id') }}", "uptime": "1 day",
            "kernel": ["release": "6.1", "modules": ["ext4": ["size": "1"]]],
        ]
        try await Bench.run { bench, client in
            let path = "/v1/nodes/\(bench.web.id)/facts"
            let body = FactReport(facts: facts).json
            #expect(try await client.send(.put, path, as: bench.web, bytes: body).status == 204)
            let inventory = try await client.send(.get, "/v1/export/ansible", as: bench.token(.reader))
                .value(Inventory.self)
            let variables = try #require(inventory.meta["hostvars"])
            #expect(
                variables["web1"]?.facts == [
                    "platform": "debian", "kernel": ["release": "6.1"],
                    "hostname": ["__ansible_unsafe": "{{ lookup('pipe', 'id') }}"],
                ]
            )
            #expect(variables["mail1"] != nil && variables["mail1"]?.facts == nil)
        }
    }

    @Test(
        "what cannot be asked is refused",
        arguments: [
            "prometheus-sd?port=0", "prometheus-sd?port=65536", "prometheus-sd?tag=A", "ansible?port=1",
        ]
    )
    func refused(path: String) async throws {
        try await Bench.run { bench, client in
            let answer = try await client.send(.get, "/v1/export/\(path)", as: bench.token(.reader))
            #expect(try answer.refusal().code == .invalidRequest)
        }
    }
}
