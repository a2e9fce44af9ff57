/// Reads objects that have exactly one member, whose name says what the value is.
enum OnlyKey {
    /// The name of the one member.
    ///
    /// - Throws: `ModelError` with code `invalidState` for no member, several, or `absent` with anything but `true`.
    static func read(_ decoder: any Decoder, _ message: String, _ subject: String) throws -> String {
        let container = try decoder.container(keyedBy: AnyKey.self)
        guard container.allKeys.count == 1, let key = container.allKeys.first else {
            throw ModelError(.invalidState, subject, message)
        }
        if key.stringValue == "absent", try !container.decode(Bool.self, forKey: key) {
            throw ModelError(.invalidState, subject, "absent is true, or not there")
        }
        return key.stringValue
    }
}
