import CLinux
import Glibc

/// Who is at the other end of a unix socket, as of its `connect`.
///
/// *Source*: unix(7), `SO_PEERCRED` and `SO_PEERGROUPS`.
public struct PeerCredentials: Hashable, Sendable {
    /// The process.
    public var pid: Int32
    /// Its effective user.
    public var uid: UInt32
    /// Its effective group.
    public var gid: UInt32
    /// Its supplementary groups.
    public var groups: [UInt32]

    /// Credentials from their parts.
    public init(pid: Int32, uid: UInt32, gid: UInt32, groups: [UInt32] = []) {
        self.pid = pid
        self.uid = uid
        self.gid = gid
        self.groups = groups
    }

    /// The credentials of the peer of a connected unix socket.
    ///
    /// - Throws: `SystemError`, such as `failed` for another kind of socket.
    public init(ofSocket descriptor: Int32) throws(SystemError) {
        var peer = ucred()
        var length = socklen_t(MemoryLayout<ucred>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 else {
            throw SystemError(.getsockopt, errno: errno, "socket \(descriptor)".utf8)
        }
        self.init(pid: peer.pid, uid: peer.uid, gid: peer.gid, groups: try Self.groups(descriptor))
    }

    /// Whether the peer acts with the rights of the group of this name.
    public func isMember(ofGroup name: String, accounts: AccountNames) -> Bool {
        guard let number = accounts.gid(named: name) else { return false }
        return gid == number || groups.contains(number)
    }

    private static func groups(_ descriptor: Int32) throws(SystemError) -> [UInt32] {
        var capacity = 64
        while true {
            var length = socklen_t(capacity * MemoryLayout<gid_t>.size)
            var groups = [gid_t](repeating: 0, count: capacity)
            if getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, &groups, &length) == 0 {
                return Array(groups.prefix(Int(length) / MemoryLayout<gid_t>.size))
            }
            // The kernel then tells the length that it needs.
            let needed = Int(length) / MemoryLayout<gid_t>.size
            guard errno == ERANGE, needed > capacity else {
                throw SystemError(.getsockopt, errno: errno, "socket \(descriptor)".utf8)
            }
            capacity = needed
        }
    }
}
