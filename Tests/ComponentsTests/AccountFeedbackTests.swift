import FabricModel
import Testing

@testable import Components

@Suite("Feedback of accounts")
struct AccountFeedbackTests {
    private func user(isSystem: Bool, shell: String = "/bin/sh") -> ResourceState {
        .user(
            UserState(
                uid: isSystem ? 100 : 1000,
                group: AccountReference(name: "a", id: 1),
                home: "/",
                shell: shell,
                isSystem: isSystem
            )
        )
    }

    private func feedback(
        _ states: [ResourceState],
        during transaction: [Bool],
        packages: Set<String> = ["nginx"],
        key: String = "user:a"
    ) throws -> Change? {
        let key = try ResourceKey(key)
        let seen = zip(zip(states, states.dropFirst()), transaction).enumerated()
            .map { index, row in
                SeenChange(
                    Change(
                        key: key,
                        before: row.0.0,
                        after: row.0.1,
                        at: Timestamp(seconds: Int64(index))
                    ),
                    isDuringTransaction: row.1
                )
            }
        return try AccountFixture().component().feedback(of: seen, in: FeedbackContext(packages: packages))
    }

    @Test("an account of the system that comes or goes with packages is theirs, and all else is listed")
    func packages() throws {
        let group = ResourceState.group(GroupState(gid: 100, isSystem: true))
        let people = ResourceState.group(GroupState(gid: 1000))
        let (system, person) = (user(isSystem: true), user(isSystem: false))
        let changed = user(isSystem: true, shell: "/bin/bash")
        let rows: [([ResourceState], [Bool], Set<String>, isListed: Bool)] = [
            ([.absent, system], [true], ["nginx"], false), ([system, .absent], [true], ["nginx"], false),
            ([.absent, group], [true], ["nginx"], false), ([group, .absent], [true], ["nginx"], false),
            ([.absent, system, changed], [true, true], ["nginx"], false),
            ([.absent, system, changed], [true, false], ["nginx"], true),
            ([.absent, system], [false], ["nginx"], true), ([.absent, system], [true], [], true),
            ([.absent, person], [true], ["nginx"], true), ([person, .absent], [true], ["nginx"], true),
            ([.absent, people], [true], ["nginx"], true), ([system, changed], [true], ["nginx"], true),
            ([.absent, system, .absent], [false, false], [], false),
            ([system, changed, system], [false, false], [], false),
        ]
        for (states, transaction, packages, isListed) in rows {
            let change = try feedback(states, during: transaction, packages: packages)
            #expect((change != nil) == isListed, "\(states) \(transaction) \(packages)")
            if let change {
                #expect(change.before == states[0])
                #expect(change.after == states[states.count - 1])
            }
        }
        #expect(try feedback([system], during: []) == nil)
    }
}
