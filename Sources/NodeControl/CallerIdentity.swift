import LinuxSystem

/// Tells who is at the other end of a connection; tests put in what they need.
protocol CallerIdentification: Sendable {
    func identify(_ descriptor: Int32) throws(SystemError) -> PeerCredentials
}

/// Asks the kernel.
struct KernelIdentification: CallerIdentification {
    func identify(_ descriptor: Int32) throws(SystemError) -> PeerCredentials {
        try PeerCredentials(ofSocket: descriptor)
    }
}

extension PeerCredentials {
    /// The caller's rights with a daemon of user `user` and group `group`.
    func access(user: UInt32, group: UInt32?) -> ControlAccess {
        if uid == 0 || uid == user { return .root }
        guard let group else { return .none }
        return gid == group || groups.contains(group) ? .group : .none
    }
}
