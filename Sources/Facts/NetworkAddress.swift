import Glibc

/// An address of the internet protocol.
struct NetworkAddress: Hashable, Sendable {
    /// 4 bytes, or 16.
    let bytes: [UInt8]

    /// An address of 4 or 16 bytes; `nil` of anything else.
    init?(_ bytes: ArraySlice<UInt8>?) {
        guard let bytes, bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = Array(bytes)
    }

    /// Reads an address as it is written.
    init?(_ text: String) {
        let isOld = !text.utf8.contains(UInt8(ascii: ":"))
        var bytes = [UInt8](repeating: 0, count: isOld ? 4 : 16)
        guard inet_pton(isOld ? AF_INET : AF_INET6, text, &bytes) == 1 else { return nil }
        self.bytes = bytes
    }

    var isOld: Bool { bytes.count == 4 }

    /// As inet_ntop(3) writes it.
    var text: String {
        var text = [CChar](repeating: 0, count: 64)
        guard inet_ntop(isOld ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count)) != nil else {
            return ""
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether another address is of the same network of so many bits.
    func isNeighbour(of other: NetworkAddress, bits: Int) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        return zip(bytes, other.bytes).enumerated()
            .allSatisfy { index, pair in
                let left = max(0, min(8, bits - index * 8))
                let mask = UInt8(truncatingIfNeeded: 0xFF00 >> left)
                return pair.0 & mask == pair.1 & mask
            }
    }

    /// The mask of a network of so many bits.
    static func mask(bits: Int) -> String {
        (0..<4).map { "\(UInt8(truncatingIfNeeded: 0xFF00 >> max(0, min(8, bits - $0 * 8))))" }
            .joined(separator: ".")
    }
}
