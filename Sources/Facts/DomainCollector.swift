import FabricModel
import Glibc

/// What the network calls the machine, which may take as long as the resolver does.
///
/// *Source*: hostname(1) with `--fqdn`, getaddrinfo(3).
struct DomainCollector: FactCollector {
    let name = "fqdn"

    func collect(_ machine: MachineFiles) -> FactValue {
        guard let name = machine.word("proc/sys/kernel/hostname") else { return [:] }
        let full = machine.isThisMachine ? Self.canonicalName(of: name) : hosts(machine, name)
        guard let full, !full.isEmpty else { return [:] }
        let domain = full.drop { $0 != "." }.dropFirst()
        return ["fqdn": .text(full), "domain": domain.isEmpty ? .null : .text(String(domain))]
    }

    /// The name that the resolver gives for a host; `nil` where it knows none.
    private static func canonicalName(of name: String) -> String? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        hints.ai_flags = AI_CANONNAME
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0, let list else { return nil }
        defer { freeaddrinfo(list) }
        return list.pointee.ai_canonname.map { String(cString: $0) }
    }

    /// The first name of the host's line in hosts(5).
    private func hosts(_ machine: MachineFiles, _ name: String) -> String? {
        for line in machine.lines("etc/hosts") {
            let names = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).dropFirst()
            if names.contains(Substring(name)) { return names.first.map(String.init) }
        }
        return nil
    }
}
