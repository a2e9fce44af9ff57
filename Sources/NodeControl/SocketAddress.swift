import Glibc
import LinuxSystem
import SystemPackage

/// The address of a unix socket.
struct SocketAddress {
    private var address = sockaddr_un()

    /// The address of a path; `nil` when it is empty or longer than an address can hold.
    ///
    /// *Source*: unix(7): 107 bytes and a NUL.
    init?(_ path: FilePath) {
        let bytes = path.bytes
        guard (1..<MemoryLayout.size(ofValue: address.sun_path)).contains(bytes.count) else { return nil }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        address.sun_family = sa_family_t(AF_UNIX)
    }

    /// Calls `body` with the address as connect(2) and bind(2) take it.
    func withSockaddr<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// A new stream socket that exec(2) closes.
    static func makeSocket() -> Result<Int32, Errno> {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        return descriptor < 0 ? .failure(Errno(rawValue: errno)) : .success(descriptor)
    }
}
