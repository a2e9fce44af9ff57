import FabricModel

/// The processors.
///
/// *Source*: proc_cpuinfo(5); where that does not tell sockets and cores, their topology in sysfs.
struct CPUCollector: FactCollector {
    let name = "cpu"

    func collect(_ machine: MachineFiles) -> FactValue {
        var cpu: FactValue = [:]
        var current: String?
        var count: Int64 = 0
        var sockets: Set<String> = []
        for line in machine.lines("proc/cpuinfo") {
            guard let (name, value) = line.divided(at: ":") else { continue }
            if name == "processor" {
                current = value
                count += 1
                cpu[value] = [:]
            } else if name.hasPrefix("processor ") {
                // s390: `processor 0: version = FF,  identification = 012345,  machine = 2964`
                let number = String(name.dropFirst("processor ".count))
                current = number
                count += 1
                let pairs = value.split(separator: ",").compactMap { $0.divided(at: "=") }
                cpu[number] = .table(Dictionary(pairs.map { ($0.name, .text($0.value)) }) { $1 })
            } else if name == "bogomips per cpu" {
                cpu["bogomips_per_cpu"] = .text(value)
            } else if name == "features" || (name == "vendor_id" && value.contains("IBM/S390")) {
                cpu[name] = name == "features" ? Self.words(value) : .text(value)
            } else if let current, let name = Self.names[name], !value.isEmpty {
                if name == "physical_id" { sockets.insert(value) }
                cpu[current]?[name] = name == "flags" || name == "features" ? Self.words(value) : .text(value)
            }
        }
        if let cores = cpu["0"]?["cores"]?.text.flatMap({ Int64($0) }), !sockets.isEmpty {
            cpu["total"] = .integer(count)
            cpu["real"] = .integer(Int64(sockets.count))
            cpu["cores"] = .integer(Int64(sockets.count) * cores)
        } else {
            count = addTopology(to: &cpu, machine) ?? count
            cpu["total"] = .integer(count)
        }
        return ["cpu": cpu]
    }

    private func addTopology(to cpu: inout FactValue, _ machine: MachineFiles) -> Int64? {
        let folder = "sys/devices/system/cpu"
        let numbers = machine.names(in: folder).filter { $0.hasPrefix("cpu") && Int($0.dropFirst(3)) != nil }
        var sockets: Set<String> = []
        var cores: Set<[String]> = []
        var threads: Int64 = 0
        for number in numbers {
            guard let core = machine.word("\(folder)/\(number)/topology/core_id") else { continue }
            let socket = machine.word("\(folder)/\(number)/topology/physical_package_id") ?? "0"
            sockets.insert(socket)
            cores.insert([socket, core])
            threads += 1
        }
        guard threads > 0 else { return nil }
        cpu["real"] = .integer(Int64(sockets.count))
        cpu["cores"] = .integer(Int64(cores.count))
        return threads
    }

    private static func words(_ text: String) -> FactValue {
        .list(text.split(separator: " ").map { .text(String($0)) })
    }

    private static let names = [
        "vendor_id": "vendor_id", "cpu family": "family", "model": "model", "stepping": "stepping",
        "physical id": "physical_id", "core id": "core_id", "cpu cores": "cores", "model name": "model_name",
        "cpu MHz": "mhz", "cache size": "cache_size", "flags": "flags", "BogoMIPS": "bogomips",
        "Features": "features",
    ]
}
