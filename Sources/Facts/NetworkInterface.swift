import FabricModel

/// One interface with what facts are made from.
///
/// *Source*: rtnetlink(7), linux/if_link.h, linux/if_addr.h.
struct NetworkInterface {
    let index: UInt32
    let name: String
    var facts: FactValue
    var counters: FactValue
    /// In the kernel's order; a link-layer address first.
    var addresses: [Address] = []
    var routes: [NetworkRoute] = []

    struct Address {
        var text: String
        var family: Family
        var facts: FactValue
    }

    enum Family: String {
        case link = "lladdr"
        case old = "inet"
        case new = "inet6"
    }

    init?(_ link: NetlinkMessage) {
        // IFLA_IFNAME, IFLA_MTU, IFLA_OPERSTATE, IFLA_ADDRESS
        guard let name = link.text(3) else { return nil }
        index = link.word(4)
        self.name = name
        facts = [:]
        counters = [:]
        let letters = name.prefix { $0.isLetter || $0 == "_" }
        if !letters.isEmpty, case let number = name.dropFirst(letters.count), number.first?.isNumber == true {
            facts["type"] = .text(String(letters))
            facts["number"] = .text(String(number))
        }
        facts["mtu"] = link.number(4).map { .text("\($0)") }
        let state = Int(link.attributes[16]?.first ?? 0)
        let isUp = state == 6
        facts["state"] = .text(Self.states.indices.contains(state) ? Self.states[state] : "unknown")
        let flags = Self.flags.filter { link.word(8) & $0.bit != 0 }.map(\.name)
        // Ohai reads them from a line that has the state in it too, and takes a single hit for none.
        if flags.count + (isUp ? 1 : 0) > 1 { facts["flags"] = .list(flags.map { .text($0) }) }
        addLinkAddress(link)
        addVLAN(link)
        addCounters(link)
    }

    private mutating func addLinkAddress(_ link: NetlinkMessage) {
        guard let encapsulation = Self.encapsulations[link.short(2)], let bytes = link.attributes[1],
            !bytes.isEmpty
        else { return }
        facts["encapsulation"] = .text(encapsulation)
        guard bytes.contains(where: { $0 != 0 }) || bytes.count != 6 else { return }
        let text = bytes.map { HardwareStructure.hex($0, 2) }.joined(separator: ":")
        addresses.append(Address(text: text, family: .link, facts: ["family": "lladdr"]))
    }

    private mutating func addVLAN(_ link: NetlinkMessage) {
        // IFLA_LINKINFO with IFLA_INFO_KIND and IFLA_INFO_DATA.
        guard let information = link.attributes[18].map(NetlinkMessage.attributes(in:)),
            information[1]?.text == "vlan", let data = information[2].map(NetlinkMessage.attributes(in:)),
            let id = data[1]?.number(0, UInt16.self)
        else { return }
        var vlan: FactValue = ["id": .text("\(id)")]
        // IFLA_VLAN_PROTOCOL, in the order of the network.
        if let protocolNumber = data[5]?.number(0, UInt16.self)?.byteSwapped {
            vlan["protocol"] = protocolNumber == 0x88A8 ? "802.1ad" : "802.1Q"
        }
        let flags = data[2]?.number(0, UInt32.self) ?? 0
        let names = [(1, "REORDER_HDR"), (2, "GVRP"), (4, "LOOSE_BINDING")]
            .filter { flags & UInt32($0.0) != 0 }
        if !names.isEmpty { vlan["flags"] = .list(names.map { .text($0.1) }) }
        facts["vlan"] = vlan
    }

    private mutating func addCounters(_ link: NetlinkMessage) {
        // IFLA_STATS64: rtnl_link_stats64.
        if let statistics = link.attributes[23] {
            func counter(_ index: Int) -> FactValue {
                .text("\(statistics.number(index * 8, UInt64.self) ?? 0)")
            }
            counters["rx"] = [
                "bytes": counter(2), "packets": counter(0), "errors": counter(4), "drop": counter(6),
                "overrun": counter(15),
            ]
            counters["tx"] = [
                "bytes": counter(3), "packets": counter(1), "errors": counter(5), "drop": counter(7),
                "carrier": counter(17), "collisions": counter(9),
            ]
        }
        // IFLA_TXQLEN
        if let length = link.number(13), length > 0 {
            counters["tx"] = (counters["tx"] ?? [:]).merging(["queuelen": .text("\(length)")])
        }
    }

    /// `UP` and so on, in the order of ip(8).
    private static let flags: [(bit: UInt32, name: String)] = [
        (0x8, "LOOPBACK"), (0x2, "BROADCAST"), (0x1000, "MULTICAST"), (0x80, "NOARP"), (0x200, "ALLMULTI"),
        (0x100, "PROMISC"), (0x400, "MASTER"), (0x800, "SLAVE"), (0x4, "DEBUG"), (0x8000, "DYNAMIC"),
        (0x20, "NOTRAILERS"), (0x1, "UP"), (0x10000, "LOWER_UP"),
    ]
    /// RFC 2863.
    private static let states = [
        "unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up",
    ]
    /// *Source*: linux/if_arp.h.
    private static let encapsulations: [UInt16: String] = [
        1: "Ethernet", 24: "ieee1394", 32: "infiniband", 772: "Loopback",
    ]
}

extension NetworkInterface {
    /// An address of the interface, or of the alias that its label names.
    static func address(_ message: NetlinkMessage) -> (Address, label: String?)? {
        // IFA_ADDRESS is the other end's where there is a IFA_LOCAL that differs.
        let peer = NetworkAddress(message.attributes[1])
        guard let own = NetworkAddress(message.attributes[2]) ?? peer else { return nil }
        let hasPeer = peer != nil && peer != own
        var facts: FactValue = [:]
        let scope: [UInt8: String] = [0: "Global", 200: "Site", 253: "Link", 254: "Node", 255: "Nowhere"]
        facts["scope"] = .text(scope[message.byte(3)] ?? "\(message.byte(3))")
        guard own.isOld else {
            guard !hasPeer else { return nil }
            facts["family"] = "inet6"
            facts["prefixlen"] = .text("\(message.byte(1))")
            let flags = message.number(8) ?? UInt32(message.byte(2))
            facts["tags"] = .list(tags(flags).map { .text($0) })
            return (Address(text: own.text, family: .new, facts: facts), nil)
        }
        facts["family"] = "inet"
        // The length is that of the other end's network.
        let bits = hasPeer ? 32 : Int(message.byte(1))
        facts["prefixlen"] = .text("\(bits)")
        facts["netmask"] = .text(NetworkAddress.mask(bits: bits))
        if hasPeer { facts["peer"] = peer.map { .text($0.text) } }
        facts["broadcast"] = NetworkAddress(message.attributes[4]).map { .text($0.text) }
        return (Address(text: own.text, family: .old, facts: facts), message.text(3))
    }

    /// As ip(8) lists them; permanent is what it leaves unsaid.
    private static func tags(_ flags: UInt32) -> [String] {
        var tags: [String] = []
        for (bit, name) in [
            (UInt32(0x1), "temporary"), (0x2, "nodad"), (0x4, "optimistic"), (0x8, "dadfailed"),
            (0x10, "home"),
            (0x20, "deprecated"), (0x40, "tentative"), (0x80, "dynamic"), (0x100, "mngtmpaddr"),
            (0x200, "noprefixroute"), (0x400, "autojoin"), (0x800, "stable-privacy"),
        ] where (flags & bit != 0) != (bit == 0x80) {
            tags.append(name)
        }
        return tags
    }

    /// All facts of the interface.
    var allFacts: FactValue {
        var all = facts
        if !addresses.isEmpty {
            all["addresses"] = .table(Dictionary(addresses.map { ($0.text, $0.facts) }) { $1 })
        }
        if !routes.isEmpty { all["routes"] = .list(routes.map(\.facts)) }
        return all
    }
}
