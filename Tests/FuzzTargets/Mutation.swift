/// Makes inputs that are nearly right out of such that are.
public struct Mutation {
    private var random: SplitMix

    /// Mutations that are the same for each seed.
    public init(seed: UInt64) {
        random = SplitMix(state: seed)
    }

    // What decoders treat apart.
    private static let parts = [
        "\"", "\\", "{", "}", "[[[[", ",", ":", "null", "-1", "18446744073709551616", "1e999", "\\u0000",
        "\\ud800",
        "%", "%2", "\0", "\n", "../", "\u{FEFF}",
    ]
    .map { Array($0.utf8) }

    /// An input that differs from another in a few places.
    public mutating func of(_ input: [UInt8]) -> [UInt8] {
        var bytes = input
        for _ in 0..<Int.random(in: 1...4, using: &random) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let at = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, at + Int.random(in: 0...8, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0 where at < bytes.count: bytes[at] ^= 1 << UInt8.random(in: 0...7, using: &random)
        case 1 where at < bytes.count: bytes[at] = UInt8.random(in: .min ... .max, using: &random)
        case 2: bytes.removeSubrange(at..<end)
        case 3: bytes.insert(contentsOf: bytes[at..<end], at: at)
        case 4: bytes.removeSubrange(at...)
        default: bytes.replaceSubrange(at..<end, with: Self.parts.randomElement(using: &random) ?? [])
        }
    }
}

/// *Source*: Steele, Lea and Flood, "Fast splittable pseudorandom number generators".
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
