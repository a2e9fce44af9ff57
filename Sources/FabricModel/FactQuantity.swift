/// Amounts as facts and people write them: `16384kB`, `16GB`, `55%`.
///
/// *Units*: `kB` and `KB` are the kernel's, of 1024 bytes; `MB`, `GB`, `TB`, `PB` are of 1000 each, as on a label, so that
/// a machine with 16 GB of memory has at least `16GB` of it; `KiB`, `MiB`, … and the letters `K`, `M`, … are of 1024.
enum FactQuantity {
    /// Whether a fact is written as an amount and as nothing else.
    static func isSure(_ text: String, _ value: FactValue) -> Bool {
        switch value {
        case .integer, .number: true
        case .text: !text.contains(".") || hasUnit(text)
        default: false
        }
    }

    /// Whether a text is a number with a unit.
    static func hasUnit(_ text: String) -> Bool { parse(text)?.factor != nil }

    /// How a fact compares with a text; `nil` where one of them is no amount, or both are versions.
    ///
    /// Less than 0, 0 or more than 0, as the fact is less, the same or more.
    static func order(_ leaf: FactLeaf, _ text: String) -> Int? {
        guard let right = parse(text) else { return nil }
        let left: (number: Double, factor: Double?)
        var isNumber = true
        switch leaf.value {
        case .integer(let value): left = (Double(value), nil)
        case .number(let value): left = (value, nil)
        case .text(let text):
            guard let parsed = parse(text) else { return nil }
            left = parsed
            isNumber = !text.contains(".")
        default: return nil
        }
        // With dots and without a unit it may as well be a version.
        if left.factor == nil, right.factor == nil,
            !isNumber || (text.contains(".") && leaf.value.text != nil)
        {
            return nil
        }
        let usual = right.factor == nil ? 1 : usualFactor(of: leaf.names)
        // A number without a unit is meant in the unit of the other.
        let (first, second) = (
            left.number * (left.factor ?? usual), right.number * (right.factor ?? left.factor ?? 1)
        )
        return first < second ? -1 : first > second ? 1 : 0
    }

    /// In which unit ohai gives amounts that it writes without one.
    private static func usualFactor(of names: [String]) -> Double {
        if names.last?.hasPrefix("kb_") == true { return 1024 }
        if names.first == "block_device", names.last == "size" { return 512 }
        return 1
    }

    private static func parse(_ text: String) -> (number: Double, factor: Double?)? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
        guard let number = Double(digits), number.isFinite else { return nil }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        if unit.isEmpty { return (number, nil) }
        guard let factor = factors[unit.lowercased()] else { return nil }
        return (number, factor)
    }

    private static let factors: [String: Double] = {
        var factors: [String: Double] = ["b": 1, "byte": 1, "bytes": 1, "%": 1, "kb": 1024, "s": 1, "mhz": 1]
        var (binary, decimal) = (1.0, 1.0)
        for letter in ["k", "m", "g", "t", "p"] {
            binary *= 1024
            decimal *= 1000
            factors[letter] = binary
            factors[letter + "ib"] = binary
            if letter != "k" { factors[letter + "b"] = decimal }
        }
        return factors
    }()
}

/// The order of texts in which numbers count by their value, as in versions.
enum FactVersion {
    /// Less than 0, 0 or more than 0, as `left` is less, the same or more.
    static func order(_ left: String, _ right: String) -> Int? {
        let (first, second) = (runs(left), runs(right))
        for (one, other) in zip(first, second) where one != other {
            guard let number = Int64(one), let otherNumber = Int64(other) else { return one < other ? -1 : 1 }
            if number != otherNumber { return number < otherNumber ? -1 : 1 }
        }
        return first.count - second.count
    }

    /// The text as runs of digits and of anything else; a dot between them only parts them.
    private static func runs(_ text: String) -> [String] {
        var runs: [String] = []
        var wasNumber: Bool?
        for character in text {
            let isNumber = character.isASCII && character.isNumber
            if character == "." {
                wasNumber = nil
            } else if isNumber == wasNumber {
                runs[runs.count - 1].append(character)
            } else {
                runs.append(String(character))
                wasNumber = isNumber
            }
        }
        return runs
    }
}
