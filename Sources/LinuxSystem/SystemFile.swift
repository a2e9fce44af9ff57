import Glibc
package import SystemPackage

/// Small files that the system itself keeps, such as those in `/proc` and `/run`: their size is not known beforehand.
package enum SystemFile {
    /// The whole regular file `path`, symlinks followed.
    ///
    /// - Returns: `nil` when it does not exist, or the process that it tells of has ended.
    /// - Throws: `SystemError`: `invalidData` when it is longer than `limit` bytes, `notRegularFile`.
    package static func read(_ path: FilePath, limit: Int = 1 << 20) throws(SystemError) -> [UInt8]? {
        let flags = O_RDONLY | O_NONBLOCK | O_NOCTTY
        let gone: [Errno] = [.noSuchFileOrDirectory, .notDirectory, .noSuchProcess]
        guard let file = try OpenFile.open(path, flags, unless: gone) else { return nil }
        guard try file.status(path).kind == .regular else {
            throw SystemError(
                .notRegularFile,
                .open,
                path.bytes,
                "should be a regular file; put the right one there"
            )
        }
        var bytes: [UInt8] = []
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 << 10, alignment: 16)
        defer { piece.deallocate() }
        while true {
            let got = retrying { Glibc.read(file.descriptor, piece.baseAddress, piece.count) }
            if got < 0, errno == ESRCH { return nil }
            guard got >= 0 else { throw SystemError(.read, errno: errno, path) }
            if got == 0 { return bytes }
            bytes += piece[..<got]
            guard bytes.count <= limit else {
                throw SystemError(
                    .invalidData,
                    .read,
                    path.bytes,
                    "is longer than \(limit) bytes; put the right file there"
                )
            }
        }
    }

    /// The lines of ``read(_:limit:)`` as text, without empty ones.
    package static func lines(_ path: FilePath, limit: Int = 1 << 20) throws(SystemError) -> [Substring]? {
        guard let bytes = try read(path, limit: limit) else { return nil }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
