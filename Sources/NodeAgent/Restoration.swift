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
    /// - Throws: `NodeControlError` with code `cannotDiscard`, `contentNotKept` or `changedMeanwhile`.
    func restore(_ change: Change) throws(NodeControlError) {
        guard let path = change.key.filePath else {
            throw NodeControlError(
                .cannotDiscard,
                "a package is put back with the package manager; discard takes files",
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
