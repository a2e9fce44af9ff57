import Glibc
import LinuxSystem
import SystemPackage

/// An account of this machine's own database.
struct LocalAccount: Hashable, Sendable {
    var name: String
    var uid: UInt32
    var home: FilePath

    /// Those of `/etc/passwd`, and no others: a directory service may know thousands that never were here.
    ///
    /// *Source*: passwd(5).
    static func all(in file: FilePath = "/etc/passwd") -> [LocalAccount] {
        guard let status = try? FileStatus.at(file),
            case .complete(let bytes) = try? FileReading.read(file, expecting: status, limit: 16 << 20)
        else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n"))
            .compactMap { line in
                let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
                guard fields.count == 7, fields[5].first == UInt8(ascii: "/"),
                    let uid = UInt32(String(decoding: fields[2], as: UTF8.self))
                else { return nil }
                return LocalAccount(
                    name: String(decoding: fields[0], as: UTF8.self),
                    uid: uid,
                    home: FilePath(bytes: fields[5])
                )
            }
    }
}
