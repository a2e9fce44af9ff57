/// How much a journal keeps.
public struct JournalOptions: Hashable, Sendable {
    /// Bytes of the database and the contents beside it from which on no more contents are kept; rows always are.
    public var maximumSize: Int64
    /// Contents of more bytes than this lie as files beside the database.
    public var inlineContentLimit: Int
    /// Seconds for which a commit is kept after the server acknowledged it.
    public var retention: Double

    /// Options; each has a default.
    public init(
        maximumSize: Int64 = 2 << 30,
        inlineContentLimit: Int = 1 << 20,
        retention: Double = 30 * 86_400
    ) {
        self.maximumSize = maximumSize
        self.inlineContentLimit = inlineContentLimit
        self.retention = retention
    }
}
