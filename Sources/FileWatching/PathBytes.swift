import Glibc
import SystemPackage

extension FilePath {
    /// The path of bytes that are normal already: absolute, no slash twice or at the end, no NUL.
    init(normal bytes: [UInt8]) {
        self = withUnsafeTemporaryAllocation(byteCount: bytes.count + 2, alignment: 1) { text in
            text.copyBytes(from: bytes)
            // The path of `/` is kept as an empty one.
            if bytes.isEmpty { text[0] = UInt8(ascii: "/") }
            text[max(1, bytes.count)] = 0
            return text.baseAddress.map { FilePath(platformString: $0.assumingMemoryBound(to: CChar.self)) }
                ?? FilePath()
        }
    }

    /// Whether it is `directory` or lies below it, by name alone.
    func isAtOrBelow(_ directory: FilePath) -> Bool {
        withPlatformString { path in
            directory.withPlatformString { directory in
                let length = strlen(directory)
                guard strncmp(path, directory, length) == 0 else { return false }
                return length == 1 || path[length] == 0
                    || path[length] == CChar(bitPattern: UInt8(ascii: "/"))
            }
        }
    }
}
