import FabricModel
import LinuxSystem

/// Where the daemon's moments come from; tests set their own.
protocol WallTime: Sendable {
    func now() -> Timestamp
}

/// The machine's clock.
struct SystemTime: WallTime {
    func now() -> Timestamp { Timestamp(microseconds: WallClock.microseconds()) }
}
