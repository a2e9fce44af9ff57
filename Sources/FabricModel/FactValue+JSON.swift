extension FactValue {
    /// The JSON text of which every value has exactly one: names in the order of their bytes, no spaces.
    public var canonicalJSON: [UInt8] {
        var text: [UInt8] = []
        write(to: &text)
        return text
    }

    private func write(to text: inout [UInt8]) {
        switch self {
        case .null: text += "null".utf8
        case .bool(let value): text += (value ? "true" : "false").utf8
        case .integer(let value): text += String(value).utf8
        // JSON has no word for what is no number.
        case .number(let value): text += (value.isFinite ? "\(value)" : "null").utf8
        case .text(let value): Self.write(value, to: &text)
        case .list(let items):
            text.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                item.write(to: &text)
            }
            text.append(UInt8(ascii: "]"))
        case .table(let table):
            text.append(UInt8(ascii: "{"))
            for (index, name) in table.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
                .enumerated()
            {
                if index > 0 { text.append(UInt8(ascii: ",")) }
                Self.write(name, to: &text)
                text.append(UInt8(ascii: ":"))
                table[name]?.write(to: &text)
            }
            text.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ value: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                text += "\\u00".utf8
                text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }
}

extension FactValue {
    /// Lists and tables that may lie in each other.
    public static let deepest = 32
    /// Values in one text, those within lists and tables too.
    public static let mostValues = 200_000

    /// Reads a JSON text (RFC 8259).
    ///
    /// - Throws: `ModelError` with code `invalidFacts`, which names the byte; also for what is deeper than ``deepest`` or
    ///   has more than ``mostValues``.
    public init(json text: some Collection<UInt8>) throws(ModelError) {
        var reader = FactReader(Array(text))
        self = try reader.document()
    }
}

/// Reads one JSON text.
private struct FactReader {
    private let bytes: [UInt8]
    private var position = 0
    private var count = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func document() throws(ModelError) -> FactValue {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw problem("ends before this") }
        return value
    }

    private func problem(_ what: String) -> ModelError {
        ModelError(.invalidFacts, "facts", "the JSON text \(what), at byte \(position)")
    }

    private mutating func skipSpace() {
        while let next, next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(ModelError) -> FactValue {
        guard depth < FactValue.deepest else { throw problem("is deeper than \(FactValue.deepest)") }
        count += 1
        guard count <= FactValue.mostValues else {
            throw problem("has more than \(FactValue.mostValues) values")
        }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try table(depth)
        case UInt8(ascii: "["): return try list(depth)
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case nil: throw problem("ends too early")
        default: return try number()
        }
    }

    private mutating func word(_ word: String, _ value: FactValue) throws(ModelError) -> FactValue {
        guard bytes[position...].starts(with: word.utf8) else { throw problem("has no value") }
        position += word.utf8.count
        return value
    }

    private mutating func table(_ depth: Int) throws(ModelError) -> FactValue {
        position += 1
        var table: [String: FactValue] = [:]
        if take(UInt8(ascii: "}")) { return .table(table) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw problem("has no name") }
            let name = try text()
            guard take(UInt8(ascii: ":")) else { throw problem("has no ':' after a name") }
            guard table.updateValue(try value(depth: depth + 1), forKey: name) == nil else {
                throw problem("has a name twice")
            }
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw problem("has no ',' or '}'") }
        return .table(table)
    }

    private mutating func list(_ depth: Int) throws(ModelError) -> FactValue {
        position += 1
        var items: [FactValue] = []
        if take(UInt8(ascii: "]")) { return .list(items) }
        repeat {
            items.append(try value(depth: depth + 1))
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw problem("has no ',' or ']'") }
        return .list(items)
    }

    private mutating func text() throws(ModelError) -> String {
        position += 1
        let start = position
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
            position += 1
        }
        if next == UInt8(ascii: "\"") {
            defer { position += 1 }
            return String(decoding: bytes[start..<position], as: UTF8.self)
        }
        return try escapedText(Array(bytes[start..<position]))
    }

    private mutating func escapedText(_ beginning: [UInt8]) throws(ModelError) -> String {
        var text = beginning
        while let byte = next {
            guard byte >= 0x20 else { throw problem("has a control character in a text") }
            position += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                text.append(byte)
                continue
            }
            guard let escape = next else { break }
            position += 1
            switch escape {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(escape)
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"): text += String(try scalar()).utf8
            default: throw problem("has an escape that does not exist")
            }
        }
        throw problem("ends within a text")
    }

    private mutating func unit() throws(ModelError) -> UInt16 {
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw problem("has an escape without four digits") }
        position += 4
        return unit
    }

    private mutating func scalar() throws(ModelError) -> Character {
        let first = try unit()
        var units = [first]
        if UTF16.isLeadSurrogate(first), bytes[position...].starts(with: "\\u".utf8) {
            position += 2
            units.append(try unit())
        }
        // What is no pair would become a replacement character.
        let isPair = units.count == 2 && UTF16.isTrailSurrogate(units[1])
        let isWhole = units.count == 1 && !UTF16.isLeadSurrogate(first) && !UTF16.isTrailSurrogate(first)
        guard isPair || isWhole, let character = String(decoding: units, as: UTF16.self).first else {
            throw problem("has half a character")
        }
        return character
    }

    private mutating func number() throws(ModelError) -> FactValue {
        let start = position
        while let byte = next, "+-0123456789.eE".utf8.contains(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
        let isPlain = digits.first.map { (0x30...0x39).contains($0) } ?? false
        let hasLeadingZero =
            digits.count > 1 && digits.first == 0x30
            && (digits.dropFirst().first.map { (0x30...0x39).contains($0) } ?? false)
        guard isPlain, !hasLeadingZero else { throw problem("has no value") }
        if let value = Int64(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw problem("has no number") }
        return .number(value)
    }
}
