import FabricModel

/// What the machine calls itself.
///
/// *Source*: hostname(1), machine-id(5).
struct HostNameCollector: FactCollector {
    let name = "hostname"

    func collect(_ machine: MachineFiles) -> FactValue {
        var facts: FactValue = [:]
        facts["machine_id"] =
            (machine.word("etc/machine-id") ?? machine.word("var/lib/dbus/machine-id")).map { .text($0) }
        guard let name = machine.word("proc/sys/kernel/hostname") else { return facts }
        facts["machinename"] = .text(name)
        facts["hostname"] = .text(String(name.prefix { $0 != "." }))
        return facts
    }
}
