import Glibc

/// The time of day.
public enum WallClock {
    /// *Units*: microseconds since 1970-01-01T00:00:00Z.
    public static func microseconds() -> Int64 { nanoseconds() / 1_000 }

    /// *Units*: nanoseconds since 1970-01-01T00:00:00Z.
    public static func nanoseconds() -> Int64 { reading(CLOCK_REALTIME) }
}

/// A clock that never jumps and stands still while the machine sleeps.
public enum MonotonicClock {
    /// *Units*: nanoseconds since some moment before this process began.
    public static func nanoseconds() -> Int64 { reading(CLOCK_MONOTONIC) }
}

private func reading(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
