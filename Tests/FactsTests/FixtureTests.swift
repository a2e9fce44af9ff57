import FabricModel
import Testing

@testable import Facts

@Suite struct FixtureTests {
    @Test("of a captured machine, every fact is what ohai said of it")
    func web1() throws {
        let fixture = Fixture("web1")
        let outcome = FactSurvey(root: fixture.root).collect()
        #expect(outcome.problems.isEmpty)
        let comparison = Comparison(outcome.facts, try fixture.ohai()) { leaf in
            let names = leaf.names
            // Ohai gave up on these where it could not read the first process's environment, and it has what mount(8) and
            // /proc/mounts write differently twice.
            return names[0] == "virtualization" || names.contains { $0.contains("with\\040space") }
                || leaf.value.text?.contains("with\\040space") == true
                // Counted while they were captured.
                || ["counters", "memory", "uptime", "uptime_seconds", "idletime", "idletime_seconds"]
                    .contains(names[0])
                || names.last == "mhz"
                // Tentative for a moment more.
                || names.contains("peer0") && names.contains("tags")
                // Written while they were captured.
                || names.last.map {
                    ["kb_used", "kb_available", "inodes_used", "inodes_available"].contains($0)
                } ?? false
        }
        #expect(comparison.differing.isEmpty)
        #expect(comparison.missing.isEmpty)
        #expect(comparison.shared > 500)
    }

    @Test("memory and time of a captured machine are of the moment, and have ohai's names and units")
    func moment() throws {
        let fixture = Fixture("web1")
        let (facts, ohai) = (FactSurvey(root: fixture.root).collect().facts, try fixture.ohai())
        #expect(facts["memory"]?["total"] == ohai["memory"]?["total"])
        for name in ["memory", "counters"] {
            let names = { (value: FactValue?) in value.map { Set($0.leaves().map(\.names)) } }
            #expect(names(facts[name]) == names(ohai[name]))
        }
        #expect(facts["uptime_seconds"] != nil && facts["idletime"] != nil)
    }

    @Test("SMBIOS tables say what ohai reads of dmidecode")
    func server() throws {
        let fixture = Fixture("server")
        let facts = HardwareCollector().collect(fixture.machine)
        let undecoded: Set<String> = [
            // Lists of texts, and what of processors is of no use for an inventory.
            "Characteristics", "Features", "Flags", "Contained Object Handles", "Signature", "Family",
            "Voltage",
            "Status", "Upgrade", "L1 Cache Handle", "L2 Cache Handle", "L3 Cache Handle", "signature",
            "family",
            "voltage", "status", "upgrade", "l1_cache_handle", "l2_cache_handle", "l3_cache_handle",
            "contained_object_handles",
        ]
        let comparison = Comparison(facts, try fixture.ohai()) { leaf in
            leaf.names == ["dmi", "dmidecode_version"]
                || !undecoded.isDisjoint(with: leaf.names.dropFirst(2)) && leaf.names[1] != "system"
        }
        #expect(comparison.differing.isEmpty)
        #expect(comparison.missing.isEmpty)
        #expect(comparison.shared > 100)
        #expect(facts["dmi"]?["system"]?["family"] == "PowerEdge")
    }

    @Test("a table that is cut off, or no table, gives what there is and goes no further")
    func damagedTables() throws {
        let table = try #require(Fixture("server").machine.bytes("sys/firmware/dmi/tables/DMI"))
        let whole = HardwareStructure.all(in: table).count
        for length in 0..<table.count {
            #expect(HardwareStructure.all(in: Array(table[..<length])).count <= whole)
        }
        #expect(HardwareStructure.all(in: Array(repeating: 0, count: 64)).isEmpty)
    }

    @Test("what the kernel says of the network may be cut off anywhere")
    func damagedDumps() throws {
        let machine = Fixture("web1").machine
        let dump = try NetworkDump.read(machine)
        for (bytes, kind) in [(dump.links, NetworkDump.Kind.link), (dump.routes, .route)] {
            let whole = NetlinkMessage.all(of: kind.rawValue, fixedLength: 12, in: bytes).count
            #expect(whole > 0)
            for length in stride(from: 0, to: bytes.count, by: 7) {
                let part = NetlinkMessage.all(of: kind.rawValue, fixedLength: 12, in: Array(bytes[..<length]))
                #expect(part.count <= whole)
                for message in part {
                    _ = NetworkRoute.all(message) + (NetworkInterface(message)?.routes ?? [])
                }
            }
        }
    }

    @Test("a machine without any of the files has no facts, and no problems")
    func nothing() {
        let outcome = FactSurvey(root: Fixture("nothing").root).collect()
        #expect(outcome.problems.isEmpty)
        #expect(outcome.facts["platform"] == nil)
        #expect(outcome.facts["cpu"]?["total"] == .integer(0))
    }
}
