import CLinux
import Glibc

/// What a service tells the supervisor that started it.
///
/// *Source*: sd_notify(3): a datagram to the socket named by `NOTIFY_SOCKET`. Without that variable nothing is sent.
public enum ServiceNotification {
    /// The service does its work from now on.
    ///
    /// - Returns: `false` when there is no supervisor.
    @discardableResult
    public static func ready() throws(SystemError) -> Bool { try send("READY=1") }

    /// The service begins to end.
    ///
    /// - Returns: `false` when there is no supervisor.
    @discardableResult
    public static func stopping() throws(SystemError) -> Bool { try send("STOPPING=1") }

    /// One line that `systemctl status` shows.
    ///
    /// - Returns: `false` when there is no supervisor.
    @discardableResult
    public static func status(_ text: String) throws(SystemError) -> Bool {
        try send("STATUS=" + text.split(whereSeparator: \.isNewline).joined(separator: " "))
    }

    private static func send(_ message: String) throws(SystemError) -> Bool {
        guard let name = getenv("NOTIFY_SOCKET") else { return false }
        return try send(message, to: Array(UnsafeRawBufferPointer(start: name, count: strlen(name))))
    }

    /// Sends to the socket of this name; one that begins with `@` is in the abstract name space.
    package static func send(_ message: String, to name: [UInt8]) throws(SystemError) -> Bool {
        var address = sockaddr_un()
        let nameOffset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
        let isAbstract = name.first == UInt8(ascii: "@")
        guard isAbstract || name.first == UInt8(ascii: "/"),
            name.count < MemoryLayout.size(ofValue: address.sun_path)
        else {
            throw SystemError(
                .invalidPath,
                .send,
                name,
                "NOTIFY_SOCKET must be an absolute path or begin with @; unset it"
            )
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { path in
            path.copyBytes(from: name)
            if isAbstract { path[0] = 0 }
        }
        let length = socklen_t(nameOffset + name.count + (isAbstract ? 0 : 1))
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError(.socket, errno: errno, name) }
        let socket = OpenFile(descriptor)
        let bytes = Array(message.utf8)
        let sent = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                retrying {
                    sendto(
                        socket.descriptor,
                        bytes,
                        bytes.count,
                        Int32(MSG_NOSIGNAL | MSG_DONTWAIT),
                        target,
                        length
                    )
                }
            }
        }
        guard sent == bytes.count else { throw SystemError(.send, errno: errno, name) }
        return true
    }
}
