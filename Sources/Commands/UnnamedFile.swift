import Glibc
import SystemPackage

/// A file without a name: nobody else can open it, and nothing stays when this program is killed.
enum UnnamedFile {
    /// Makes one, in the first folder of these variables that takes it, that programs which are started do not get.
    static func open(
        _ environment: [String: String],
        in variables: [String] = ["TMPDIR"]
    ) throws(Errno) -> FileDescriptor {
        var number = ENOENT
        for folder in variables.compactMap({ environment[$0] }) + ["/tmp"] where folder.hasPrefix("/") {
            var template = Array("\(folder)/weft-XXXXXX".utf8CString)
            let descriptor = mkstemp(&template)
            if descriptor >= 0 {
                unlink(template)
                _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
                return FileDescriptor(rawValue: descriptor)
            }
            number = errno
        }
        throw Errno(rawValue: number)
    }

    /// Appends bytes.
    static func write(_ bytes: [UInt8], to file: FileDescriptor) throws(Errno) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file.rawValue, $0.baseAddress, $0.count) }
            if count < 0 {
                guard errno == EINTR else { throw Errno(rawValue: errno) }
                continue
            }
            rest = rest.dropFirst(count)
        }
    }

    /// All that was written; empty where it cannot be read.
    static func text(of file: FileDescriptor) -> String {
        lseek(file.rawValue, 0, SEEK_SET)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(file.rawValue, &chunk, chunk.count)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }
}
