internal import FabricModel
internal import LinuxSystem
internal import SystemPackage

extension AccountChange {
    /// Makes the home of a person's account where there is none, empty and for nobody else to look into.
    ///
    /// - Throws: `ComponentsError` with code `cannotChange`.
    func makeHome(of key: ResourceKey) throws(ComponentsError) {
        guard let user = accounts.users[key], !accounts.definitions.isSystem(uid: user.uid) else { return }
        let home = FilePath(root: nil, FilePath(bytes: user.home).components)
        guard !home.isEmpty else { return }
        let path = component.root.pushing(home)
        do throws(SystemError) {
            // Where homes lie on another machine, or are made when somebody logs in, it is no business of this node.
            guard try FileStatus.at(path) == nil,
                try FileStatus.at(path.removingLastComponent())?.kind == .directory
            else { return }
            try AtomicFile.createDirectory(
                path,
                mode: 0o700,
                uid: user.uid,
                gid: user.gid,
                precondition: .absent
            )
        } catch {
            throw ComponentsError(
                .cannotChange,
                account: key,
                "is changed, but its home could not be made: \(error)",
                cause: error
            )
        }
    }
}
