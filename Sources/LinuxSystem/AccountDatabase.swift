import CLinux
import Glibc

/// What an account database says to one question.
package enum AccountAnswer<Value: Sendable>: Sendable {
    case found(Value)
    case missing
    /// The database could not be asked.
    case unavailable
}

/// Users and groups by number and name.
package protocol AccountDatabase: Sendable {
    func user(_ uid: UInt32) -> AccountAnswer<String>
    func group(_ gid: UInt32) -> AccountAnswer<String>
    func uid(named name: String) -> AccountAnswer<UInt32>
    func gid(named name: String) -> AccountAnswer<UInt32>
}

/// The name service switch: getpwuid_r(3) and its kin.
package struct SystemAccounts: AccountDatabase {
    package init() {}

    package func user(_ uid: UInt32) -> AccountAnswer<String> {
        Self.ask(passwd(), { getpwuid_r(uid, $0, $1, $2, $3) }, { Self.text($0.pw_name) })
    }

    package func group(_ gid: UInt32) -> AccountAnswer<String> {
        Self.ask(Glibc.group(), { getgrgid_r(gid, $0, $1, $2, $3) }, { Self.text($0.gr_name) })
    }

    package func uid(named name: String) -> AccountAnswer<UInt32> {
        Self.ask(passwd(), { getpwnam_r(name, $0, $1, $2, $3) }, { $0.pw_uid })
    }

    package func gid(named name: String) -> AccountAnswer<UInt32> {
        Self.ask(Glibc.group(), { getgrnam_r(name, $0, $1, $2, $3) }, { $0.gr_gid })
    }

    private typealias Call<Record> = (
        UnsafeMutablePointer<Record>, UnsafeMutablePointer<CChar>, Int,
        UnsafeMutablePointer<UnsafeMutablePointer<Record>?>
    ) -> Int32

    private static func ask<Record, Value>(
        _ empty: Record,
        _ call: Call<Record>,
        _ value: (Record) -> Value?
    ) -> AccountAnswer<Value> {
        // A group's record holds all its members, so it may be long.
        var capacity = 1 << 10
        while capacity <= 16 << 20 {
            var record = empty
            var found: UnsafeMutablePointer<Record>?
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
            defer { buffer.deallocate() }
            let number = call(&record, buffer, capacity, &found)
            switch number {
            case 0 where found == nil: return .missing
            case 0: return value(record).map(AccountAnswer.found) ?? .missing
            case ERANGE: capacity *= 4
            case EINTR: continue
            // getpwnam(3) lists these as further ways to say that there is no such entry.
            case ENOENT, ESRCH, EBADF, EPERM: return .missing
            default: return .unavailable
            }
        }
        return .unavailable
    }

    private static func text(_ name: UnsafeMutablePointer<CChar>?) -> String? {
        guard let name else { return nil }
        return String(validatingCString: name)
            ?? PrintableBytes.escape(UnsafeRawBufferPointer(start: name, count: strlen(name)))
    }
}
