/// A set of bytes.
struct ByteSet: Hashable, Sendable {
    private var bits = SIMD4<UInt64>()

    init() {}

    init(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { insert(byte) }
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        bits[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1
    }

    mutating func insert(_ byte: UInt8) {
        bits[Int(byte >> 6)] |= 1 << UInt64(byte & 63)
    }

    /// Reads the rest of a bracket expression, after its opening bracket.
    init(glob rest: inout ArraySlice<UInt8>) throws(Glob.Refusal) {
        let unclosed = Glob.Refusal(message: "has a '[' without its ']'")
        let isNegated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        if isNegated { rest.removeFirst() }
        var named = ByteSet()
        var isFirst = true
        while true {
            guard var low = rest.popFirst() else { throw unclosed }
            // A closing bracket that comes first is a member.
            if low == UInt8(ascii: "]"), !isFirst { break }
            isFirst = false
            if low == UInt8(ascii: "\\") {
                guard let next = rest.popFirst() else { throw unclosed }
                low = next
            }
            var high = low
            if rest.first == UInt8(ascii: "-"), let end = rest.dropFirst().first, end != UInt8(ascii: "]") {
                rest = rest.dropFirst(2)
                high = end
                if end == UInt8(ascii: "\\") {
                    guard let next = rest.popFirst() else { throw unclosed }
                    high = next
                }
            }
            guard low <= high else { throw Glob.Refusal(message: "has a range in '[…]' that runs backwards") }
            for byte in low...high { named.insert(byte) }
        }
        for byte in UInt8.min...UInt8.max where byte != UInt8(ascii: "/") && named.contains(byte) != isNegated
        {
            insert(byte)
        }
    }
}
