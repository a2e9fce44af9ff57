import LinuxSystem

/// Gives memory back once the daemon has worked and is idle again.
///
/// Work leaves behind freed memory and mapped program text, several times what an idle daemon needs. It is told from
/// idleness by the processor time that the process has used.
struct IdleMemory {
    /// Processor time in one look's interval below which the daemon is idle, and since the last time that memory was
    /// given back above which there is something to give.
    ///
    /// *Units*: ticks, mostly of 10 ms.
    private static let idleTicks: UInt64 = 2

    private var lastLook: UInt64 = 0
    private var lastGiven: UInt64 = 0

    /// To be called every few seconds.
    mutating func look(cpuTicks now: UInt64, giveBack: () -> Void = ProcessMemory.giveBack) {
        defer { lastLook = now }
        guard now - lastLook < Self.idleTicks, now - lastGiven >= Self.idleTicks else { return }
        giveBack()
        lastGiven = now
    }
}
