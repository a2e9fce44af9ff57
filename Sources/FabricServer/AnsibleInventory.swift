import FabricAPI
import FabricModel

/// All nodes as a dynamic inventory of Ansible.
///
/// Groups are `tag_NAME` for each shared tag that is included, and `state_NAME`; what a group's name may not have is `_`.
///
/// *Source*: Ansible, "Developing dynamic inventory".
struct AnsibleInventory: Encodable {
    /// The facts by which hosts are picked; all of them would be much more than the rest of the inventory.
    static let facts = [
        "platform", "platform_family", "platform_version", "os", "hostname", "fqdn", "ipaddress",
        "ip6address", "macaddress", "kernel.release", "kernel.machine", "cpu.total", "memory.total",
        "virtualization.system", "virtualization.role", "dmi.system.manufacturer",
        "dmi.system.product_name", "dmi.system.serial_number",
    ]

    /// What Ansible knows of a node.
    struct HostVariables: Encodable {
        var id: NodeID
        var state: NodeState
        var tags: [TagName]
        var undecided: Int
        var machineID: FactValue?
        var operatingSystem: FactValue?
        var lastContact: Timestamp?
        var facts: FactValue?

        enum CodingKeys: String, CodingKey {
            case id = "weft_node_id"
            case state = "weft_state"
            case tags = "weft_tags"
            case undecided = "weft_undecided"
            case machineID = "weft_machine_id"
            case operatingSystem = "weft_operating_system"
            case lastContact = "weft_last_contact"
            case facts = "weft_facts"
        }

        init(_ node: NodeSummary, _ facts: FactValue?) {
            id = node.id
            state = node.state
            tags = node.tags
            undecided = node.undecided
            machineID = node.machineID.map { AnsibleInventory.claimed(.text($0)) }
            operatingSystem = node.operatingSystem.map { AnsibleInventory.claimed(.text($0)) }
            lastContact = node.lastContact
            self.facts = facts.map(AnsibleInventory.claimed)
        }
    }

    private struct Meta: Encodable {
        var hostvars: [String: HostVariables]
    }

    private struct Group: Encodable {
        var hosts: [NodeName]?
        var children: [String]?
    }

    private let meta: Meta
    private let groups: [String: Group]

    init(_ nodes: [NodeSummary], facts: [NodeName: FactValue]) {
        let variables = nodes.map { ($0.name.text, HostVariables($0, facts[$0.name])) }
        meta = Meta(hostvars: Dictionary(variables) { $1 })
        var hosts: [String: [NodeName]] = [:]
        for node in nodes {
            let names = node.tags.map { Self.group("tag", $0.text) }
            // Two tags can be one group.
            for name in Set(names + [Self.group("state", node.state.rawValue)]) {
                hosts[name, default: []].append(node.name)
            }
        }
        var groups = hosts.mapValues { Group(hosts: $0, children: nil) }
        groups["all"] = Group(hosts: nil, children: hosts.keys.sorted() + ["ungrouped"])
        groups["ungrouped"] = Group(hosts: [], children: nil)
        self.groups = groups
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Name.self)
        try container.encode(meta, forKey: Name("_meta"))
        for (name, group) in groups { try container.encode(group, forKey: Name(name)) }
    }

    /// What a node says of itself, so that Ansible takes it as it is.
    ///
    /// A text that Ansible took for a template would be run by whoever plays, where a node says what runs.
    private static func claimed(_ value: FactValue) -> FactValue {
        switch value {
        case .text(let text) where text.contains("{"): ["__ansible_unsafe": value]
        case .list(let items): .list(items.map(claimed))
        case .table(let table): .table(table.mapValues(claimed))
        default: value
        }
    }

    private static func group(_ kind: String, _ name: String) -> String {
        "\(kind)_" + String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" })
    }

    private struct Name: CodingKey {
        let stringValue: String
        let intValue: Int? = nil

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { return nil }
    }
}
