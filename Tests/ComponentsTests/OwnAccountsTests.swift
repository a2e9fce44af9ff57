import FabricModel
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@testable import Components

/// Changes the accounts of the machine itself: only for one that is made for tests, and only when asked.
@Suite(
    "Accounts of the machine itself",
    .ownThread,
    .enabled(if: getenv("WEFT_TEST_OWN_ACCOUNTS") != nil, "set WEFT_TEST_OWN_ACCOUNTS on a node for tests")
)
struct OwnAccountsTests {
    private let component = AccountComponent(key: AccountFixture.key, keptHashes: ["weft-life"]) { [] }

    private func state(_ key: String) throws -> ResourceState {
        let key = try ResourceKey(key)
        return try #require(try component.identify([key]).first).state
    }

    private func apply(_ wanted: KeyValuePairs<String, Entry>) throws {
        let requests = try wanted.map { key, entry in
            ChangeRequest(key: try ResourceKey(key), current: try state(key), wanted: entry)
        }
        let failures = component.change(requests)
        #expect(failures.isEmpty, "\(failures)")
        for (key, entry) in wanted {
            let found = try state(key)
            #expect(component.localised(entry).isSatisfied(by: found), "\(key) is \(found)")
        }
    }

    private func wish(_ change: (inout UserWish) -> Void) -> Entry {
        var wish = UserWish()
        change(&wish)
        return .user(wish)
    }

    @Test("an account and a group live from their making to their end, and nothing else changes")
    func life() throws {
        let before = try component.identify(nil).map { "\($0.key) \($0.state)" }
        var group = GroupWish()
        group.gid = 4711
        try apply([
            "user:weft-life": .user(
                .account(4712, group: AccountReference(name: "weft-life", id: 4713), joins: ["weft-club"]) {
                    $0.hash = "$6$salt$hash"
                    $0.isLocked = true
                    $0.aging = UserState.Aging(
                        minimum: 1,
                        maximum: 90,
                        warning: 7,
                        expires: 30000,
                        isDue: true
                    )
                }
            ), "group:weft-club": .group(group),
        ])
        #expect(try FileStatus.at("/home/4712")?.uid == 4712)
        #expect(try state("group:weft-life") == .absent)
        try apply(["user:weft-life": wish { $0.isLocked = false }])
        try apply(["user:weft-life": wish { $0.isLocked = true }])
        try apply(["user:weft-life": wish { $0.hash = "$6$salt$other" }])
        group.gid = 4714
        try apply(["group:weft-club": .group(group)])
        try apply([
            "user:weft-life": wish { wish in
                wish.uid = 4715
                wish.comment = "Life"
                wish.home = "/srv/weft-life"
                wish.shell = "/bin/sh"
                wish.leaves = ["weft-club"]
                wish.aging = UserState.Aging(maximum: 99999)
                wish.subordinateUIDs = [.init(start: 70_000_000, count: 1000)]
                wish.subordinateGIDs = []
            }
        ])
        guard case .user(let user) = try state("user:weft-life"),
            case .set(_, let isLocked, let hash) = user.password
        else {
            Issue.record("the account is there with a password")
            return
        }
        #expect(isLocked && hash == "$6$salt$other")
        #expect(try FileStatus.at("/home/4712") != nil)
        try apply(["user:weft-life": .absent, "group:weft-club": .absent])
        #expect(try component.identify(nil).map { "\($0.key) \($0.state)" } == before)
    }

    @Test("somebody whose process runs keeps the number, and the message says so")
    func busy() throws {
        let root = try ResourceKey("user:root")
        let request = ChangeRequest(
            key: root,
            current: try state("user:root"),
            wanted: wish { $0.uid = 4716 }
        )
        let error = component.change([request])[root]
        #expect(error?.code == .programFailed)
        #expect(error?.message.contains("currently used by process") == true, "\(error?.message ?? "")")
    }
}
