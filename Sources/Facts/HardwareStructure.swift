/// One structure of an SMBIOS table: a formatted part and the strings that it refers to.
struct HardwareStructure {
    let type: UInt8
    let handle: UInt16
    private let formatted: ArraySlice<UInt8>
    private let strings: [ArraySlice<UInt8>]

    /// The structures of a table up to its end, or to what is no structure.
    static func all(in table: [UInt8]) -> [HardwareStructure] {
        var structures: [HardwareStructure] = []
        var rest = table[...]
        while let structure = HardwareStructure(&rest) {
            // The mark of the end.
            if structure.type == 127 { break }
            structures.append(structure)
        }
        return structures
    }

    private init?(_ rest: inout ArraySlice<UInt8>) {
        let start = rest.startIndex
        guard rest.count >= 4, case let length = Int(rest[start + 1]), length >= 4, rest.count >= length
        else { return nil }
        type = rest[start]
        handle = UInt16(rest[start + 2]) | UInt16(rest[start + 3]) << 8
        formatted = rest[start..<(start + length)]
        // Each string ends with a zero byte and all of them with another; without any there are two.
        var position = start + length
        var strings: [ArraySlice<UInt8>] = []
        while position < rest.endIndex, rest[position] != 0 {
            guard let end = rest[position...].firstIndex(of: 0) else { return nil }
            strings.append(rest[position..<end])
            position = end + 1
        }
        self.strings = strings
        rest = rest[min(rest.endIndex, position + (strings.isEmpty ? 2 : 1))...]
    }

    /// Bytes in the formatted part.
    var length: Int { formatted.count }

    func byte(_ offset: Int) -> UInt8? {
        offset < formatted.count ? formatted[formatted.startIndex + offset] : nil
    }

    func word(_ offset: Int) -> UInt16? {
        guard let low = byte(offset), let high = byte(offset + 1) else { return nil }
        return UInt16(high) << 8 | UInt16(low)
    }

    func bytes(_ offset: Int, _ count: Int) -> [UInt8]? {
        guard offset + count <= formatted.count else { return nil }
        return Array(formatted.dropFirst(offset).prefix(count))
    }

    /// The string that a byte of the formatted part refers to, as dmidecode(8) prints it; `nil` without such a byte.
    func string(_ offset: Int) -> String? { byte(offset).map { string(number: Int($0)) } }

    /// A string by its number, from 1.
    func string(number: Int) -> String {
        if number == 0 { return "Not Specified" }
        guard number <= strings.count else { return "<BAD INDEX>" }
        return String(
            decoding: strings[number - 1].map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: ".") },
            as: UTF8.self
        )
    }

    /// A number in upper-case hexadecimal digits, so many at least.
    static func hex(_ value: some BinaryInteger, _ digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
