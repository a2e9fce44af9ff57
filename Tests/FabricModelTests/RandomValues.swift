/// Repeatable random numbers: SplitMix64, so that a failing value is found again by its seed.
struct RandomValues: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// Random bytes, `count` of them at most.
    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<Int.random(in: 0...count, using: &self))
            .map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }

    /// A random text of characters of `alphabet`.
    mutating func text(of alphabet: String, _ length: ClosedRange<Int>) -> String {
        let characters = Array(alphabet)
        return String(
            (0..<Int.random(in: length, using: &self))
                .map { _ in
                    characters[Int.random(in: characters.indices, using: &self)]
                }
        )
    }
}
