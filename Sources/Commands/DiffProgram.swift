/// Compares two texts with the program diff(1), which every base system has.
///
/// It copes with any size and any difference, which a few lines of our own would not.
enum DiffProgram {
    /// What came of a comparison.
    enum Outcome: Equatable {
        /// The lines from the first `@@` on; none where the texts are equal.
        case hunks([String])
        /// There is no result, for this reason.
        case unavailable(String)
    }

    /// Compares two texts.
    static func compare(_ before: String, _ after: String, environment: [String: String]) -> Outcome {
        guard before != after else { return .hunks([]) }
        let program = TextProgram(name: "diff", package: "diffutils", environment: environment)
        switch program.run(["-a", "-u"], [Array(before.utf8), Array(after.utf8)]) {
        case .unavailable(let reason): return .unavailable(reason)
        // 0: equal, 1: different; anything else is trouble.
        case .ended(0...1, let bytes):
            let lines = String(decoding: bytes, as: UTF8.self).lines
            return .hunks(Array(lines.drop { !$0.hasPrefix("@@") }.dropLast()))
        case .ended(let status, _): return .unavailable("diff failed with status \(status)")
        }
    }
}
