import Glibc

/// Seconds of a clock that nobody sets.
public func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Asks again and again until there is an answer; what happens in another process has no other signal.
///
/// - Throws: `TrialError` after `seconds`; what `ask` throws counts as no answer, and the last such error is told.
public func eventually<Answer>(
    _ what: String,
    within seconds: Double = 30,
    every interval: Double = 0.01,
    _ ask: () throws -> Answer?
) throws -> Answer {
    let end = monotonicSeconds() + seconds
    var lastError: (any Error)?
    repeat {
        do {
            if let answer = try ask() { return answer }
        } catch {
            lastError = error
        }
        usleep(UInt32(interval * 1e6))
    } while monotonicSeconds() < end
    throw TrialError("\(what) did not happen within \(seconds) s\(lastError.map { "; last: \($0)" } ?? "")")
}
