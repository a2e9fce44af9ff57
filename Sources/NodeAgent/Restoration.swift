import Components
import FabricModel
import Journal
import LinuxSystem
import NodeControl
import SystemPackage

/// Puts a file back to the state before an open change, by the atomic writer that follows no link.
struct Restoration: Sendable {
    let journal: Journal
    let accounts: AccountNames
    let files: FileComponent
    /// The home that the file lies in, below which no symlink is followed; `nil` elsewhere.
    let home: FilePath?

    /// Restores `change.before`, unless the file is not what `change.after` says: then it has changed once more.
    ///
    /// - Throws: `NodeControlError` with code `cannotDiscard`, `contentNotKept` or `changedMeanwhile`.
    func restore(_ change: Change) throws(NodeControlError) {
        guard let path = change.key.filePath else {
            throw refused(
                .cannotDiscard,
                "a package is put back with the package manager; discard takes files",
                change
            )
        }
        let precondition = try precondition(at: path, change)
        do {
            switch change.before {
            case .absent: try AtomicFile.remove(path, precondition: precondition)
            case .file(let state): try restore(state, at: path, precondition, change)
            case .package: throw refused(.cannotDiscard, "a package is no file", change)
            }
        } catch let error as NodeControlError {
            throw error
        } catch let error as SystemError where error.code == .changed {
            throw refused(.changedMeanwhile, "it has changed once more; look at 'weft diff' again", change)
        } catch {
            throw refused(.cannotDiscard, "it cannot be put back: \(error)", change)
        }
    }

    private func restore(
        _ state: FileState,
        at path: FilePath,
        _ precondition: AtomicFile.Precondition,
        _ change: Change
    ) throws {
        let uid = try id(of: state.owner, change) { accounts.uid(named: $0) }
        let gid = try id(of: state.group, change) { accounts.gid(named: $0) }
        let attributes = try state.attributes.mapValues { try EscapedText.unescape($0) }
        switch state.type {
        case .regular:
            let content = try content(of: state, change)
            try AtomicFile.replace(
                path,
                with: content,
                mode: state.mode,
                uid: uid,
                gid: gid,
                attributes: attributes,
                precondition: precondition
            )
        case .symlink:
            let target = try EscapedText.unescape(state.target ?? "")
            try AtomicFile.replaceWithSymlink(
                path,
                to: target,
                uid: uid,
                gid: gid,
                attributes: attributes,
                precondition: precondition
            )
        case .directory:
            guard case .absent = change.after else {
                throw refused(
                    .cannotDiscard,
                    "the mode or owner of a directory is put back by chmod and chown",
                    change
                )
            }
            try AtomicFile.createDirectory(path, mode: state.mode, uid: uid, gid: gid, attributes: attributes)
        case .fifo, .socket, .characterDevice, .blockDevice:
            throw refused(.cannotDiscard, "a \(state.type.rawValue) is not made by Weft", change)
        }
    }

    private func content(of state: FileState, _ change: Change) throws -> [UInt8] {
        switch state.content?.withheld {
        case .secret(let rule):
            throw refused(
                .contentNotKept,
                "its content is secret by the rule '\(rule)' and was never kept",
                change
            )
        case .tooLarge: throw refused(.contentNotKept, "its content was too large to be kept", change)
        case .journalFull:
            throw refused(.contentNotKept, "its content was not kept: the journal was full", change)
        case .none: break
        }
        guard let digest = ResourceState.file(state).keptDigest, let content = try journal.content(digest)
        else {
            throw refused(.contentNotKept, "its content is not kept any more", change)
        }
        return content
    }

    private func precondition(
        at path: FilePath,
        _ change: Change
    ) throws(NodeControlError) -> AtomicFile.Precondition {
        if case .absent = change.after { return .absent }
        do {
            // The status is the older one: a write between both makes it differ from the file that is replaced.
            guard let status = try FileStatus.at(path) else {
                throw refused(.changedMeanwhile, "it is gone; look at 'weft diff' again", change)
            }
            guard let now = try files.observe(path, below: home), now.state.matches(change.after) else {
                throw refused(
                    .changedMeanwhile,
                    "it has changed once more; look at 'weft diff' again",
                    change
                )
            }
            return .unchanged(status)
        } catch let error as NodeControlError {
            throw error
        } catch {
            throw refused(.cannotDiscard, "it cannot be read: \(error)", change)
        }
    }

    private func id(
        of account: AccountReference,
        _ change: Change,
        named: (String) -> UInt32?
    ) throws(NodeControlError) -> UInt32 {
        guard let name = account.name else { return account.id }
        guard let id = named(name) else {
            throw refused(
                .cannotDiscard,
                "its owner or group '\(name)' does not exist any more; make it first",
                change
            )
        }
        return id
    }

    private func refused(
        _ code: NodeControlError.Code,
        _ message: String,
        _ change: Change
    ) -> NodeControlError {
        NodeControlError(code, message, subject: "\(change.key)")
    }
}
