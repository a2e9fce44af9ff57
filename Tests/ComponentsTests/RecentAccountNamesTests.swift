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
        func uid(named name: String) -> AccountAnswer<UInt32> { .missing }
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
}
