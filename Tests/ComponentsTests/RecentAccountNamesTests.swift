import FabricModel
import LinuxSystem
import Synchronization
import Testing

@testable import Components

@Suite("Recent account names")
struct RecentAccountNamesTests {
    /// Accounts that a test makes up, and how often they were asked for.
    private final class Accounts: AccountDatabase {
        let users = Mutex<[UInt32: String]>([:])
        let questions = Mutex(0)

        func user(_ uid: UInt32) -> AccountAnswer<String> {
            questions.withLock { $0 += 1 }
            return users.withLock { $0[uid] }.map { .found($0) } ?? .unavailable
        }

        func group(_ gid: UInt32) -> AccountAnswer<String> { .missing }
        func uid(named name: String) -> AccountAnswer<UInt32> {
            users.withLock { $0.first { $0.value == name }?.key }.map { .found($0) } ?? .missing
        }
        func gid(named name: String) -> AccountAnswer<UInt32> { .missing }
    }

    @Test("an account that is made between two files is known for the second")
    func newAccount() {
        let accounts = Accounts()
        let names = RecentAccountNames(
            AccountNames(source: accounts, databases: [], now: MonotonicClock.nanoseconds)
        )
        #expect(names.user(1000) == nil)
        accounts.users.withLock { $0[1000] = "alice" }
        #expect(names.user(1000) == "alice")
        #expect(names.group(1000) == nil)
    }

    @Test(
        "an owner that got another name is known by that one; a name that is somebody's stays, and so does one without a new"
    )
    func renewed() {
        let accounts = Accounts()
        accounts.users.withLock { $0 = [1800: "gerd", 1801: "frank2", 1802: "ivan"] }
        let names = RecentAccountNames(
            AccountNames(source: accounts, databases: [], now: MonotonicClock.nanoseconds)
        )
        func renewed(_ name: String?, _ id: UInt32) -> String? {
            names.renewed(user: AccountReference(name: name, id: id)).name
        }
        #expect(renewed("frank", 1800) == "gerd")
        // The file belongs to whoever has the name, though the number is another's by now.
        #expect(renewed("ivan", 1800) == "ivan")
        #expect(renewed("nobody-here", 4711) == "nobody-here")
        #expect(renewed(nil, 1800) == nil)
        let group = AccountReference(name: "devs", id: 7)
        #expect(names.renewed(group: group) == group)
    }
}
