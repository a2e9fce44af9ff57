/// Limits that both ends know.
public enum APILimits {
    /// Bytes of a JSON body.
    public static let jsonBody = 32 << 20
    /// Bytes of an uploaded content, before compression.
    public static let content = 16 << 20
    /// Digests in one inquiry.
    public static let digestsPerInquiry = 4096
    /// Commits in one upload.
    public static let commitsPerUpload = 256
    /// Changes in one commit; a node splits a larger batch.
    public static let changesPerCommit = 10_000
    /// Seconds that a long poll may wait.
    public static let longestWait = 300
    /// Revisions in one answer.
    public static let revisionsPerPage = 500
    /// Nodes, tags or queued commits in one answer.
    public static let rowsPerPage = 500
    /// Bytes of a text about a node, such as its operating system's name.
    public static let description = 1024
    /// Bytes of a message or reason.
    public static let message = 16 << 10
}
