import Glibc

/// How many files and connections this process may have open.
public enum OpenFileLimit {
    /// Raises the limit as far as the system allows without privileges: each waiting node takes one.
    ///
    /// *Source*: getrlimit(2), `RLIMIT_NOFILE`.
    ///
    /// - Returns: the limit that holds now.
    @discardableResult
    public static func raise() -> UInt64 {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return 0 }
        let before = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        return setrlimit(resource, &limit) == 0 ? UInt64(limit.rlim_cur) : UInt64(before)
    }
}
