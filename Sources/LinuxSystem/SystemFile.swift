import Glibc
package import SystemPackage

/// Small files that the system itself keeps, such as those in `/proc` and `/run`: their size is not known beforehand.
package enum SystemFile {
    /// The whole regular file `path`, symlinks followed.
    ///
    /// - Returns: `nil` when it does not exist, or the process that it tells of has ended.
    /// - Throws: `SystemError`: `invalidData` when it is longer than `limit` bytes, `notRegularFile`.
    package static func read(_ path: FilePath, limit: Int = 1 << 20) throws(SystemError) -> [UInt8]? {
        guard let file = try open(path) else { return nil }
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

    /// The last bytes of a file, at most `limit`; none where it is not there.
    package static func readEnd(_ path: FilePath, limit: Int) throws(SystemError) -> [UInt8] {
        guard let file = try open(path) else { return [] }
        let start = max(0, try file.status(path).size - Int64(limit))
        var bytes = [UInt8](repeating: 0, count: limit)
        var count = 0
        while count < limit {
            let got = bytes.withUnsafeMutableBytes { rest in
                let piece = UnsafeMutableRawBufferPointer(rebasing: rest[count...])
                return retrying {
                    pread(file.descriptor, piece.baseAddress, piece.count, off_t(start) + off_t(count))
                }
            }
            guard got >= 0 else { throw SystemError(.read, errno: errno, path) }
            if got == 0 { break }
            count += got
        }
        return Array(bytes[..<count])
    }

    private static func open(_ path: FilePath) throws(SystemError) -> OpenFile? {
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
        return file
    }

    /// The lines of ``read(_:limit:)`` as text, without empty ones.
    package static func lines(_ path: FilePath, limit: Int = 1 << 20) throws(SystemError) -> [Substring]? {
        guard let bytes = try read(path, limit: limit) else { return nil }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }
}
