internal import FabricModel
internal import LinuxSystem
internal import Synchronization

/// Names that were found a moment ago, so that a burst of files does not ask for each of them whether the account
/// database has changed.
///
/// A number without a name is never kept: the account may be made any time, and its files with it.
final class RecentAccountNames: Sendable {
    private struct Names {
        var users: [UInt32: String] = [:]
        var groups: [UInt32: String] = [:]
        var until: Int64 = 0
    }

    private static let lifetime: Int64 = 50_000_000

    private let accounts: AccountNames
    private let names = Mutex(Names())

    init(_ accounts: AccountNames) {
        self.accounts = accounts
    }

    func user(_ uid: UInt32) -> String? {
        name(uid, in: \.users) { accounts.user(uid) }
    }

    func group(_ gid: UInt32) -> String? {
        name(gid, in: \.groups) { accounts.group(gid) }
    }

    /// A user by the name of today, where the one that was recorded is nobody's any more.
    func renewed(user: AccountReference) -> AccountReference {
        guard let name = user.name, accounts.uid(named: name) == nil, let new = self.user(user.id) else {
            return user
        }
        return AccountReference(name: new, id: user.id)
    }

    /// A group by the name of today, where the one that was recorded is no group's any more.
    func renewed(group: AccountReference) -> AccountReference {
        guard let name = group.name, accounts.gid(named: name) == nil, let new = self.group(group.id) else {
            return group
        }
        return AccountReference(name: new, id: group.id)
    }

    private func name(
        _ id: UInt32,
        in table: WritableKeyPath<Names, [UInt32: String]>,
        ask: () -> String?
    ) -> String? {
        let now = MonotonicClock.nanoseconds()
        let known = names.withLock { $0.until > now ? $0[keyPath: table][id] : nil }
        if let known { return known }
        guard let name = ask() else { return nil }
        names.withLock { names in
            if names.until <= now { names = Names(until: now + Self.lifetime) }
            names[keyPath: table][id] = name
        }
        return name
    }
}
