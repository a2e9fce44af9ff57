import FabricAPI
import FabricModel
import LinuxSystem
import RecordingRules
import SystemPackage

extension Fabric {
    /// Refuses a content that someone wants to put into a tag and that holds a secret.
    ///
    /// What nodes send was looked at there, before it was kept.
    ///
    /// - Throws: `secretContent` with the rule's name.
    func checkNotSecret(_ content: [UInt8], _ digest: ContentDigest) async throws {
        let secrets = secrets
        let rule = try await Call.processed(content.count) { secrets.rule(inContent: content) }
        guard let rule else { return }
        throw Self.secret(rule, "the content matches", subject: digest.text)
    }

    /// Refuses entries that would hold the content of a file that is secret by its path.
    ///
    /// - Throws: `secretContent` with the rule's name.
    func checkNotSecret(_ items: [EditTag.Item]) throws(APIError) {
        for item in items where item.entry?.keptDigest != nil {
            guard let rule = secrets.rule(forPath: FilePath(bytes: item.key.nameBytes)) else { continue }
            throw Self.secret(rule, "a file at this path is secret by", subject: item.key.description)
        }
    }

    /// Refuses resolutions that would hold a content of their own of a file that is secret by its path.
    ///
    /// - Throws: `secretContent` with the rule's name.
    func checkNotSecret(_ resolutions: [Resolution], of commit: CommitDetail) throws(APIError) {
        for resolution in resolutions where resolution.entry?.keptDigest != nil {
            guard let key = commit.changes.first(where: { $0.number == resolution.number })?.change.key else {
                continue
            }
            try checkNotSecret([EditTag.Item(key: key, entry: resolution.entry)])
        }
    }

    private static func secret(_ rule: String, _ reason: String, subject: String) -> APIError {
        APIError(
            .secretContent,
            "\(reason) the secret rule '\(EscapedText.escape(rule.utf8))', and secrets stay on their nodes: write it on "
                + "the node itself, and approve that change into the node's own tag",
            subject: subject
        )
    }
}
