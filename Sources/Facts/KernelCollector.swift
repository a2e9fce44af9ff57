import FabricModel
import Glibc

/// The kernel and its modules.
///
/// *Source*: uname(2), proc_modules(5).
struct KernelCollector: FactCollector {
    let name = "kernel"

    func collect(_ machine: MachineFiles) -> FactValue {
        let release = machine.word("proc/sys/kernel/osrelease")
        var kernel: FactValue = ["os": "GNU/Linux", "modules": modules(machine)]
        kernel["name"] = machine.word("proc/sys/kernel/ostype").map { .text($0) }
        kernel["release"] = release.map { .text($0) }
        kernel["version"] = machine.word("proc/sys/kernel/version").map { .text($0) }
        if let architecture = architecture(machine) {
            kernel["machine"] = .text(architecture)
            // What uname(1) says to -p: Red Hat has changed it to say the same as to -m.
            let isRedHat = machine.exists("etc/redhat-release")
            kernel["processor"] = isRedHat ? .text(architecture) : "unknown"
        }
        var facts: FactValue = ["kernel": kernel]
        facts["os_version"] = release.map { .text($0) }
        return facts
    }

    private func architecture(_ machine: MachineFiles) -> String? {
        if let stated = machine.word("proc/sys/kernel/arch") { return stated }
        guard machine.isThisMachine else { return nil }
        // Kernels before 6.1 have no file for it.
        var names = utsname()
        guard uname(&names) == 0 else { return nil }
        return withUnsafeBytes(of: names.machine) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private func modules(_ machine: MachineFiles) -> FactValue {
        var modules: [String: FactValue] = [:]
        for line in machine.lines("proc/modules") {
            let fields = line.split(separator: " ")
            guard fields.count >= 3 else { continue }
            var module: FactValue = ["size": .text(String(fields[1])), "refcount": .text(String(fields[2]))]
            if let version = machine.word("sys/module/\(fields[0])/version"), !version.isEmpty {
                module["version"] = .text(version)
            }
            modules[String(fields[0])] = module
        }
        return .table(modules)
    }
}
