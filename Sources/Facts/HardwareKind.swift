/// A kind of SMBIOS structure that facts are made from.
struct HardwareKind: Sendable {
    /// How ohai calls it.
    var name: String
    /// How dmidecode(8) calls it.
    var title: String
    /// Its values under dmidecode's names.
    var fields: @Sendable (HardwareStructure) -> [String: String]

    /// By the number of the type.
    static let byNumber: [UInt8: HardwareKind] = [
        0: HardwareKind(name: "bios", title: "BIOS Information", fields: bios),
        1: HardwareKind(name: "system", title: "System Information", fields: system),
        2: HardwareKind(name: "base_board", title: "Base Board Information", fields: board),
        3: HardwareKind(name: "chassis", title: "Chassis Information", fields: chassis),
        4: HardwareKind(name: "processor", title: "Processor Information", fields: processor),
        11: HardwareKind(name: "oem_strings", title: "OEM Strings", fields: vendorStrings),
    ]

    private static func strings(_ structure: HardwareStructure, _ offsets: [String: Int]) -> [String: String]
    {
        offsets.compactMapValues { structure.string($0) }
    }

    private static func bios(_ bios: HardwareStructure) -> [String: String] {
        var fields = strings(bios, ["Vendor": 4, "Version": 5, "Release Date": 8])
        // Without a legacy BIOS there is no address.
        if let segment = bios.word(6), segment != 0 {
            fields["Address"] = "0x\(HardwareStructure.hex(segment, 4))0"
            let size = (0x10000 - Int(segment)) << 4
            fields["Runtime Size"] = size & 0x3FF == 0 ? "\(size >> 10) kB" : "\(size) bytes"
        }
        if let size = bios.byte(9), size != 0xFF {
            let kilobytes = (Int(size) + 1) << 6
            fields["ROM Size"] =
                kilobytes & 0x3FF == 0 ? "\(kilobytes >> 10) MB" : "\(kilobytes) kB"
        } else if let size = bios.word(0x18) {
            fields["ROM Size"] = "\(size & 0x3FFF) \(size >> 14 == 1 ? "GB" : "MB")"
        }
        for (name, offset) in [("BIOS Revision", 0x14), ("Firmware Revision", 0x16)] {
            guard let major = bios.byte(offset), let minor = bios.byte(offset + 1), major != 0xFF,
                minor != 0xFF
            else { continue }
            fields[name] = "\(major).\(minor)"
        }
        return fields
    }

    private static func system(_ system: HardwareStructure) -> [String: String] {
        var fields = strings(
            system,
            [
                "Manufacturer": 4, "Product Name": 5, "Version": 6, "Serial Number": 7, "SKU Number": 0x19,
                "Family": 0x1A,
            ]
        )
        fields["UUID"] = system.bytes(8, 16).map(uuid)
        let wakeUps = [
            "Reserved", "Other", "Unknown", "APM Timer", "Modem Ring", "LAN Remote", "Power Switch",
            "PCI PME#",
            "AC Power Restored",
        ]
        fields["Wake-up Type"] = system.byte(0x18).map { name($0, in: wakeUps) }
        return fields
    }

    /// The first three parts are little-endian, as of SMBIOS 2.6.
    private static func uuid(_ bytes: [UInt8]) -> String {
        if bytes.allSatisfy({ $0 == 0xFF }) { return "Not Present" }
        if bytes.allSatisfy({ $0 == 0 }) { return "Not Settable" }
        let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]
        var text = ""
        for (index, place) in order.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += HardwareStructure.hex(bytes[place], 2)
        }
        return text.lowercased()
    }

    private static func board(_ board: HardwareStructure) -> [String: String] {
        var fields = strings(
            board,
            [
                "Manufacturer": 4, "Product Name": 5, "Version": 6, "Serial Number": 7, "Asset Tag": 8,
                "Location In Chassis": 0xA,
            ]
        )
        fields["Chassis Handle"] = board.word(0xB).map { "0x" + HardwareStructure.hex($0, 4) }
        let types = [
            "Unknown", "Other", "Server Blade", "Connectivity Switch", "System Management Module",
            "Processor Module",
            "I/O Module", "Memory Module", "Daughter Board", "Motherboard", "Processor+Memory Module",
            "Processor+I/O Module", "Interconnect Board",
        ]
        fields["Type"] = board.byte(0xD).map { name($0, in: types, from: 1) }
        return fields
    }

    private static func chassis(_ chassis: HardwareStructure) -> [String: String] {
        var fields = strings(chassis, ["Manufacturer": 4, "Version": 6, "Serial Number": 7, "Asset Tag": 8])
        if let type = chassis.byte(5) {
            fields["Type"] = chassisTypes[Int(type & 0x7F)] ?? outOfSpecification
            fields["Lock"] = type & 0x80 == 0 ? "Not Present" : "Present"
        }
        let states = ["Other", "Unknown", "Safe", "Warning", "Critical", "Non-recoverable"]
        for (field, offset) in [("Boot-up State", 9), ("Power Supply State", 0xA), ("Thermal State", 0xB)] {
            fields[field] = chassis.byte(offset).map { name($0, in: states, from: 1) }
        }
        let security = [
            "Other", "Unknown", "None", "External Interface Locked Out", "External Interface Enabled",
        ]
        fields["Security Status"] = chassis.byte(0xC).map { name($0, in: security, from: 1) }
        if let low = chassis.word(0xD), let high = chassis.word(0xF) {
            fields["OEM Information"] = "0x" + HardwareStructure.hex(UInt32(high) << 16 | UInt32(low), 8)
        }
        fields["Height"] = chassis.byte(0x11).map { $0 == 0 ? "Unspecified" : "\($0) U" }
        fields["Number Of Power Cords"] = chassis.byte(0x12).map { $0 == 0 ? "Unspecified" : "\($0)" }
        if let count = chassis.byte(0x13), let size = chassis.byte(0x14) {
            fields["Contained Elements"] = "\(count)"
            let end = 0x15 + Int(count) * Int(size)
            fields["SKU Number"] = chassis.string(end)
        }
        return fields
    }

    private static func processor(_ processor: HardwareStructure) -> [String: String] {
        var fields = strings(
            processor,
            [
                "Socket Designation": 4, "Manufacturer": 7, "Version": 0x10, "Serial Number": 0x20,
                "Asset Tag": 0x21, "Part Number": 0x22,
            ]
        )
        let types = [
            "Other", "Unknown", "Central Processor", "Math Processor", "DSP Processor", "Video Processor",
        ]
        fields["Type"] = processor.byte(5).map { name($0, in: types, from: 1) }
        fields["ID"] = processor.bytes(8, 8)?.map { HardwareStructure.hex($0, 2) }.joined(separator: " ")
        for (field, offset) in [("External Clock", 0x12), ("Max Speed", 0x14), ("Current Speed", 0x16)] {
            fields[field] = processor.word(offset).map { $0 == 0 ? "Unknown" : "\($0) MHz" }
        }
        for (field, short, long) in [
            ("Core Count", 0x23, 0x2A), ("Core Enabled", 0x24, 0x2C), ("Thread Count", 0x25, 0x2E),
        ] {
            guard let count = processor.byte(short), count != 0 else { continue }
            // A byte is not enough for large ones.
            fields[field] = "\(count == 0xFF ? processor.word(long).map(Int.init) ?? 0xFF : Int(count))"
        }
        return fields
    }

    private static func vendorStrings(_ structure: HardwareStructure) -> [String: String] {
        let count = Int(structure.byte(4) ?? 0)
        let pairs = (0..<count).map { ("String \($0 + 1)", structure.string(number: $0 + 1)) }
        return Dictionary(pairs) { $1 }
    }

    private static let outOfSpecification = "<OUT OF SPEC>"

    private static func name(_ value: UInt8, in names: [String], from first: Int = 0) -> String {
        let index = Int(value) - first
        return names.indices.contains(index) ? names[index] : outOfSpecification
    }

    /// By their number, from 1.
    static let chassisTypes: [Int: String] = {
        let names = [
            "Other", "Unknown", "Desktop", "Low Profile Desktop", "Pizza Box", "Mini Tower", "Tower",
            "Portable",
            "Laptop", "Notebook", "Hand Held", "Docking Station", "All In One", "Sub Notebook",
            "Space-saving",
            "Lunch Box", "Main Server Chassis", "Expansion Chassis", "Sub Chassis", "Bus Expansion Chassis",
            "Peripheral Chassis", "RAID Chassis", "Rack Mount Chassis", "Sealed-case PC", "Multi-system",
            "CompactPCI",
            "AdvancedTCA", "Blade", "Blade Enclosing", "Tablet", "Convertible", "Detachable", "IoT Gateway",
            "Embedded PC", "Mini PC", "Stick PC",
        ]
        return Dictionary(uniqueKeysWithValues: names.enumerated().map { ($0 + 1, $1) })
    }()
}
