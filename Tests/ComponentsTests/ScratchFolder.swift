import Glibc
import LinuxSystem
import SystemPackage

/// A folder of a test's own, removed with it.
final class ScratchFolder: Sendable {
    let path: FilePath

    init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/weft-components-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Errno(rawValue: errno) }
        path = FilePath(platformString: template)
    }

    deinit {
        try? remove(path)
    }

    func appending(_ name: String) -> FilePath {
        path.appending(name)
    }

    /// Writes a file, truncating it when it is there.
    @discardableResult
    func write(_ content: some Sequence<UInt8>, to name: String) throws -> FilePath {
        let file = path.appending(name)
        try Self.write(content, to: file)
        return file
    }

    @discardableResult
    func write(_ content: String, to name: String) throws -> FilePath {
        try write(content.utf8, to: name)
    }

    static func write(_ content: some Sequence<UInt8>, to file: FilePath) throws {
        let descriptor = try FileDescriptor.open(
            file,
            .writeOnly,
            options: [.create, .truncate],
            permissions: [.ownerReadWrite, .groupRead, .otherRead]
        )
        _ = try descriptor.closeAfter { try descriptor.writeAll(content) }
    }

    @discardableResult
    func makeDirectory(_ name: String) throws -> FilePath {
        let directory = path.appending(name)
        guard directory.withPlatformString({ mkdir($0, 0o755) }) == 0 else { throw Errno(rawValue: errno) }
        return directory
    }

    @discardableResult
    func link(_ name: String, to target: String) throws -> FilePath {
        try link(name, to: Array(target.utf8))
    }

    @discardableResult
    func link(_ name: String, to target: [UInt8]) throws -> FilePath {
        let link = path.appending(name)
        let text = target.map { CChar(bitPattern: $0) } + [0]
        guard link.withPlatformString({ symlink(text, $0) }) == 0 else { throw Errno(rawValue: errno) }
        return link
    }

    private func remove(_ path: FilePath) throws {
        for entry in try DirectoryListing.entries(of: path) ?? [] {
            let child = FilePath(bytes: path.bytes + [UInt8(ascii: "/")] + entry.name)
            if entry.status.kind == .directory {
                try remove(child)
            } else {
                _ = child.withPlatformString { unlink($0) }
            }
        }
        _ = path.withPlatformString { rmdir($0) }
    }
}
