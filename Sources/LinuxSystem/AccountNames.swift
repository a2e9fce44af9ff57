import CLinux
import Glibc
import Synchronization
package import SystemPackage

/// Names of users and groups by number and back, from the system's account databases, cached.
///
/// What was found, or found missing, is forgotten when `/etc/passwd` or `/etc/group` changes, and after a minute,
/// since accounts may also come from the network. A database that cannot be asked gives no name and is asked again.
public final class AccountNames: Sendable {
    private struct Cache {
        var users: [UInt32: String?] = [:]
        var groups: [UInt32: String?] = [:]
        var uids: [String: UInt32?] = [:]
        var gids: [String: UInt32?] = [:]
        var files: [FileStatus?] = []
        var started: Int64 = 0
    }

    private let cache = Mutex(Cache())
    private let databases: [FilePath]
    private let source: any AccountDatabase
    private let now: @Sendable () -> Int64
    private let lifetime: Int64 = 60_000_000_000

    /// Names from the machine's own databases.
    public convenience init() {
        self.init(
            source: SystemAccounts(),
            databases: ["/etc/passwd", "/etc/group"],
            now: MonotonicClock.nanoseconds
        )
    }

    package init(
        source: any AccountDatabase,
        databases: [FilePath],
        now: @escaping @Sendable () -> Int64
    ) {
        self.source = source
        self.databases = databases
        self.now = now
    }

    /// The name of a user, `nil` where the number has none.
    public func user(_ uid: UInt32) -> String? { cached(\.users, uid) { $0.user(uid) } }

    /// The name of a group, `nil` where the number has none.
    public func group(_ gid: UInt32) -> String? { cached(\.groups, gid) { $0.group(gid) } }

    /// The number of a user, `nil` where there is none of this name.
    public func uid(named name: String) -> UInt32? { cached(\.uids, name) { $0.uid(named: name) } }

    /// The number of a group, `nil` where there is none of this name.
    public func gid(named name: String) -> UInt32? { cached(\.gids, name) { $0.gid(named: name) } }

    /// Forgets everything, so that the next question is asked anew.
    public func invalidate() { cache.withLock { $0 = Cache() } }

    private func cached<Key: Hashable & Sendable, Value: Sendable>(
        _ table: WritableKeyPath<Cache, [Key: Value?]>,
        _ key: Key,
        _ ask: (any AccountDatabase) -> AccountAnswer<Value>
    ) -> Value? {
        // A file that cannot be looked at counts as missing; the lifetime covers what this hides.
        let files = databases.map { path in (try? FileStatus.at(path)) ?? nil }
        let known = cache.withLock { cache -> Value?? in
            let moment = now()
            if cache.files != files || moment - cache.started > lifetime {
                cache = Cache()
                cache.files = files
                cache.started = moment
            }
            return cache[keyPath: table][key]
        }
        if let known { return known }
        // Asked without the lock: a network database may take long.
        switch ask(source) {
        case .found(let value):
            cache.withLock { if $0.files == files { $0[keyPath: table][key] = .some(value) } }
            return value
        case .missing:
            cache.withLock { if $0.files == files { $0[keyPath: table][key] = .some(nil) } }
            return nil
        case .unavailable: return nil
        }
    }
}
