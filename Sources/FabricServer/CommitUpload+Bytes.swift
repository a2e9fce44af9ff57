package import FabricAPI
import FabricModel
import FoundationEssentials
package import ServerStore

extension CommitUpload {
    /// Reads the commits of an upload, and with them the text of their changes where it is canonical.
    ///
    /// - Throws: `DecodingError` or `ModelError` when the bytes are no upload; `invalidRequest` for JSON that nobody means
    ///   well with.
    package static func commits(in bytes: [UInt8]) throws -> [ReceivedCommit] {
        if let commits = try? canonicalCommits(in: bytes) { return commits }
        try StrictJSON.check(bytes)
        return try JSONDecoder().decode(CommitUpload.self, from: Data(bytes)).commits
            .map { ReceivedCommit($0) }
    }

    /// Reads the commits of an upload that is canonical JSON.
    static func canonicalCommits(in bytes: [UInt8]) throws(CanonicalScanner.Mismatch) -> [ReceivedCommit] {
        var scanner = CanonicalScanner(bytes)
        try scanner.expect("{\"commits\":")
        let commits = try scanner.list { scanner throws(CanonicalScanner.Mismatch) in
            var range = 0..<0
            let commit = try FeedbackCommit(&scanner, changes: &range)
            return ReceivedCommit(
                commit,
                changesText: try scanner.text(from: range.lowerBound, to: range.upperBound)
            )
        }
        try scanner.expect("}")
        guard scanner.isAtEnd else { throw CanonicalScanner.Mismatch() }
        return commits
    }
}
