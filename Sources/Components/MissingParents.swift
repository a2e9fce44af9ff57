internal import FabricModel
internal import LinuxSystem
internal import SystemPackage

/// A directory that has to be made before a file can lie below it.
struct MissingParent {
    var path: FilePath
    var state: FileState
}

extension FileComponent {
    /// The directories on the way to a path that are not there, from the top down.
    ///
    /// Below a home they are its owner's, and nobody else's to look into; elsewhere they are root's.
    /// - Throws: `ComponentsError` with code `cannotChange` when the home itself is not there; `SystemError`.
    func missingParents(of path: FilePath) throws -> [MissingParent] {
        var missing: [FilePath] = []
        var parent = path.removingLastComponent()
        while try FileStatus.at(parent) == nil {
            missing.append(parent)
            parent.removeLastComponent()
        }
        guard !missing.isEmpty else { return [] }
        var state = FileState(
            type: .directory,
            mode: 0o755,
            owner: AccountReference(name: "root", id: 0),
            group: AccountReference(name: "root", id: 0)
        )
        if let home = homes(path) {
            guard !missing.contains(home), let owner = try FileStatus.at(home) else {
                throw ComponentsError(
                    .cannotChange,
                    path.bytes,
                    "the home \(EscapedText.escape(home.bytes)) is not there; make it first"
                )
            }
            state.mode = 0o700
            state.owner = AccountReference(name: names.user(owner.uid), id: owner.uid)
            state.group = AccountReference(name: names.group(owner.gid), id: owner.gid)
        }
        return missing.reversed().map { MissingParent(path: $0, state: state) }
    }
}
