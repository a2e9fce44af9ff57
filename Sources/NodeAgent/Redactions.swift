import Crypto
import FabricAPI
import FabricClient
import FabricModel
import Journal
import LinuxSystem
import Logging
import Synchronization
import SystemPackage

/// What the server told this node to forget, and the files that are secret since.
final class Redactions: Sendable {
    private struct State {
        /// To be known again wherever they are.
        var digests: Set<ContentDigest>
        /// Those that the journal has forgotten.
        var forgotten: Set<ContentDigest>
        /// As ``EscapedText``.
        var files: Set<String>
    }

    private let journal: Journal
    private let key: SymmetricKey
    private let time: any WallTime
    private let warnings: WarningBoard
    private let log: Logger
    private let state: Mutex<State>

    init(
        journal: Journal,
        key: SymmetricKey,
        time: any WallTime,
        warnings: WarningBoard,
        log: Logger
    ) throws(JournalError) {
        self.journal = journal
        self.key = key
        self.time = time
        self.warnings = warnings
        self.log = log
        let files = Set(try journal.redactedFiles().map(\.name))
        let digests = try journal.redactions()
        state = Mutex(State(digests: digests, forgotten: digests, files: files))
    }

    /// Whether a file is secret, for it had a content that was redacted or has one now; then it stays secret.
    func isSecret(_ path: FilePath, _ digest: ContentDigest?) -> Bool {
        let (isKnown, isFound) = state.withLock { state in
            guard !state.digests.isEmpty || !state.files.isEmpty else { return (false, false) }
            let name = EscapedText.escape(path.bytes)
            if state.files.contains(name) { return (true, true) }
            guard let digest, state.digests.contains(digest) else { return (false, false) }
            state.files.insert(name)
            return (false, true)
        }
        if isFound, !isKnown {
            do {
                try journal.keepSecret(ResourceKey(.file, checked: EscapedText.escape(path.bytes)))
            } catch {
                warnings.raise("redactions", "what is secret since a redaction cannot be kept: \(error)")
            }
        }
        return isFound
    }

    /// Asks the server what this node is to forget, and forgets it.
    ///
    /// - Throws: `ClientError`.
    func ask(_ client: FabricClient, of node: NodeID) throws(ClientError) {
        let digests: [ContentDigest]
        do {
            digests = try client.redactions(of: node)
        } catch {
            // A server of before there were any.
            guard error.refusal?.code != .unknownRoute else { return }
            throw error
        }
        do throws(JournalError) {
            try forget(digests)
            warnings.clear("redactions")
        } catch {
            warnings.raise("redactions", "a redacted content cannot be removed from the journal: \(error)")
        }
    }

    /// Removes contents from the journal, those apart that are gone already.
    func forget(_ digests: [ContentDigest]) throws(JournalError) {
        let forgotten = state.withLock(\.forgotten)
        for digest in digests where !forgotten.contains(digest) && digest.algorithm == .sha256 {
            let key = key
            // First, so that it is not recorded again meanwhile.
            _ = state.withLock { $0.digests.insert(digest) }
            let files = try journal.redact(digest, at: time.now()) { ContentDigest.keyed($0, key: key) }
            // Before the journal is packed, for they may change meanwhile, and it may have to be tried again.
            state.withLock { $0.files.formUnion(files.map(\.name)) }
            try journal.overwriteRedactions()
            _ = state.withLock { $0.forgotten.insert(digest) }
            log.notice(
                "a content was redacted",
                metadata: ["digest": "\(digest)", "files": "\(files.count)"]
            )
        }
    }
}
