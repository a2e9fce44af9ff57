public import FabricModel
internal import LinuxSystem
public import SystemPackage

extension FileComponent {
    /// Brings a file to a state, unless it is not in the state that the caller knows.
    ///
    /// What is written is there entirely or not at all, durable on return, and through no symlink. An owner or group is
    /// taken by its name, by its number where it has no name. A file that its own program refuses is not written.
    /// - Parameters:
    ///   - path: Absolute and normal.
    ///   - expected: What must be there.
    ///   - wanted: Absent, or a regular file, symlink or directory; a directory that is to go must be empty.
    ///   - root: A directory on the way below which no symlink is followed, as for `observe`.
    ///   - content: Gives the bytes of a digest; `nil` where they are not kept.
    /// - Throws: `ComponentsError` with code `changedMeanwhile`, `contentNotKept`, `cannotChange`, and what observing
    ///   throws.
    public func change(
        _ path: FilePath,
        from expected: ResourceState,
        to wanted: ResourceState,
        below root: FilePath? = nil,
        content: (ContentDigest) throws -> [UInt8]?
    ) throws(ComponentsError) {
        let precondition = try precondition(at: path, expected, below: root)
        do {
            switch wanted {
            case .absent: try remove(path, precondition)
            case .file(let state): try put(state, at: path, precondition, content)
            case .package, .service, .user, .group:
                throw ComponentsError(.cannotChange, path.bytes, "this is no state of a file")
            }
        } catch let error as ComponentsError {
            throw error
        } catch let error as SystemError where error.code == .changed {
            throw Self.changed(path)
        } catch {
            throw ComponentsError(.cannotChange, path.bytes, "cannot be written: \(error)", cause: error)
        }
    }

    private func precondition(
        at path: FilePath,
        _ expected: ResourceState,
        below root: FilePath?
    ) throws(ComponentsError) -> AtomicFile.Precondition {
        if case .absent = expected { return .absent }
        let status: FileStatus?
        do {
            // The status is the older one: a write between both makes it differ from the file that is replaced.
            status = try FileStatus.at(path)
        } catch {
            throw ComponentsError(.unreadableFile, path.bytes, error.message, cause: error)
        }
        guard let status, let now = try observe(path, below: root), now.state.matches(expected) else {
            throw Self.changed(path)
        }
        // The times of a directory change with every entry, which is not its state.
        return status.kind == .directory ? .anything : .unchanged(status)
    }

    private func remove(_ path: FilePath, _ precondition: AtomicFile.Precondition) throws {
        do {
            try AtomicFile.remove(path, precondition: precondition)
        } catch {
            guard error.code == .directoryNotEmpty else { throw error }
            let names =
                try DirectoryListing.entries(of: path)?.map { EscapedText.escape($0.name) }.sorted() ?? []
            let others = names.count > 5 ? " and \(names.count - 5) more" : ""
            throw ComponentsError(
                .cannotChange,
                path.bytes,
                "is not empty, so it is not removed; there is \(names.prefix(5).joined(separator: ", "))\(others)",
                cause: error
            )
        }
    }

    private func put(
        _ state: FileState,
        at path: FilePath,
        _ precondition: AtomicFile.Precondition,
        _ content: (ContentDigest) throws -> [UInt8]?
    ) throws {
        guard [.regular, .symlink, .directory].contains(state.type) else {
            throw ComponentsError(.cannotChange, path.bytes, "a \(state.type.rawValue) is not made by Weft")
        }
        let uid = try id(of: state.owner, "owner", path) { accounts.uid(named: $0) }
        let gid = try id(of: state.group, "group", path) { accounts.gid(named: $0) }
        let attributes = try state.attributes.mapValues { try EscapedText.unescape($0) }
        // Taken before anything is written: without it nothing may happen.
        let bytes = state.type == .regular ? try kept(state, path, content) : []
        if state.type == .regular { try FileCheck(rules: checks).check(bytes, for: path) }
        try makeParents(of: path)
        var precondition = precondition
        if try isInTheWay(path, of: state.type) {
            try remove(path, precondition)
            precondition = .absent
        }
        switch state.type {
        case .symlink:
            try AtomicFile.replaceWithSymlink(
                path,
                to: EscapedText.unescape(state.target ?? ""),
                uid: uid,
                gid: gid,
                attributes: attributes,
                precondition: precondition
            )
        case .directory:
            try AtomicFile.createDirectory(
                path,
                mode: state.mode,
                uid: uid,
                gid: gid,
                attributes: attributes,
                precondition: precondition
            )
        default:
            try AtomicFile.replace(
                path,
                with: bytes,
                mode: state.mode,
                uid: uid,
                gid: gid,
                attributes: attributes,
                precondition: precondition
            )
        }
    }

    /// Whether a rename cannot replace what is there: a directory by something else, or the other way round.
    private func isInTheWay(_ path: FilePath, of type: FileState.FileType) throws -> Bool {
        guard let status = try FileStatus.at(path) else { return false }
        return (status.kind == .directory) != (type == .directory)
    }

    private func makeParents(of path: FilePath) throws {
        for parent in try missingParents(of: path) {
            try AtomicFile.createDirectory(
                parent.path,
                mode: parent.state.mode,
                uid: parent.state.owner.id,
                gid: parent.state.group.id
            )
        }
    }

    private func kept(
        _ state: FileState,
        _ path: FilePath,
        _ content: (ContentDigest) throws -> [UInt8]?
    ) throws -> [UInt8] {
        let reason =
            switch state.content?.withheld {
            case .secret(let rule): "its content is secret by the rule '\(rule)' and was never kept"
            case .tooLarge: "its content was too large to be kept"
            case .journalFull: "its content was not kept: the journal was full"
            case nil: "its content is not kept any more"
            }
        guard let digest = ResourceState.file(state).keptDigest, let bytes = try content(digest) else {
            throw ComponentsError(.contentNotKept, path.bytes, reason)
        }
        return bytes
    }

    private func id(
        of account: AccountReference,
        _ role: String,
        _ path: FilePath,
        named: (String) -> UInt32?
    ) throws(ComponentsError) -> UInt32 {
        guard let name = account.name else { return account.id }
        guard let id = named(name) else {
            throw ComponentsError(
                .cannotChange,
                path.bytes,
                "its \(role) '\(EscapedText.escape(name.utf8))' does not exist here; make that account first"
            )
        }
        return id
    }

    private static func changed(_ path: FilePath) -> ComponentsError {
        ComponentsError(.changedMeanwhile, path.bytes, "has changed once more, so it was left as it is")
    }
}
