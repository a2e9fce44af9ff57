public import FabricModel
internal import LinuxSystem

extension ShippedFile {
    /// Whether a file is what its package brought: content, kind, mode, owner and target.
    ///
    /// What the database does not tell, as dpkg's does not tell modes, counts as unchanged where the file was there
    /// before, and as usual where it is new. So a file that an admin changed right after its package was installed is
    /// not taken for the package's.
    /// - Parameters:
    ///   - file: The file as it is.
    ///   - before: The file as it was before the package changed; `nil` where it was not there.
    ///   - isDuringTransaction: Whether it became so while packages changed: then their scripts gave it its mode, owner
    ///     or target.
    ///   - content: Gives the file's bytes; `nil` where they are not kept.
    /// - Returns: Whether it is; `false` where that cannot be told.
    /// - Throws: What `content` throws.
    public func matches(
        _ file: FileState,
        before: FileState?,
        isDuringTransaction: Bool = false,
        content: () throws -> [UInt8]?
    ) rethrows -> Bool {
        guard hasKind(of: file), hasAttributes(of: file) else { return false }
        let isAsBrought =
            hasOwner(of: file, before) && hasMode(of: file, before) && hasTarget(of: file, before)
        guard isAsBrought || isDuringTransaction else { return false }
        return file.type == .regular ? try hasContent(of: file, content) : true
    }

    private func hasKind(of file: FileState) -> Bool {
        guard let kind else {
            return file.type == .regular || file.type == .directory || file.type == .symlink
        }
        return switch file.type {
        case .regular: kind == .regular
        case .directory: kind == .directory
        case .symlink: kind == .symlink
        case .fifo, .socket, .characterDevice, .blockDevice: kind == .other
        }
    }

    private func hasOwner(of file: FileState, _ before: FileState?) -> Bool {
        (file.owner.name ?? "") == owner ?? before?.owner.name ?? "root"
            && (file.group.name ?? "") == group ?? before?.group.name ?? "root"
    }

    private func hasMode(of file: FileState, _ before: FileState?) -> Bool {
        if file.type == .symlink { return true }
        if let mode { return file.mode == mode }
        if let before, before.type == file.type { return file.mode == before.mode }
        return file.mode == 0o755 || (file.mode == 0o644 && file.type == .regular)
    }

    private func hasTarget(of file: FileState, _ before: FileState?) -> Bool {
        guard file.type == .symlink else { return true }
        if let target { return file.target == EscapedText.escape(target) }
        return before == nil || before?.target == file.target
    }

    /// Capabilities and labels come with packages; what else there is, such as an ACL, does not.
    private func hasAttributes(of file: FileState) -> Bool {
        file.attributes.keys.allSatisfy { $0 == "security.capability" || $0 == "security.selinux" }
    }

    private func hasContent(of file: FileState, _ content: () throws -> [UInt8]?) rethrows -> Bool {
        guard let digest else { return false }
        if digest.algorithm == .sha256, let own = file.content?.digest, own.algorithm == .sha256 {
            return own.hexDigits == digest.hex
        }
        guard ResourceState.file(file).keptDigest != nil, let bytes = try content() else { return false }
        return digest.matches(bytes)
    }
}
