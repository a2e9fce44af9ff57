import Components
import FabricModel
import Journal
import NodeControl
import SystemPackage

/// Puts a file back to the state before an open change.
struct Restoration: Sendable {
    let journal: Journal
    let files: FileComponent
    /// The home that the file lies in, below which no symlink is followed; `nil` elsewhere.
    let home: FilePath?

    /// Restores `change.before`, unless the file is not what `change.after` says: then it has changed once more.
    ///
    /// What is undone stays in the journal; a content of which that has only the digest would be lost for good.
    ///
    /// - Throws: `NodeControlError` with code `cannotDiscard`, `contentNotKept` or `changedMeanwhile`.
    func restore(_ change: Change) throws(NodeControlError) {
        guard let path = change.key.filePath else {
            throw NodeControlError(
                .cannotDiscard,
                "a package is put back with the package manager; discard takes files",
                subject: "\(change.key)"
            )
        }
        if let content = change.after.content, let withheld = content.withheld {
            throw NodeControlError(
                .contentNotKept,
                "what it is now is not kept (\(Self.reason(withheld))), so undoing it would lose it; do it by hand",
                subject: "\(change.key)"
            )
        }
        do {
            try files.change(path, from: change.after, to: change.before, below: home) { digest in
                try journal.content(digest)
            }
        } catch {
            throw NodeControlError(Self.code(error.code), Self.message(error), subject: "\(change.key)")
        }
    }

    private static func reason(_ withheld: FileContent.Withholding) -> String {
        switch withheld {
        case .secret(let rule): "secret by the rule '\(EscapedText.escape(rule.utf8))'"
        case .tooLarge: "too large"
        case .journalFull: "the journal was full"
        }
    }

    private static func code(_ code: ComponentsError.Code) -> NodeControlError.Code {
        switch code {
        case .changedMeanwhile: .changedMeanwhile
        case .contentNotKept: .contentNotKept
        default: .cannotDiscard
        }
    }

    private static func message(_ error: ComponentsError) -> String {
        error.code == .changedMeanwhile ? "\(error.message); look at 'weft diff' again" : error.message
    }
}
