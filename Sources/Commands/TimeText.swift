import FabricModel

extension Page {
    /// How long ago a moment was, such as `3 minutes ago`; a day when that is long ago.
    func age(of moment: Timestamp) -> String {
        let seconds = Int(now.seconds(since: moment))
        switch seconds {
        case ..<(-60): return "in the future"
        case ..<10: return "just now"
        case ..<60: return "\(seconds) seconds ago"
        case ..<3600: return Self.count(seconds / 60, "minute")
        case ..<86_400: return Self.count(seconds / 3600, "hour")
        case ..<(60 * 86_400): return Self.count(seconds / 86_400, "day")
        default: return String(moment.toSecond.prefix(10))
        }
    }

    /// The moment and how long ago it was, such as `2026-11-22 20:03:27Z (3 minutes ago)`.
    func dated(_ moment: Timestamp) -> String {
        "\(moment.toSecond.prefix(10)) \(moment.toSecond.dropFirst(11)) (\(age(of: moment)))"
    }

    private static func count(_ number: Int, _ unit: String) -> String {
        "\(number) \(unit)\(number == 1 ? "" : "s") ago"
    }
}

/// `1 change`, `2 changes`.
func counted(_ number: Int, _ thing: String) -> String {
    "\(number) \(thing)\(number == 1 ? "" : "s")"
}
