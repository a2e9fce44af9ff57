/// One setting of a program: its key, its default, and what is allowed.
public struct Setting<Value: Sendable>: Sendable {
    /// Dotted path of the key in the file, such as `feedback.quiet`.
    public let key: String
    /// The value where the file says nothing.
    public let fallback: Value
    /// For a person: what the value may be.
    public let allowed: String
    let read: @Sendable (ScalarOrList) -> Value?

    /// A setting that is one word, number or path; `read` gives `nil` for what is not allowed.
    public init(
        _ key: String,
        default fallback: Value,
        allowed: String,
        read: @escaping @Sendable (String) -> Value?
    ) {
        self.key = key
        self.fallback = fallback
        self.allowed = allowed
        self.read = { value in
            if case .scalar(let text) = value { read(text) } else { nil }
        }
    }

    /// A setting that is a list; `read` gives `nil` for what is not allowed.
    public init(
        list key: String,
        default fallback: Value,
        allowed: String,
        read: @escaping @Sendable ([String]) -> Value?
    ) {
        self.key = key
        self.fallback = fallback
        self.allowed = allowed
        self.read = { value in
            if case .list(let texts) = value { read(texts) } else { nil }
        }
    }
}

enum ScalarOrList {
    case scalar(String)
    case list([String])
}

extension Setting where Value == Int {
    /// A whole number within a range.
    public static func integer(
        _ key: String,
        default fallback: Int,
        in range: ClosedRange<Int>,
        unit: String
    ) -> Setting<Int> {
        let allowed = "a whole number of \(unit) from \(range.lowerBound) to \(range.upperBound)"
        return Setting(key, default: fallback, allowed: allowed) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A size with a binary unit, such as `16 MiB`, in bytes.
    public static func size(
        _ key: String,
        default fallback: Int,
        in range: ClosedRange<Int>
    ) -> Setting<Int> {
        let units = ["B": 0, "KiB": 10, "MiB": 20, "GiB": 30, "TiB": 40]
        let allowed = "a size such as '16 MiB' from \(range.lowerBound) to \(range.upperBound) bytes"
        return Setting(key, default: fallback, allowed: allowed) { text in
            let digits = text.prefix { $0.isASCII && $0.isNumber }
            let unit = text.dropFirst(digits.count).drop { $0 == " " }
            guard let number = Int(digits), let shift = units[unit.isEmpty ? "B" : String(unit)] else {
                return nil
            }
            let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
            return !overflow && range.contains(bytes) ? bytes : nil
        }
    }
}

extension Setting where Value == Bool {
    /// `true` or `false`.
    public static func flag(_ key: String, default fallback: Bool) -> Setting<Bool> {
        Setting(key, default: fallback, allowed: "true or false") { text in
            ["true": true, "false": false][text]
        }
    }
}

extension Setting where Value: CaseIterable & RawRepresentable<String> {
    /// One of the words of an enumeration.
    public static func choice(_ key: String, default fallback: Value) -> Setting<Value> {
        let allowed = Value.allCases.map(\.rawValue).joined(separator: " or ")
        return Setting(key, default: fallback, allowed: allowed) { Value(rawValue: $0) }
    }
}
