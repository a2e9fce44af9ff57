import FabricAPI
import FabricModel
import LinuxSystem
import ServerStore

/// Removes contents that should never have been stored, on the machine of the server and while it runs or not.
public enum Redaction {
    /// Redacts a content, and says what that came to.
    ///
    /// - Throws: `ServerError` with code `invalidSetting`, `stateMissing`, `stateUnusable` or `refused`.
    public static func redact(_ digest: String, reason: String?, state: String) async throws -> [String] {
        let digest = try self.digest(digest)
        guard reason?.utf8.count ?? 0 <= APILimits.message else {
            throw ServerError(.invalidSetting, "--reason", "it may have at most \(APILimits.message) bytes")
        }
        let store = try await StateFolder.openExisting(state)
        let outcome: Result<RedactionOutcome, any Error>
        do {
            let now = Timestamp(microseconds: WallClock.microseconds())
            outcome = .success(
                try await store.redact(digest, reason: reason, by: "weft-server", at: now)
            )
        } catch let error as StoreError {
            outcome = .failure(ServerError(.refused, error.subject, error.message, cause: error))
        } catch let error as APIError {
            outcome = .failure(ServerError(.refused, digest.text, error.message, cause: error))
        } catch {
            outcome = .failure(error)
        }
        try await store.close()
        return lines(try outcome.get(), of: digest)
    }

    private static func digest(_ text: String) throws(ServerError) -> ContentDigest {
        let text = text.contains(":") ? text : "sha256:\(text)"
        guard let digest = try? ContentDigest(text), digest.algorithm == .sha256 else {
            throw ServerError(
                .invalidSetting,
                EscapedText.escape(text.utf8),
                "a content is named by its digest, sha256: and 64 hex digits; 'weft show ID --json' tells it"
            )
        }
        return digest
    }

    private static func lines(_ outcome: RedactionOutcome, of digest: ContentDigest) -> [String] {
        var lines = [
            outcome.wasHeld
                ? "\(digest) is gone from the store and refused from now on."
                : "\(digest) is not in the store and refused from now on."
        ]
        if !outcome.nodes.isEmpty {
            let names = outcome.nodes.map(\.text).joined(separator: ", ")
            lines.append("These nodes forget it, within about two minutes where they are up: \(names)")
        }
        lines += outcome.entries.map { entry in
            "\(entry.tag) still asks for it: \(entry.key). 'weft tag set' or 'weft tag unset' ends that."
        }
        lines.append("Copies of the store from before still hold it.")
        return lines
    }
}
