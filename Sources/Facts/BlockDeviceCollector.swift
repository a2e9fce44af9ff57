import FabricModel

/// The block devices.
///
/// *Source*: sysfs, `Documentation/ABI/stable/sysfs-block`. *Units*: `size` in sectors of 512 bytes.
struct BlockDeviceCollector: FactCollector {
    let name = "block_device"

    func collect(_ machine: MachineFiles) -> FactValue {
        var devices: [String: FactValue] = [:]
        for device in machine.names(in: "sys/block") {
            var facts: FactValue = [:]
            for (folder, names) in Self.attributes {
                for name in names {
                    facts[name] = machine.word("sys/block/\(device)/\(folder)\(name)").map { .text($0) }
                }
            }
            devices[device] = facts
        }
        return ["block_device": .table(devices)]
    }

    private static let attributes: [(folder: String, names: [String])] = [
        ("", ["size", "removable"]),
        ("device/", ["model", "rev", "state", "timeout", "vendor", "queue_depth"]),
        ("queue/", ["rotational", "physical_block_size", "logical_block_size"]),
    ]
}
