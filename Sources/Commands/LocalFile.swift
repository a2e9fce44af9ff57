import FabricAPI
import FabricModel
import Glibc
import LinuxSystem
import SystemPackage

/// A file on this machine whose state a tag is to have.
struct LocalFile {
    var state: FileState
    /// Of a regular file.
    var content: [UInt8]?

    /// Reads a regular file or a directory; a link on the way to it is followed.
    ///
    /// - Throws: `CommandError` with code `unreadableFile` or `fileTooLarge`; `SystemError`.
    static func read(path: [UInt8]) throws -> LocalFile {
        let subject = EscapedText.escape(path)
        guard let place = resolve(path) else {
            throw CommandError(.unreadableFile, subject, String(cString: strerror(errno)).lowercased())
        }
        guard let status = try FileStatus.at(place) else {
            throw CommandError(.unreadableFile, subject, "it is gone")
        }
        switch status.kind {
        case .regular: return try regular(place, status, subject)
        case .directory: return LocalFile(state: state(.directory, status))
        case .symlink, .fifo, .socket, .characterDevice, .blockDevice:
            throw CommandError(.unreadableFile, subject, "only a regular file or a directory can be taken")
        }
    }

    /// Whether a path leads to a directory on this machine; `nil` where it leads to nothing that can be seen.
    static func isDirectory(_ path: [UInt8]) throws -> Bool? {
        guard let place = resolve(path), let status = try FileStatus.at(place) else { return nil }
        return status.kind == .directory
    }

    private static func resolve(_ path: [UInt8]) -> FilePath? {
        let resolved = (path + [0])
            .withUnsafeBufferPointer { bytes in
                bytes.withMemoryRebound(to: CChar.self) { realpath($0.baseAddress, nil) }
            }
        guard let resolved else { return nil }
        defer { free(resolved) }
        return FilePath(platformString: resolved)
    }

    private static func regular(
        _ place: FilePath,
        _ status: FileStatus,
        _ subject: String
    ) throws -> LocalFile {
        switch try FileReading.read(place, expecting: status, limit: APILimits.content) {
        case .larger:
            throw CommandError(.fileTooLarge, subject, "a content has at most \(APILimits.content) bytes")
        case .changed:
            throw CommandError(.unreadableFile, subject, "it is being written to; try again")
        case .complete(let content):
            var state = state(.regular, status)
            state.content = FileContent(digest: .sha256(content), size: UInt64(content.count))
            return LocalFile(state: state, content: content)
        }
    }

    private static func state(_ type: FileState.FileType, _ status: FileStatus) -> FileState {
        let names = AccountNames()
        return FileState(
            type: type,
            mode: status.permissions,
            owner: AccountReference(name: names.user(status.uid), id: status.uid),
            group: AccountReference(name: names.group(status.gid), id: status.gid)
        )
    }

    /// Reads a mode in octal.
    ///
    /// - Throws: `CommandError` with code `usage`.
    static func mode(_ text: String) throws(CommandError) -> UInt16 {
        guard (3...5).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x37).contains($0) }),
            let mode = UInt16(text, radix: 8), mode <= 0o7777
        else { throw CommandError(.usage, text, "a mode is three or four octal digits, such as 0644") }
        return mode
    }

    /// An account by name or number; a name that is not known here may be known on the nodes.
    static func account(_ text: String, _ number: (String) -> UInt32?) -> AccountReference {
        if let id = number(text) { return AccountReference(name: text, id: id) }
        if let id = UInt32(text) { return AccountReference(name: nil, id: id) }
        return AccountReference(name: text, id: unknownAccount)
    }

    // Nobody's number, in case a node has no account of the name and takes the number after all.
    private static let unknownAccount: UInt32 = 65_534
}
