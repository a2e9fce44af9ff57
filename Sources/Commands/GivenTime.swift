import FabricModel

/// Times as a person types them.
enum GivenTime {
    static let help = """
        A time is written 2026-11-22 or '2026-11-22 20:03:27', in UTC as all times \
        are shown, and a second counts to its end; or as how long ago: 90m, 3h, 2d.
        """

    /// Reads a time, or how long ago it was.
    ///
    /// What is shown is cut to the second, so a time without a fraction means that second's end: what is shown with it had
    /// happened by then.
    ///
    /// - Throws: `CommandError` with code `usage`.
    static func read(_ text: String, now: Timestamp) throws(CommandError) -> Timestamp {
        if let unit = text.last.flatMap({ units[$0] }), let number = Int64(text.dropLast()), number >= 0,
            number < 1_000_000
        {
            return now.adding(seconds: -Double(number * unit))
        }
        var whole = text.replacing(" ", with: "T")
        if !whole.hasSuffix("Z") { whole += "Z" }
        switch whole.utf8.count {
        case "2026-11-22Z".utf8.count: whole = whole.dropLast() + "T00:00:00Z"
        case "2026-11-22T20:03Z".utf8.count: whole = whole.dropLast() + ":00Z"
        default: break
        }
        guard let time = try? Timestamp(whole) else {
            throw CommandError(
                .usage,
                text,
                "this is no time; write 2026-11-22, '2026-11-22 20:03:27' in UTC, or how long ago: 90m, 3h, 2d"
            )
        }
        return whole.contains(".") ? time : time.adding(seconds: 0.999_999)
    }

    private static let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
}
