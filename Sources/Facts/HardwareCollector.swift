import FabricModel

/// What the hardware says of itself, under the names of dmidecode(8).
///
/// *Source*: SMBIOS reference specification (DSP0134), whose tables the kernel shows; where it does not show them, the
/// strings that it took out of them. Serial numbers are for root alone.
struct HardwareCollector: FactCollector {
    let name = "dmi"

    func collect(_ machine: MachineFiles) -> FactValue {
        guard let table = machine.bytes("sys/firmware/dmi/tables/DMI") else {
            return ["dmi": Self.strings(machine)]
        }
        var dmi: FactValue = [:]
        let entry = machine.bytes("sys/firmware/dmi/tables/smbios_entry_point") ?? []
        if entry.starts(with: "_SM3_".utf8), entry.count > 8 {
            dmi["smbios_version"] = .text("\(entry[7]).\(entry[8])")
        } else if entry.starts(with: "_SM_".utf8), entry.count > 0x1D {
            dmi["smbios_version"] = .text("\(entry[6]).\(entry[7])")
            let (count, size) = (
                Int(entry[0x1C]) | Int(entry[0x1D]) << 8, Int(entry[0x16]) | Int(entry[0x17]) << 8
            )
            dmi["structures"] = ["count": .text("\(count)"), "size": .text("\(size)")]
        }
        for structure in HardwareStructure.all(in: table) {
            guard let kind = HardwareKind.byNumber[structure.type] else { continue }
            var record = FactValue.table(kind.fields(structure).mapValues { .text($0) })
            record["record_id"] = .text("0x" + HardwareStructure.hex(structure.handle, 4))
            // Ohai calls the number of the type so.
            record["size"] = .text("\(structure.type)")
            record["application_identifier"] = .text(kind.title)
            dmi[kind.name] = ["all_records": .list((dmi[kind.name]?["all_records"]?.items ?? []) + [record])]
        }
        for (name, value) in dmi.members where value["all_records"] != nil {
            dmi[name] = value.merging(Self.common(to: value["all_records"]?.items ?? []))
        }
        return ["dmi": dmi]
    }

    /// What all records of a kind say, under plain names.
    private static func common(to records: [FactValue]) -> FactValue {
        var values: [String: String] = [:]
        var differing: Set<String> = []
        for record in records {
            for (name, value) in record.members {
                guard let text = value.text?.trimmed else { continue }
                let name = String(
                    name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
                )
                if let known = values.updateValue(text, forKey: name), known != text {
                    differing.insert(name)
                }
            }
        }
        for name in differing.union(["application_identifier", "size", "record_id"]) { values[name] = nil }
        return .table(values.mapValues { .text($0) })
    }

    /// The same names from the kernel's own copies.
    private static func strings(_ machine: MachineFiles) -> FactValue {
        var dmi: FactValue = [:]
        for (file, kind, name) in copies {
            guard let text = machine.word("sys/class/dmi/id/\(file)") else { continue }
            var table = dmi[kind] ?? [:]
            table[name] = .text(name == "type" ? HardwareKind.chassisTypes[Int(text) ?? 0] ?? text : text)
            dmi[kind] = table
        }
        return dmi
    }

    private static let copies = [
        ("bios_vendor", "bios", "vendor"), ("bios_version", "bios", "version"),
        ("bios_date", "bios", "release_date"), ("sys_vendor", "system", "manufacturer"),
        ("product_name", "system", "product_name"), ("product_version", "system", "version"),
        ("product_serial", "system", "serial_number"), ("product_uuid", "system", "uuid"),
        ("product_sku", "system", "sku_number"), ("product_family", "system", "family"),
        ("board_vendor", "base_board", "manufacturer"), ("board_name", "base_board", "product_name"),
        ("board_version", "base_board", "version"), ("board_serial", "base_board", "serial_number"),
        ("board_asset_tag", "base_board", "asset_tag"), ("chassis_vendor", "chassis", "manufacturer"),
        ("chassis_type", "chassis", "type"), ("chassis_version", "chassis", "version"),
        ("chassis_serial", "chassis", "serial_number"), ("chassis_asset_tag", "chassis", "asset_tag"),
    ]
}
