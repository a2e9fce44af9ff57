/// Tells jobs that somebody ordered from those that follow from another one.
///
/// systemd works off an order as a transaction: the job that was ordered has the lowest number, and those that it pulls
/// in have the next ones. All are announced before any of them ends. But two orders in a row are announced alike, so of
/// jobs announced together only the units' dependencies tell whether one follows from another.
///
/// *Source*: `transaction_activate` in systemd's `transaction.c`, and what a node with systemd 252 sends.
struct SystemdJobs {
    private struct Burst {
        var units: [UInt32: String] = [:]
        var pending: Set<UInt32> = []
    }

    private var bursts: [Int: Burst] = [:]
    private var current = 0

    /// A job was announced.
    mutating func added(_ id: UInt32, _ unit: String) {
        bursts[current, default: Burst()].units[id] = unit
        bursts[current, default: Burst()].pending.insert(id)
    }

    /// A job has ended.
    ///
    /// - Returns: The units from whose jobs it may follow: those that were announced with it and have lower numbers.
    mutating func removed(_ id: UInt32) -> Set<String> {
        guard let (number, burst) = bursts.first(where: { $0.value.pending.contains(id) }) else { return [] }
        bursts[number]?.pending.remove(id)
        if burst.pending.count == 1 { bursts[number] = nil }
        // What is announced from now on is of another transaction.
        if number == current { current += 1 }
        return Set(burst.units.filter { $0.key < id }.values)
    }

    /// Whether one of the units from which a job may follow brings everything with it: a target, such as the one that
    /// the system is shut down with.
    static func haveTarget(_ units: Set<String>) -> Bool {
        units.contains { $0.hasSuffix(".target") }
    }
}
