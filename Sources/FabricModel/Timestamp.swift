/// A moment in UTC.
///
/// *Units*: microseconds since 1970-01-01T00:00:00Z. *Shape* as text: RFC 3339, `2026-11-22T20:03:27.123456Z`.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Microseconds since the epoch.
    public var microseconds: Int64

    /// A moment by its microseconds since the epoch.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// A moment by its whole seconds since the epoch; the first or last one where it lies beyond them.
    public init(seconds: Int64) {
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000)
        self.init(microseconds: !overflows ? product : seconds < 0 ? .min : .max)
    }

    /// Reads RFC 3339 in UTC, with up to six fractional digits.
    ///
    /// - Throws: `ModelError` with code `invalidTimestamp`.
    public init(_ text: String) throws(ModelError) {
        guard let value = Self.parse(Array(text.utf8)) else {
            throw ModelError(.invalidTimestamp, text, "a time is written like 2026-11-22T20:03:27Z")
        }
        self = value
    }

    /// RFC 3339 with six fractional digits.
    public var description: String {
        let (seconds, fraction) = microseconds.flooredDivision(by: 1_000_000)
        return Self.pad(date(seconds), fraction)
    }

    /// The text without the fraction of a second, for people.
    public var toSecond: String { String(description.prefix(19)) + "Z" }

    /// Orders moments by time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The moment `seconds` later; the first or last one where it lies beyond them, the same for no number.
    public func adding(seconds: Double) -> Timestamp {
        guard !seconds.isNaN else { return self }
        let end = Timestamp(microseconds: seconds < 0 ? .min : .max)
        guard let step = Int64(exactly: (seconds * 1_000_000).rounded(.towardZero)) else { return end }
        let (sum, overflows) = microseconds.addingReportingOverflow(step)
        return overflows ? end : Timestamp(microseconds: sum)
    }

    /// Seconds from `other` to this moment.
    public func seconds(since other: Timestamp) -> Double {
        let (difference, overflows) = microseconds.subtractingReportingOverflow(other.microseconds)
        return (overflows ? Double(microseconds) - Double(other.microseconds) : Double(difference))
            / 1_000_000
    }

    // The Gregorian calendar by counting days from 0000-03-01, the day after a possible leap day.
    private func date(_ seconds: Int64) -> [Int64] {
        let (days, second) = seconds.flooredDivision(by: 86_400)
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return [
            year, month, dayOfYear - (153 * shifted + 2) / 5 + 1, second / 3_600, second / 60 % 60,
            second % 60,
        ]
    }

    private static func pad(_ parts: [Int64], _ fraction: Int64) -> String {
        func digits(_ value: Int64, _ width: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        let date = "\(digits(parts[0], 4))-\(digits(parts[1], 2))-\(digits(parts[2], 2))"
        let time = "\(digits(parts[3], 2)):\(digits(parts[4], 2)):\(digits(parts[5], 2))"
        return "\(date)T\(time).\(digits(fraction, 6))Z"
    }

    private static func parse(_ text: [UInt8]) -> Timestamp? {
        let shape = Array("0000-00-00T00:00:00".utf8)
        guard text.count >= 20, text.last == UInt8(ascii: "Z") else { return nil }
        for (byte, pattern) in zip(text, shape) {
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            guard pattern == UInt8(ascii: "0") ? isDigit : byte == pattern else { return nil }
        }
        func number(_ range: Range<Int>) -> Int64 {
            text[range].reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        }
        let month = number(5..<7)
        let day = number(8..<10)
        guard (1...12).contains(month), (1...days(in: month, of: number(0..<4))).contains(day),
            number(11..<13) < 24, number(14..<16) < 60,
            number(17..<19) <= 60, let fraction = fraction(text[19..<(text.count - 1)])
        else { return nil }
        let year = number(0..<4) - (month <= 2 ? 1 : 0)
        let (era, yearOfEra) = year.flooredDivision(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        let seconds = days * 86_400 + number(11..<13) * 3_600 + number(14..<16) * 60 + number(17..<19)
        return Timestamp(microseconds: seconds * 1_000_000 + fraction)
    }

    private static func days(in month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func fraction(_ text: ArraySlice<UInt8>) -> Int64? {
        guard let dot = text.first else { return 0 }
        let digits = text.dropFirst()
        guard dot == UInt8(ascii: "."), (1...6).contains(digits.count),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        return (digits.count..<6).reduce(value) { value, _ in value * 10 }
    }
}

extension Timestamp: Codable {
    /// Reads the moment's text.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the moment's text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
