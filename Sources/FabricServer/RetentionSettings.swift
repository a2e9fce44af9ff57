import Settings

/// How long the server keeps what is not history.
public struct RetentionSettings: Hashable, Sendable {
    /// Days after which an uploaded content goes that no commit and no revision names; `nil` keeps it for ever.
    public var uploadDays: Int?

    private static let uploads = Setting<Int>
        .integer("retention.uploads", default: 7, in: 0...3650, unit: "days")

    static var keys: Set<String> { [uploads.key] }

    /// The settings of a file.
    ///
    /// - Throws: `SettingsError` naming file, key and what is allowed.
    init(_ file: SettingsFile) throws(SettingsError) {
        let days = try file.value(Self.uploads)
        uploadDays = days == 0 ? nil : days
    }
}
