import FabricModel

/// By which interface the machine reaches others, and by which address they know it.
///
/// The route with the least metric leads there; the address is the one that it is sent from, else the first of the
/// interface's in the widest scope that is of the gateway's network.
struct DefaultRoute {
    /// `default_interface`, `default_gateway` and the same of the new protocol.
    private(set) var network: FactValue = [:]
    /// `ipaddress`, `ip6address`, `macaddress`.
    private(set) var addresses: FactValue = [:]

    private typealias Way = (interface: NetworkInterface, route: NetworkRoute)

    init(_ interfaces: [NetworkInterface], hasNewProtocol: Bool) {
        for isOld in hasNewProtocol ? [true, false] : [true] { chooseRoute(interfaces, isOld) }
        for isOld in [true, false] { chooseAddress(interfaces, isOld) }
    }

    private mutating func chooseRoute(_ interfaces: [NetworkInterface], _ isOld: Bool) {
        let ways = interfaces.flatMap { interface in
            interface.routes.filter { $0.isOld == isOld }.map { (interface: interface, route: $0) }
        }
        let defaults = ways.filter { $0.route.destination == "default" }
        guard let way = Self.first(defaults, by: { [Int($0.route.metric ?? 0)] }) else { return }
        let prefix = isOld ? "default" : "default_inet6"
        network["\(prefix)_interface"] = .text(way.interface.name)
        network["\(prefix)_gateway"] = .text(way.route.via ?? (isOld ? "0.0.0.0" : "::"))
        let gateway = way.route.via.flatMap { NetworkAddress($0) }
        let favoured = ways.filter { candidate in
            let leads =
                candidate.route.destination == "default" || gateway.map(candidate.route.leads) ?? false
            return leads && (isOld ? Self.isSource(candidate) : candidate.interface.facts["state"] == "up")
        }
        let best = Self.first(favoured) { way in
            [
                way.route.destination == "default" ? 0 : 1, Int(way.route.metric ?? 0),
                way.route.network?.bits ?? 0,
            ]
        }
        guard let best else { return }
        addresses[isOld ? "ipaddress" : "ip6address"] = best.route.source.map { .text($0) }
        let hasNeighbours = best.interface.facts["flags"]?.items.contains("NOARP") == false
        if addresses["macaddress"] == nil, hasNeighbours {
            addresses["macaddress"] = Self.link(best.interface)
        }
    }

    /// Whether the route says from which address, and the interface has that one for the world.
    private static func isSource(_ way: Way) -> Bool {
        guard let source = way.route.source else { return false }
        let own = way.interface.addresses.filter { $0.family == .old }
        return own.isEmpty || own.contains { $0.text == source && $0.facts["scope"] != "Link" }
    }

    private mutating func chooseAddress(_ interfaces: [NetworkInterface], _ isOld: Bool) {
        let all = interfaces.flatMap { interface in
            interface.addresses.filter { $0.family == (isOld ? .old : .new) }
                .compactMap { address in NetworkAddress(address.text).map { (interface, address, $0) } }
        }
        let sorted = all.enumerated()
            .sorted { left, right in
                let (one, other) = (Self.rank(left.element.1), Self.rank(right.element.1))
                if one != other { return one.lexicographicallyPrecedes(other) }
                let (first, second) = (left.element.2.bytes, right.element.2.bytes)
                return first == second ? left.offset < right.offset : first.lexicographicallyPrecedes(second)
            }
            .map(\.element)
        let prefix = isOld ? "default" : "default_inet6"
        var chosen = sorted.first
        if let name = network["\(prefix)_interface"]?.text {
            let own = sorted.filter { $0.0.name == name }
            let gateway = network["\(prefix)_gateway"]?.text.flatMap { NetworkAddress($0) }
            chosen = own.first { candidate in
                guard let gateway else { return false }
                if let peer = candidate.1.facts["peer"]?.text { return NetworkAddress(peer) == gateway }
                let bits = candidate.1.facts["prefixlen"]?.text.flatMap { Int($0) } ?? 0
                return candidate.2.isNeighbour(of: gateway, bits: bits)
            }
            let isLinkLevel =
                ["0.0.0.0", "::"].contains(gateway?.text) || gateway?.text.hasPrefix("fe80:") == true
            if chosen == nil || isLinkLevel { chosen = own.first }
        }
        guard let chosen else { return }
        let name = isOld ? "ipaddress" : "ip6address"
        if addresses[name] == nil { addresses[name] = .text(chosen.2.text) }
        if addresses["macaddress"] == nil { addresses["macaddress"] = Self.link(chosen.0) }
    }

    private static func link(_ interface: NetworkInterface) -> FactValue? {
        interface.addresses.first { $0.family == .link }.map { .text($0.text) }
    }

    /// The widest scope first, then the smallest network.
    private static func rank(_ address: NetworkInterface.Address) -> [Int] {
        let scope = address.facts["scope"]?.text ?? ""
        let bits = address.facts["prefixlen"]?.text.flatMap { Int($0) } ?? 0
        return [["Global", "Site", "Link", "Host", "Node"].firstIndex(of: scope) ?? .max, 128 - bits]
    }

    /// The first of those with the least rank.
    private static func first(_ ways: [Way], by rank: (Way) -> [Int]) -> Way? {
        var best: (way: Way, rank: [Int])?
        for way in ways {
            let own = rank(way)
            if let best, !own.lexicographicallyPrecedes(best.rank) { continue }
            best = (way, own)
        }
        return best?.way
    }
}
