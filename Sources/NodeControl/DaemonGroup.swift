import Glibc

/// The group whose members may ask the daemon.
enum DaemonGroup {
    /// The id of a group by its name; `nil` where there is none.
    static func id(of name: String) -> UInt32? {
        var entry = group()
        var found: UnsafeMutablePointer<group>?
        var buffer = [CChar](repeating: 0, count: 1024)
        var error = getgrnam_r(name, &entry, &buffer, buffer.count, &found)
        while error == ERANGE, buffer.count < 1 << 24 {
            buffer = [CChar](repeating: 0, count: buffer.count * 4)
            error = getgrnam_r(name, &entry, &buffer, buffer.count, &found)
        }
        return found?.pointee.gr_gid
    }
}
