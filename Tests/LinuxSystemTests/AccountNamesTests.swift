import Glibc
import LinuxSystem
import Synchronization
import SystemPackage
import Testing

/// Accounts from a table, with a count of the questions.
private final class TableAccounts: AccountDatabase {
    struct State {
        var users: [UInt32: String] = [:]
        var isAvailable = true
        var questions = 0
    }

    let state = Mutex(State())

    init(_ users: [UInt32: String]) { state.withLock { $0.users = users } }

    private func ask<Value>(_ find: ([UInt32: String]) -> Value?) -> AccountAnswer<Value> {
        state.withLock { state in
            state.questions += 1
            guard state.isAvailable else { return .unavailable }
            return find(state.users).map(AccountAnswer.found) ?? .missing
        }
    }

    func user(_ uid: UInt32) -> AccountAnswer<String> { ask { $0[uid] } }
    func group(_ gid: UInt32) -> AccountAnswer<String> { ask { $0[gid] } }
    func uid(named name: String) -> AccountAnswer<UInt32> { ask { $0.first { $0.value == name }?.key } }
    func gid(named name: String) -> AccountAnswer<UInt32> { ask { $0.first { $0.value == name }?.key } }
}

@Suite("Account names")
struct AccountNamesTests {
    let folder: TestFolder
    private let table = TableAccounts([7: "alice"])
    let clock = Box<Int64>()

    init() throws {
        folder = try TestFolder()
        try folder.file("passwd", "alice".utf8)
    }

    func names() -> AccountNames {
        let clock = clock
        return AccountNames(source: table, databases: [folder("passwd")], now: { clock.value ?? 0 })
    }

    func questions() -> Int { table.state.withLock { $0.questions } }

    @Test("what is known or known to be missing is asked once")
    func cached() {
        let names = names()
        for _ in 0..<3 {
            #expect(names.user(7) == "alice")
            #expect(names.user(8) == nil)
            #expect(names.group(7) == "alice")
            #expect(names.uid(named: "alice") == 7)
            #expect(names.gid(named: "bob") == nil)
        }
        #expect(questions() == 5)
    }

    @Test("a change of the account file, in place or by rename, drops the cache", arguments: [true, false])
    func fileChanges(inPlace: Bool) throws {
        let names = names()
        #expect(names.user(7) == "alice")
        table.state.withLock { $0.users = [7: "renamed"] }
        #expect(names.user(7) == "alice")
        try folder.file(inPlace ? "passwd" : "new", "renamed to something longer".utf8)
        if !inPlace { try #require(rename(folder("new").string, folder("passwd").string) == 0) }
        #expect(names.user(7) == "renamed")
    }

    @Test("a minute later, and when told to, everything is asked anew")
    func lifetime() {
        let names = names()
        #expect(names.user(7) == "alice")
        table.state.withLock { $0.users = [7: "bob"] }
        clock.set(61_000_000_000)
        #expect(names.user(7) == "bob")
        table.state.withLock { $0.users = [7: "carol"] }
        names.invalidate()
        #expect(names.user(7) == "carol")
    }

    @Test("a database that cannot be asked is not remembered as having no name")
    func unavailable() {
        let names = names()
        table.state.withLock { $0.isAvailable = false }
        #expect(names.user(7) == nil)
        table.state.withLock { $0.isAvailable = true }
        #expect(names.user(7) == "alice")
    }

    @Test("the machine's own databases know root, and nobody by a number that is not taken")
    func machine() {
        let names = AccountNames()
        #expect(names.user(0) == "root")
        #expect(names.group(0) == "root")
        #expect(names.uid(named: "root") == 0)
        #expect(names.gid(named: "root") == 0)
        #expect(names.user(4_000_000_001) == nil)
        #expect(names.uid(named: "no such user: \u{1}") == nil)
    }

    @Test("threads may ask at once")
    func concurrent() async {
        let names = names()
        await withTaskGroup(of: String?.self) { group in
            for number in 0..<200 {
                group.addTask { names.user(number.isMultiple(of: 2) ? 7 : UInt32(number)) }
            }
            for await name in group { #expect(name == nil || name == "alice") }
        }
    }
}
