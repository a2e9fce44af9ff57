import FabricModel

/// When a token is to end by itself, as an administrator says it: in so many days, or with a day.
enum TokenEnd {
    private static let days = 1...3650

    /// Reads `30d`, `2027-01-31` for the end of that day in UTC, or a whole moment such as `2027-01-31T12:00:00Z`.
    ///
    /// - Throws: `ServerError` with code `invalidSetting`; also for what is over.
    static func read(_ text: String, at now: Timestamp) throws(ServerError) -> Timestamp {
        guard let end = moment(text, now) else {
            throw ServerError(
                .invalidSetting,
                "--expires",
                "'\(EscapedText.escape(text.utf8))' is no end: give days as 30d, at most \(days.upperBound)d, the last "
                    + "day as 2027-01-31, or a moment as 2027-01-31T12:00:00Z"
            )
        }
        guard end <= now.adding(seconds: Double(days.upperBound) * 86_400) else {
            throw ServerError(
                .invalidSetting,
                "--expires",
                "'\(text)' is too far away: a token ends within \(days.upperBound) days, or without --expires not at all"
            )
        }
        guard end > now else {
            throw ServerError(.invalidSetting, "--expires", "\(end.toSecond) is over; give a later one")
        }
        return end
    }

    private static func moment(_ text: String, _ now: Timestamp) -> Timestamp? {
        if text.hasSuffix("d") {
            guard let count = Int(text.dropLast()), days.contains(count) else { return nil }
            return now.adding(seconds: Double(count) * 86_400)
        }
        if let moment = try? Timestamp(text) { return moment }
        return (try? Timestamp(text + "T00:00:00Z"))?.adding(seconds: 86_400)
    }
}
