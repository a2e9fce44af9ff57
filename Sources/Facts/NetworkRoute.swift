import FabricModel

/// One route of the main table by one interface.
///
/// *Source*: rtnetlink(7), with the words of ip-route(8).
struct NetworkRoute {
    /// `default`, a network, an address, or what happens to the packets, such as `unreachable`.
    var destination: String
    var isOld: Bool
    var via: String?
    var source: String?
    var metric: UInt32?
    var scope: String?
    var origin: String?
    var interface: UInt32
    /// The destination's network; `nil` for anything but a network.
    var network: (address: NetworkAddress, bits: Int)?

    /// A route for each way that it has.
    static func all(_ message: NetlinkMessage) -> [NetworkRoute] {
        let family = message.byte(0)
        // AF_INET and AF_INET6; RT_TABLE_MAIN, which RTA_TABLE may hold; no entries of a cache.
        guard family == 2 || family == 10, (message.number(15) ?? UInt32(message.byte(4))) == 254,
            message.word(8) & 0x200 == 0
        else { return [] }
        let bits = Int(message.byte(1))
        let address = NetworkAddress(message.attributes[1])
        var route = NetworkRoute(
            destination: "default",
            isOld: family == 2,
            interface: message.number(4) ?? 0
        )
        if let address {
            let isWhole = bits == address.bytes.count * 8
            route.destination = isWhole ? address.text : "\(address.text)/\(bits)"
            route.network = (address, bits)
        }
        let type = Int(message.byte(7))
        if type != 1 { route.destination = types.indices.contains(type) ? types[type] : "\(type)" }
        route.via = gateway(message.attributes)
        route.source = NetworkAddress(message.attributes[7])?.text
        route.metric = message.number(6)
        let scopes: [UInt8: String] = [200: "site", 253: "link", 254: "host", 255: "nowhere"]
        route.scope = message.byte(6) == 0 ? nil : scopes[message.byte(6)] ?? "\(message.byte(6))"
        route.origin = message.byte(5) == 3 ? nil : origins[message.byte(5)] ?? "\(message.byte(5))"
        guard let ways = message.attributes[9] else { return [route] }
        return hops(in: ways)
            .map { hop in
                var part = route
                part.interface = hop.interface
                part.via = hop.via
                return part
            }
    }

    /// The facts as ohai has them.
    var facts: FactValue {
        var facts: FactValue = ["destination": .text(destination), "family": isOld ? "inet" : "inet6"]
        facts["via"] = via.map { .text($0) }
        facts["scope"] = scope.map { .text($0) }
        facts["metric"] = metric.map { .text("\($0)") }
        facts["proto"] = origin.map { .text($0) }
        facts["src"] = source.map { .text($0) }
        return facts
    }

    /// Whether a packet to an address may take this route.
    func leads(to address: NetworkAddress) -> Bool {
        network.map { $0.address.isNeighbour(of: address, bits: $0.bits) } ?? false
    }

    /// RTA_GATEWAY, or RTA_VIA with a family of two bytes before the address.
    private static func gateway(_ attributes: [UInt16: ArraySlice<UInt8>]) -> String? {
        (NetworkAddress(attributes[5]) ?? NetworkAddress(attributes[18]?.dropFirst(2)))?.text
    }

    /// rtnexthop: length, flags, hops, interface; then attributes.
    private static func hops(in bytes: ArraySlice<UInt8>) -> [(interface: UInt32, via: String?)] {
        var hops: [(UInt32, String?)] = []
        var rest = bytes
        while let length = rest.number(0, UInt16.self).map(Int.init), length >= 8, length <= rest.count,
            let interface = rest.number(4, UInt32.self)
        {
            hops.append(
                (interface, gateway(NetlinkMessage.attributes(in: rest.dropFirst(8).prefix(length - 8))))
            )
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return hops
    }

    /// *Source*: linux/rtnetlink.h, `RTN_UNSPEC` and on.
    private static let types = [
        "none", "unicast", "local", "broadcast", "anycast", "multicast", "blackhole", "unreachable",
        "prohibit",
        "throw", "nat", "xresolve",
    ]
    /// *Source*: linux/rtnetlink.h, `RTPROT_…`; ip(8) does not say that it is `boot`.
    private static let origins: [UInt8: String] = [
        0: "unspec", 1: "redirect", 2: "kernel", 4: "static", 8: "gated", 9: "ra", 10: "mrt", 11: "zebra",
        12: "bird",
        13: "dnrouted", 14: "xorp", 15: "ntk", 16: "dhcp", 17: "mrouted", 18: "keepalived", 42: "babel",
        99: "openr", 186: "bgp", 187: "isis", 188: "ospf", 189: "rip", 192: "eigrp",
    ]
}
