import Crypto
import FabricModel
import Testing

@testable import Components

extension AccountFeedbackTests {
    private func account(
        _ uid: UInt32 = 1500,
        hash: String? = "$6$a$b",
        _ more: (inout UserState) -> Void = { _ in }
    ) -> ResourceState {
        var state = UserState(
            uid: uid,
            group: AccountReference(name: "dave", id: 1500),
            home: "/home/dave",
            shell: "/bin/sh",
            groups: ["adm"]
        )
        if let hash {
            state.password = .set(
                digest: .keyed(hash.utf8, key: AccountFixture.key),
                isLocked: false,
                hash: nil
            )
        }
        more(&state)
        return .user(state)
    }

    private func group(_ gid: UInt32 = 700, guests: [String] = []) -> ResourceState {
        .group(GroupState(gid: gid, guests: guests))
    }

    private func member(_ group: String, besides groups: [String] = []) -> ResourceState {
        account(1600) {
            $0.group = AccountReference(name: group, id: 700)
            $0.groups = groups
        }
    }

    /// The other names of what went and came, by key.
    private func otherNames(
        _ rows: KeyValuePairs<String, (ResourceState, ResourceState)>
    ) throws -> [String: String] {
        let changes = try rows.map { key, states in
            Change(
                key: try ResourceKey(key),
                before: states.0,
                after: states.1,
                at: Timestamp(seconds: 0)
            )
        }
        let finished = try AccountFixture().component().finish(changes)
        #expect(finished.map(\.key) == changes.map(\.key))
        var names: [String: String] = [:]
        for change in finished {
            for state in [change.before, change.after] {
                switch state {
                case .user(let user): if let name = user.otherName { names["\(change.key)"] = name }
                case .group(let group): if let name = group.otherName { names["\(change.key)"] = name }
                case .absent, .file, .package, .service: break
                }
            }
        }
        return names
    }

    @Test(
        "an account with another name is the same only where all is as a rename leaves it, the hash above all"
    )
    func users() throws {
        let renamed = ["user:dave": "erin", "user:erin": "dave"]
        let rows: [(ResourceState, ResourceState, isSame: Bool)] = [
            (account(), account(), true),
            (account(), account { $0.home = "/home/erin" }, true),
            (account(), account { $0.group.name = "erin" }, true),
            (account(hash: nil), account(hash: nil), false),
            (account { $0.password = .notNeeded }, account { $0.password = .notNeeded }, false),
            (account(), account(hash: nil), false), (account(), account(hash: "$6$c$d"), false),
            (account(), account(1501), false), (account(), account { $0.groups = [] }, false),
            (account(), account { $0.groups = ["adm", "sudo"] }, false),
            (account(), account { $0.shell = "/bin/bash" }, false),
            (account(), account { $0.comment = "Erin" }, false),
            (account(), account { $0.group.id = 1501 }, false),
            (account(), account { $0.aging.isDue = true }, false),
        ]
        for (old, new, isSame) in rows {
            let names = try otherNames(["user:dave": (old, .absent), "user:erin": (.absent, new)])
            #expect(names == (isSame ? renamed : [:]), "\(old) \(new)")
        }
        #expect(
            try otherNames(["user:dave": (account(), account()), "user:erin": (.absent, account())]) == [:]
        )
        #expect(
            try otherNames([
                "user:dave": (account(), .absent), "user:erin": (.absent, account()),
                "user:fred": (.absent, account()),
            ]) == [:]
        )
    }

    @Test("that a user's private group is gone is said with the other primary group, and only then")
    func lostGroups() throws {
        let fixture = try AccountFixture()
        let before = account { $0.ownsGroup = true }
        let after = account { $0.group = AccountReference(name: "staff", id: 50) }
        func loses(_ before: ResourceState, _ after: ResourceState) throws -> Bool? {
            let change = Change(
                key: try ResourceKey("user:dave"),
                before: before,
                after: after,
                at: Timestamp(seconds: 0)
            )
            guard case .user(let state)? = try fixture.component().finish([change]).first?.after else {
                return nil
            }
            if case .user(let wish) = Entry(asking: try fixture.component().finish([change])[0]) {
                #expect(wish.dropsGroup == state.losesGroup)
            }
            return state.losesGroup
        }
        #expect(try loses(before, after) == true)
        #expect(try loses(after, before) == nil)
        #expect(try loses(before, account { $0.shell = "/bin/zsh" }) == nil)
        #expect(try loses(account { $0.group = AccountReference(name: "sudo", id: 27) }, after) == nil)
        try fixture.append("group", "dave:x:1500:")
        #expect(try loses(before, after) == nil)
    }

    @Test("a group with another name is the same only where its users had no other choice")
    func groups() throws {
        let hanna = (member("devs"), member("engineers"))
        let ivan = (member("users", besides: ["devs"]), member("users", besides: ["engineers"]))
        let left = (member("users", besides: ["devs"]), member("users"))
        let joined = (member("users"), member("users", besides: ["engineers"]))
        let rows: [([(ResourceState, ResourceState)], ResourceState, isSame: Bool)] = [
            ([hanna], group(), true), ([hanna, ivan], group(), true), ([hanna, joined], group(), true),
            ([hanna, (.absent, member("users", besides: ["engineers"]))], group(), true),
            ([ivan], group(), false), ([], group(), false), ([left, joined], group(), false),
            ([hanna, left], group(), false), ([hanna], group(701), false),
            ([hanna], group(guests: ["x"]), false),
        ]
        for (users, new, isSame) in rows {
            let (first, second) = (users.first ?? joined, users.dropFirst().first ?? joined)
            let names = try otherNames([
                "group:devs": (group(), .absent), "group:engineers": (.absent, new),
                "user:a": first, "user:b": second,
            ])
            let renamed = ["group:devs": "engineers", "group:engineers": "devs"]
            #expect(names == (isSame ? renamed : [:]), "\(users) \(new)")
        }
    }
}
