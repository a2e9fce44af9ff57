import CLinux
import Glibc
import SystemPackage
import Testing

/// Counts how often something in a folder was opened: the kernel's own word, by inotify.
final class OpenWatch: Sendable {
    private let descriptor: Int32

    init(_ folder: FilePath) throws {
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        try #require(descriptor >= 0)
        try #require(inotify_add_watch(descriptor, folder.string, UInt32(IN_OPEN)) >= 0)
    }

    deinit { close(descriptor) }

    /// The openings since the last call.
    func count() -> Int {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let filled = read(descriptor, &buffer, buffer.count)
        var count = 0
        var offset = 0
        while offset < filled {
            let length = buffer.withUnsafeBytes {
                $0.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self)
            }
            offset += 16 + Int(length)
            count += 1
        }
        return count
    }
}
