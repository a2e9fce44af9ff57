import FabricModel
import Glibc

/// How long the machine runs, which clock it shows and what started it.
///
/// *Source*: proc_uptime(5), localtime(3).
struct UptimeCollector: FactCollector {
    let name = "uptime"

    func collect(_ machine: MachineFiles) -> FactValue {
        var facts: FactValue = [:]
        let fields = machine.word("proc/uptime")?.split(separator: " ") ?? []
        for (name, field) in zip(["uptime", "idletime"], fields) {
            guard let seconds = Int64(field.prefix { $0 != "." }) else { continue }
            facts["\(name)_seconds"] = .integer(seconds)
            facts[name] = .text(Self.words(seconds))
        }
        facts["init_package"] = machine.word("proc/1/comm").map { .text($0) }
        if machine.isThisMachine, let zone = Self.zone() { facts["time"] = ["timezone": .text(zone)] }
        return facts
    }

    /// The time in days, hours, minutes and seconds, without those that come before the first that there are any of.
    static func words(_ seconds: Int64) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60)
        let end = "\(two(seconds % 60)) seconds"
        if days > 0 {
            return "\(days) \(days == 1 ? "day" : "days") \(two(hours)) hours \(two(minutes)) minutes \(end)"
        }
        if hours > 0 { return "\(hours) hours \(two(minutes)) minutes \(end)" }
        return minutes > 0 ? "\(minutes) minutes \(end)" : end
    }

    private static func zone() -> String? {
        var now = time(nil)
        var parts = tm()
        // Whoever changes the zone of the machine does not start this program again.
        tzset()
        guard localtime_r(&now, &parts) != nil, let zone = parts.tm_zone else { return nil }
        return String(cString: zone)
    }
}
