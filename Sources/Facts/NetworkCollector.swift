import FabricModel

/// Interfaces with their addresses and routes, and the addresses by which the machine is known.
struct NetworkCollector: FactCollector {
    let name = "network"

    func collect(_ machine: MachineFiles) throws -> FactValue {
        let dump = try NetworkDump.read(machine)
        var interfaces =
            NetlinkMessage.all(of: NetworkDump.Kind.link.rawValue, fixedLength: 16, in: dump.links)
            .compactMap(NetworkInterface.init)
        for index in interfaces.indices { addSpeed(to: &interfaces[index], machine) }
        var aliases: [String: FactValue] = [:]
        addAddresses(dump, to: &interfaces, &aliases)
        addNeighbours(dump, to: &interfaces)
        addRoutes(dump, to: &interfaces)
        let choice = DefaultRoute(interfaces, hasNewProtocol: machine.exists("proc/net/if_inet6"))
        var network = choice.network
        let named = interfaces.map { ($0.name, $0.allFacts) }
        network["interfaces"] = .table(Dictionary(named) { $1 }.merging(aliases) { $1 })
        let counters = interfaces.map { ($0.name, $0.counters) }
        let facts: FactValue = [
            "network": network, "counters": ["network": ["interfaces": .table(Dictionary(counters) { $1 })]],
        ]
        return facts.merging(choice.addresses)
    }

    private func addAddresses(
        _ dump: NetworkDump,
        to interfaces: inout [NetworkInterface],
        _ aliases: inout [String: FactValue]
    ) {
        let places = Dictionary(interfaces.indices.map { (interfaces[$0].index, $0) }) { $1 }
        for message in NetlinkMessage.all(
            of: NetworkDump.Kind.address.rawValue,
            fixedLength: 8,
            in: dump.addresses
        ) {
            guard let place = places[message.word(4)],
                let (address, label) = NetworkInterface.address(message)
            else {
                continue
            }
            let name = interfaces[place].name
            if let label, label.hasPrefix("\(name):"), Int(label.dropFirst(name.count + 1)) != nil {
                let known = aliases[label] ?? ["addresses": [:]]
                aliases[label] = known.merging(["addresses": [address.text: address.facts]])
            } else {
                interfaces[place].addresses.append(address)
            }
        }
    }

    private func addNeighbours(_ dump: NetworkDump, to interfaces: inout [NetworkInterface]) {
        let places = Dictionary(interfaces.indices.map { (interfaces[$0].index, $0) }) { $1 }
        for message in NetlinkMessage.all(
            of: NetworkDump.Kind.neighbour.rawValue,
            fixedLength: 12,
            in: dump.neighbours
        ) {
            // NDA_DST and NDA_LLADDR; not of NUD_NOARP, nor NTF_PROXY.
            guard let place = places[message.word(4)], let address = NetworkAddress(message.attributes[1]),
                let link = message.attributes[2], message.short(8) & 0x40 == 0, message.short(8) != 0,
                message.byte(10) & 0x8 == 0, message.byte(0) == 2 || message.byte(0) == 10
            else { continue }
            let kind = address.isOld ? "arp" : "neighbour_inet6"
            let text = link.map { HardwareStructure.hex($0, 2).lowercased() }.joined(separator: ":")
            var known = interfaces[place].facts[kind] ?? [:]
            known[address.text] = .text(text)
            interfaces[place].facts[kind] = known
        }
    }

    /// Those of the old protocol come first.
    private func addRoutes(_ dump: NetworkDump, to interfaces: inout [NetworkInterface]) {
        let places = Dictionary(interfaces.indices.map { (interfaces[$0].index, $0) }) { $1 }
        let routes = NetlinkMessage.all(of: NetworkDump.Kind.route.rawValue, fixedLength: 12, in: dump.routes)
            .flatMap(NetworkRoute.all)
        for route in routes.filter(\.isOld) + routes.filter({ !$0.isOld }) {
            guard let place = places[route.interface] else { continue }
            let own = interfaces[place].addresses.filter { $0.family == (route.isOld ? .old : .new) }
            // A route from an address that the interface does not have is another one's.
            if let source = route.source, !own.isEmpty, !own.contains(where: { $0.text == source }) {
                continue
            }
            interfaces[place].routes.append(route)
        }
    }

    /// What the driver says of the line, which a line that is down refuses.
    private func addSpeed(to interface: inout NetworkInterface, _ machine: MachineFiles) {
        let folder = "sys/class/net/\(interface.name)"
        guard interface.facts["encapsulation"] == "Ethernet",
            let speed = machine.word("\(folder)/speed").flatMap({ Int64($0) }), speed > 0
        else { return }
        interface.facts["link_speed"] = .integer(speed)
        let duplex = ["full": "Full", "half": "Half"]
        interface.facts["duplex"] = machine.word("\(folder)/duplex").flatMap { duplex[$0] }.map { .text($0) }
    }
}
