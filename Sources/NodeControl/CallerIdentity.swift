import Glibc
import SystemPackage

/// What the kernel says of a socket's other end.
struct CallerIdentity: Hashable, Sendable {
    var caller: ControlCaller
    /// The other groups of the process.
    var groups: [UInt32]

    /// The caller's rights with a daemon of user `user` and group `group`.
    func access(user: UInt32, group: UInt32?) -> ControlAccess {
        if caller.uid == 0 || caller.uid == user { return .root }
        guard let group else { return .none }
        return caller.gid == group || groups.contains(group) ? .group : .none
    }
}

/// Tells who is at the other end of a connection; tests put in what they need.
protocol CallerIdentification: Sendable {
    func identify(_ descriptor: Int32) throws(Errno) -> CallerIdentity
}

/// Asks the kernel.
///
/// *Source*: `SO_PEERCRED` and `SO_PEERGROUPS` in unix(7): as they were when the caller connected.
struct KernelIdentification: CallerIdentification {
    func identify(_ descriptor: Int32) throws(Errno) -> CallerIdentity {
        // struct ucred: pid, uid, gid.
        let credentials = try Self.option(SO_PEERCRED, of: descriptor, count: 3)
        guard credentials.count == 3 else { throw .invalidArgument }
        return CallerIdentity(
            caller: ControlCaller(
                pid: Int32(bitPattern: credentials[0]),
                uid: credentials[1],
                gid: credentials[2]
            ),
            groups: try Self.option(Self.peerGroups, of: descriptor, count: 64)
        )
    }

    /// The option `SO_PEERGROUPS`, which Swift's Glibc leaves out.
    ///
    /// The same on all architectures but parisc and sparc.
    private static let peerGroups: Int32 = 59

    private static func option(_ name: Int32, of descriptor: Int32, count: Int) throws(Errno) -> [UInt32] {
        var values = [UInt32](repeating: 0, count: count)
        var size = socklen_t(count * MemoryLayout<UInt32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, name, &values, &size) != 0 else {
            return Array(values.prefix(Int(size) / MemoryLayout<UInt32>.size))
        }
        let needed = Int(size) / MemoryLayout<UInt32>.size
        guard errno == ERANGE, needed > count else { throw Errno(rawValue: errno) }
        return try option(name, of: descriptor, count: needed)
    }
}
