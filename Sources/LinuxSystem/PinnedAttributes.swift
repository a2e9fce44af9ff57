import CLinux
import Glibc
import SystemPackage

/// The extended attributes of an open entry, also of a symlink that is open with `O_PATH`.
///
/// Through `/proc/self/fd` the kernel reaches the very entry that is open and follows nothing.
struct PinnedAttributes {
    let descriptor: Int32
    /// For errors.
    let path: FilePath

    /// Sets `wanted` and removes the other attributes of the kinds that an admin sets.
    ///
    /// Labels that the system gives to every file stay unless `wanted` names them.
    func become(_ wanted: [String: [UInt8]]) throws(SystemError) {
        let place = FilePath("/proc/self/fd/\(descriptor)")
        let present = try FileReading.extendedAttributes(following: place, subject: path)
        for name in present.keys.sorted() where wanted[name] == nil && Self.isAdmins(name) {
            let text = try Self.text(name, path)
            guard place.withPlatformString({ removexattr($0, text) }) == 0 || errno == ENODATA else {
                throw SystemError(.removexattr, errno: errno, path)
            }
        }
        for (name, value) in wanted.sorted(by: { $0.key < $1.key }) where present[name] != value {
            let text = try Self.text(name, path)
            guard place.withPlatformString({ setxattr($0, text, value, value.count, 0) }) == 0 else {
                throw SystemError(.setxattr, errno: errno, path)
            }
        }
    }

    private static func isAdmins(_ name: String) -> Bool {
        name.hasPrefix("user.") || name.hasPrefix("system.posix_acl_") || name == "security.capability"
    }

    private static func text(_ name: String, _ path: FilePath) throws(SystemError) -> [CChar] {
        guard let bytes = PrintableBytes.unescape(name), !bytes.contains(0) else {
            throw SystemError(
                .invalidData,
                .setxattr,
                name.utf8,
                "is no name of an attribute; bytes outside printable ASCII are written \\xhh in lower case"
            )
        }
        return bytes.map { CChar(bitPattern: $0) } + [0]
    }
}
