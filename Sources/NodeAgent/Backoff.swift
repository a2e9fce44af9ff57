/// How long to wait before the next try: doubling, with a cap, and jittered so that a fleet does not come back at once.
struct Backoff: Sendable {
    /// Seconds of the first wait, before jitter.
    var base = 1.0
    /// Seconds of the longest wait, before jitter.
    var cap = 300.0
    private var failures = 0

    init(base: Double = 1, cap: Double = 300) {
        self.base = base
        self.cap = cap
    }

    /// Seconds to wait after one more failure: half to one and a half of the doubled wait, and never less than the
    /// server asked for.
    mutating func next(retryAfter: Double? = nil, using generator: inout some RandomNumberGenerator) -> Double
    {
        let wait = min(cap, base * Double(1 << min(failures, 20)))
        failures += 1
        let jittered = wait * Double.random(in: 0.5...1.5, using: &generator)
        return max(jittered, min(retryAfter ?? 0, 3600))
    }

    /// Starts again from the first wait.
    mutating func reset() {
        failures = 0
    }
}
