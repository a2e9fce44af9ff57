import FabricModel
import FoundationEssentials
import Glibc
import Testing

@testable import Facts

/// Where ohai is on this machine.
private let ohai: String? = ["/usr/bin/ohai", "/opt/chef/bin/ohai", "/opt/cinc/bin/ohai"]
    .first { (path: String) in access(path, X_OK) == 0 }

@Suite struct OhaiComparisonTests {
    @Test("on this machine, every fact that ohai has too is what ohai says", .enabled(if: ohai != nil))
    func sameMachine() throws {
        let program = try #require(ohai)
        let before = FactSurvey().collect()
        let said = try FactValue(json: Self.output(of: program))
        let after = FactSurvey().collect()
        #expect(before.problems.isEmpty)
        // What changed while ohai looked, by whoever else works here, cannot be compared.
        let (forth, back) = (Comparison(before.facts, after.facts), Comparison(after.facts, before.facts))
        let moved = Set((forth.differing + forth.missing + back.missing).map(\.names))
        let comparison = Comparison(after.facts, said) { leaf in
            after.facts[leaf.names[0]] == nil || moved.contains(leaf.names) || Self.isMomentary(leaf.names)
                || Self.isDifferent(leaf)
        }
        #expect(comparison.differing.isEmpty)
        #expect(comparison.missing.isEmpty)
        #expect(comparison.shared > 200)
    }

    /// Loads and counters.
    private static func isMomentary(_ names: [String]) -> Bool {
        if names[0] == "filesystem" {
            let last = names.last ?? ""
            return last.hasPrefix("kb_") || last.hasPrefix("percent_") || last.contains("inodes")
        }
        return (1...names.count).contains { VolatileFacts.contains(Array(names.prefix($0)), .null) }
    }

    /// Where we say something else than ohai, with the reason.
    private static func isDifferent(_ leaf: FactLeaf) -> Bool {
        let (names, last) = (leaf.names, leaf.names.last ?? "")
        switch names[0] {
        // Ohai stops in the middle where it may not read the first process's environment.
        case "virtualization": return MachineFiles().bytes("proc/1/environ") == nil
        // Of these we decode what an inventory needs; `FixtureTests` compares that.
        case "dmi": return true
        // Ohai takes the flags of virtual machines for the processor's where the kernel lists both.
        case "cpu":
            return names.contains("flags")
                && MachineFiles().text("proc/cpuinfo")?.contains("vmx flags") == true
        case "network":
            // Ohai takes what a bridge does with a port for the state of the interface.
            let ports = ["forwarding", "disabled", "blocking", "learning", "listening"]
            // Drivers are asked for these by ethtool(8) and ip(8), where they are installed.
            let details = [
                "driver_info", "tunnel_info", "ring_params", "channel_params", "coalesce_params",
                "pause_params",
            ]
            let line = ["port", "transceiver", "auto_negotiation", "mdi_x", "link_speed", "duplex"]
            return last == "state" && ports.contains(leaf.value.text ?? "") || line.contains(last)
                || !Set(details).isDisjoint(with: names)
        // Without udev's database only who reads the devices knows what is on them; and of a point with a space ohai has
        // what mount(8) writes and what /proc/mounts does.
        case "filesystem":
            return ["uuid", "label"].contains(last)
                || (names + [leaf.value.text ?? ""]).contains { $0.contains("\\040") }
        default: return false
        }
    }

    private static func output(of program: String) throws -> [UInt8] {
        let file = FileManager.default.temporaryDirectory.appending(path: "weft-ohai-\(UUID()).json").path
        defer { unlink(file) }
        let status = system("timeout 120 \(program) >\(file) 2>/dev/null")
        try #require(status == 0, "ohai ended with \(status)")
        return try #require(MachineFiles().bytes(String(file.dropFirst())))
    }
}
