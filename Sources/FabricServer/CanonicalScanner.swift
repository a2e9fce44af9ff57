import FabricModel

/// Reads JSON exactly as `CanonicalJSON` writes it: keys sorted, no white space.
///
/// A node's upload is decoded for each commit that the fleet makes, and `JSONDecoder` takes 230 µs for a small one. What
/// this reader does not know is not wrong, only slow: it goes to `JSONDecoder`, which also knows what to say of it.
struct CanonicalScanner {
    /// The text is not what this reader knows.
    struct Mismatch: Error {}

    private let bytes: [UInt8]
    /// Where the rest begins.
    private(set) var offset = 0
    /// Changes of a batch are mostly made by one actor at the same moment.
    private var lastActor: (text: Range<Int>, actor: Actor)?
    private var lastMoment: (text: Range<Int>, moment: Timestamp)?

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether everything was read.
    var isAtEnd: Bool { offset == bytes.count }

    /// The text between two offsets.
    func text(from start: Int, to end: Int) throws(Mismatch) -> String {
        guard let text = String(validating: bytes[start..<end], as: UTF8.self) else { throw Mismatch() }
        return text
    }

    /// Reads past `literal` if the rest begins with it.
    mutating func skip(_ literal: StaticString) -> Bool {
        let count = literal.utf8CodeUnitCount
        guard bytes.count - offset >= count else { return false }
        let expected = UnsafeBufferPointer(start: literal.utf8Start, count: count)
        for index in 0..<count where bytes[offset &+ index] != expected[index] { return false }
        offset += count
        return true
    }

    /// Reads past `literal`.
    mutating func expect(_ literal: StaticString) throws(Mismatch) {
        guard skip(literal) else { throw Mismatch() }
    }

    /// Reads a string.
    mutating func string() throws(Mismatch) -> String {
        try expect("\"")
        let start = offset
        var isASCII = true
        while offset < bytes.count {
            let byte = bytes[offset]
            switch byte {
            case UInt8(ascii: "\""):
                defer { offset += 1 }
                // Nearly all are ASCII, which need not be validated.
                guard isASCII else { return try text(from: start, to: offset) }
                return String(decoding: bytes[start..<offset], as: UTF8.self)
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw Mismatch()
            default:
                isASCII = isASCII && byte < 0x80
                offset += 1
            }
        }
        throw Mismatch()
    }

    private mutating func escapedString(from start: Int) throws(Mismatch) -> String {
        var content = Array(bytes[start..<offset])
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else { throw Mismatch() }
                return text
            case UInt8(ascii: "\\"): content.append(try escaped())
            case 0..<0x20: throw Mismatch()
            default: content.append(byte)
            }
        }
        throw Mismatch()
    }

    private mutating func escaped() throws(Mismatch) -> UInt8 {
        guard offset < bytes.count else { throw Mismatch() }
        let byte = bytes[offset]
        offset += 1
        switch byte {
        case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "/"): return byte
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "r"): return 0x0D
        default: throw Mismatch()
        }
    }

    /// Reads a whole number.
    mutating func integer<Value: FixedWidthInteger>() throws(Mismatch) -> Value {
        let isNegative = skip("-")
        let start = offset
        var value: Value = 0
        while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) {
            let digit = Value(bytes[offset] - UInt8(ascii: "0"))
            let (product, productOverflows) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflows) =
                isNegative
                ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !productOverflows, !sumOverflows else { throw Mismatch() }
            value = sum
            offset += 1
        }
        let hasLeadingZero = offset - start > 1 && bytes[start] == UInt8(ascii: "0")
        guard offset > start, !hasLeadingZero else { throw Mismatch() }
        return value
    }

    /// Reads `true` or `false`.
    mutating func flag() throws(Mismatch) -> Bool {
        if skip("true") { return true }
        try expect("false")
        return false
    }

    /// Reads a moment.
    mutating func moment() throws(Mismatch) -> Timestamp {
        if let lastMoment, skip(copyOf: lastMoment.text) { return lastMoment.moment }
        let start = offset
        let moment = try value(Timestamp.init(_:))
        lastMoment = (start..<offset, moment)
        return moment
    }

    /// Reads who did something.
    mutating func actor() throws(Mismatch) -> Actor {
        if let lastActor, skip(copyOf: lastActor.text) { return lastActor.actor }
        let start = offset
        let actor = try Actor(&self)
        lastActor = (start..<offset, actor)
        return actor
    }

    /// Reads past a text that was read before if the rest begins with the same one.
    private mutating func skip(copyOf range: Range<Int>) -> Bool {
        guard bytes.count - offset >= range.count else { return false }
        for index in range where bytes[offset &+ index &- range.lowerBound] != bytes[index] { return false }
        offset += range.count
        return true
    }

    /// Reads a list.
    mutating func list<Element>(
        _ element: (inout CanonicalScanner) throws(Mismatch) -> Element
    ) throws(Mismatch) -> [Element] {
        try expect("[")
        var elements: [Element] = []
        if skip("]") { return elements }
        repeat { elements.append(try element(&self)) } while skip(",")
        try expect("]")
        return elements
    }

    /// Reads a string that stands for a value of the model.
    mutating func value<Value, Failure: Error>(
        _ make: (String) throws(Failure) -> Value
    ) throws(Mismatch) -> Value {
        let text = try string()
        do {
            return try make(text)
        } catch {
            throw Mismatch()
        }
    }

    /// Reads one of the words of an enumeration.
    mutating func choice<Value: RawRepresentable<String>>() throws(Mismatch) -> Value {
        guard let value = Value(rawValue: try string()) else { throw Mismatch() }
        return value
    }
}
