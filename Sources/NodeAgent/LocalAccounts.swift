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
    /// Accounts whose shell lets nobody log in are left out, and their homes, often `/dev` or `/bin`, with them.
    ///
    /// *Source*: passwd(5), nologin(8).
    /// - Throws: `SystemError` when the file is there and cannot be read.
    static func all(in file: FilePath = "/etc/passwd") throws(SystemError) -> [LocalAccount] {
        guard let bytes = try SystemFile.read(file, limit: 16 << 20) else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n"))
            .compactMap { line in
                let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
                guard fields.count == 7, fields[5].first == UInt8(ascii: "/"), isLogin(shell: fields[6]),
                    let uid = UInt32(String(decoding: fields[2], as: UTF8.self))
                else { return nil }
                return LocalAccount(
                    name: String(decoding: fields[0], as: UTF8.self),
                    uid: uid,
                    home: FilePath(bytes: fields[5])
                )
            }
    }

    private static func isLogin(shell: ArraySlice<UInt8>) -> Bool {
        let program = shell.split(separator: UInt8(ascii: "/")).last
            .map { String(decoding: $0, as: UTF8.self) }
        return !["nologin", "false", "sync", "shutdown", "halt"].contains(program ?? "")
    }
}
