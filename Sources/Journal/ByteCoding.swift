/// A stored record that does not read back: the database was damaged or changed by hand.
struct UnreadableRecord: Error {
    var reason: String
}

/// Writes the compact form of records: numbers in seven-bit groups, texts with their length.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(160) }

    mutating func put(byte: UInt8) { bytes.append(byte) }

    /// *Shape*: LEB128, seven bits a byte, the lowest first.
    mutating func put(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func put(_ text: String) {
        put(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// `nil` is 0, a text its length and one more.
    mutating func put(_ text: String?) {
        put(text.map { UInt64($0.utf8.count + 1) } ?? 0)
        if let text { bytes.append(contentsOf: text.utf8) }
    }

    mutating func put(raw: [UInt8]) { bytes.append(contentsOf: raw) }
}

/// Reads what a ``ByteWriter`` wrote.
struct ByteReader {
    private var rest: UnsafeRawBufferPointer

    init(_ buffer: UnsafeRawBufferPointer) { rest = buffer }

    var isAtEnd: Bool { rest.isEmpty }
    /// Bytes that are left.
    var remaining: Int { rest.count }

    mutating func byte() throws -> UInt8 { try take(1)[0] }

    mutating func number() throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            guard shift < 63 || byte < 2 else { throw UnreadableRecord(reason: "a number is too large") }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
    }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
        let value = try number()
        guard let number = Number(exactly: value) else {
            throw UnreadableRecord(reason: "\(value) is out of range")
        }
        return number
    }

    mutating func text() throws -> String { try text(count: number(Int.self)) }

    mutating func optionalText() throws -> String? {
        let count = try number(Int.self)
        return count == 0 ? nil : try text(count: count - 1)
    }

    mutating func take(_ count: Int) throws -> UnsafeRawBufferPointer {
        guard count <= rest.count else { throw UnreadableRecord(reason: "a record ends too early") }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count)) }
        return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
    }

    private mutating func text(count: Int) throws -> String {
        String(decoding: try take(count), as: UTF8.self)
    }
}
