import FabricModel

/// Whether the machine is a guest, and of what, or a host.
///
/// *Source*: what hypervisors and containers leave in procfs and sysfs, and SMBIOS.
struct VirtualizationCollector: FactCollector {
    let name = "virtualization"

    func collect(_ machine: MachineFiles) -> FactValue {
        var found: FactValue = ["systems": [:]]
        for finding in findings(machine) {
            // What is found later is nearer to this machine.
            found["system"] = .text(finding.system)
            found["role"] = .text(finding.role)
            found["systems"]?[finding.system] = .text(finding.role)
        }
        if machine.exists("proc/self/cgroup"), !isContainer(machine),
            machine.hasProgram("lxc-start") || machine.hasProgram("lxc-version")
        {
            if found["system"] == nil {
                found["system"] = "lxc"
                found["role"] = "host"
            }
            found["systems"]?["lxc"] = "host"
        }
        return ["virtualization": found]
    }

    private struct Finding {
        var system: String
        var role: String

        static func guest(_ system: String) -> Finding { Finding(system: system, role: "guest") }
        static func host(_ system: String) -> Finding { Finding(system: system, role: "host") }
    }

    private func findings(_ machine: MachineFiles) -> [Finding] {
        var findings: [Finding] = []
        if machine.hasProgram("docker") { findings.append(.host("docker")) }
        if machine.exists("proc/xen") {
            let isHost = machine.text("proc/xen/capabilities")?.contains("control_d") ?? false
            findings.append(isHost ? .host("xen") : .guest("xen"))
        }
        let modules = machine.lines("proc/modules")
        if modules.contains(where: { $0.hasPrefix("vboxdrv") }) {
            findings.append(.host("vbox"))
        } else if modules.contains(where: { $0.hasPrefix("vboxguest") }) {
            findings.append(.guest("vbox"))
        }
        if machine.hasProgram("nova") { findings.append(.host("openstack")) }
        let processors = machine.text("proc/cpuinfo") ?? ""
        let kvmProcessors = ["QEMU Virtual CPU", "Common KVM processor", "Common 32-bit KVM processor"]
        if kvmProcessors.contains(where: { processors.contains($0) }) { findings.append(.guest("kvm")) }
        if machine.exists("sys/devices/virtual/misc/kvm") {
            findings.append(processors.contains("hypervisor") ? .guest("kvm") : .host("kvm"))
        }
        if let system = hardware(machine) { findings.append(.guest(system)) }
        if machine.exists("proc/bc/0") {
            findings.append(.host("openvz"))
        } else if machine.exists("proc/vz") {
            findings.append(.guest("openvz"))
        }
        if machine.exists("var/lib/hyperv/.kvp_pool_3") { findings.append(.guest("hyperv")) }
        if let container = container(machine) { findings.append(.guest(container)) }
        if machine.exists(".dockerenv") || machine.exists(".dockerinit") { findings.append(.guest("docker")) }
        if machine.exists("dev/lxd/sock") {
            findings.append(.guest("lxd"))
        } else if machine.exists("var/lib/lxd/devlxd") || machine.exists("var/snap/lxd/common/lxd/devlxd") {
            findings.append(.host("lxd"))
        }
        return findings
    }

    private func isContainer(_ machine: MachineFiles) -> Bool { container(machine) != nil }

    /// The container that the paths of this process's control groups, or the first process's environment, name.
    private func container(_ machine: MachineFiles) -> String? {
        for line in machine.lines("proc/self/cgroup") {
            let path = line.split(separator: ":", maxSplits: 2).last ?? ""
            let parts = path.split(separator: "/")
            for system in ["lxc", "docker"] {
                let isBelow = parts.count > 1 && parts[0] == system
                let isNamed = parts.dropFirst().contains { $0.hasPrefix(system) && $0.count > system.count }
                if isBelow || isNamed { return system }
            }
        }
        let environment = machine.text("proc/1/environ")?.split(separator: "\0") ?? []
        return environment.contains("container=lxc")
            ? "lxc" : environment.contains("container=systemd-nspawn") ? "nspawn" : nil
    }

    /// The hypervisor that the hardware says it is made by.
    private func hardware(_ machine: MachineFiles) -> String? {
        let system = HardwareCollector().collect(machine)["dmi"]?["system"]
        let maker = system?["manufacturer"]?.text ?? ""
        let product = system?["product_name"]?.text ?? ""
        let makers = [
            ("OpenStack", "openstack"), ("Xen", "xen"), ("VMware", "vmware"), ("Amazon EC2", "amazonec2"),
            ("QEMU", "kvm"), ("Veertu", "veertu"), ("Parallels", "parallels"),
        ]
        if let known = makers.first(where: { maker.contains($0.0) }) { return known.1 }
        if maker.contains("Microsoft"), product.contains("Virtual Machine") { return "hyperv" }
        let products = [
            ("VirtualBox", "vbox"), ("OpenStack", "openstack"), ("KVM", "kvm"), ("RHEV", "kvm"),
            ("BHYVE", "bhyve"),
        ]
        return products.first { product.contains($0.0) }?.1
    }
}
