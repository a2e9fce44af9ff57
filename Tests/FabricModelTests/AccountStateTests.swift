import FabricModel
import Testing

@Suite("States of accounts")
struct AccountStateTests {
    static let differences: [@Sendable (inout UserState) -> Void] = [
        { $0.uid = 1001 }, { $0.group.name = "users" }, { $0.comment = "" }, { $0.home = "/" },
        { $0.shell = "/bin/sh" }, { $0.groups = ["sudo"] },
        { $0.password = Samples.password("$6$c$d") },
        { $0.password = Samples.password("$6$a$b", isLocked: true) },
        { $0.password = .none }, { $0.password = .notNeeded }, { $0.aging.maximum = 90 },
        { $0.aging.isDue = true }, { $0.subordinateUIDs = [] },
        { $0.subordinateGIDs = [.init(start: 1, count: 1)] },
    ]

    @Test("accounts are equal in all but the number of a named group and whether a hash is kept")
    func matching() {
        let user = Samples.user()
        let same = Samples.user { state in
            state.group.id = 4711
            state.password = Samples.password("$6$a$b", isKept: true)
        }
        #expect(user.matches(same) && same.matches(user))
        for (index, difference) in Self.differences.enumerated() {
            let other = Samples.user(difference)
            #expect(!user.matches(other) && !other.matches(user), "\(index)")
            #expect(!ResourceState.user(user).matches(.user(other)), "\(index)")
        }
        let group = GroupState(gid: 50, guests: ["b", "a", "b"])
        #expect(group.guests == ["a", "b"])
        #expect(ResourceState.group(group).matches(.group(GroupState(gid: 50, guests: ["a", "b"]))))
        for other in [
            GroupState(gid: 51, guests: ["a", "b"]), GroupState(gid: 50),
        ] { #expect(!ResourceState.group(group).matches(.group(other))) }
    }

    @Test(
        "the number of a private group is the user's, also where it was recorded without whose the group is"
    )
    func privateGroup() {
        let before = Samples.user { $0.ownsGroup = true }
        let after = Samples.user { state in
            state.ownsGroup = true
            state.group.id = 1700
        }
        let recorded = Samples.user()
        for old in [before, recorded] {
            #expect(!old.matches(after) && !after.matches(old))
            #expect(UserWish(from: old, to: after) == Samples.wish { $0.privateGID = 1700 })
        }
        #expect(before.matches(recorded) && recorded.matches(before))
        #expect(before.matches(Samples.user { $0.ownsGroup = true }))
    }

    @Test("that the first number of a person was set otherwise is no change of an account")
    func system() throws {
        let (user, service) = (Samples.user(), Samples.user { $0.isSystem = true })
        #expect(user.matches(service))
        #expect(UserWish(from: user, to: service) == UserWish())
        let moved = Samples.user { state in
            state.isSystem = true
            state.uid = 300
        }
        #expect(UserWish(from: user, to: moved).isSystem == true)
        let (group, other) = (GroupState(gid: 700), GroupState(gid: 700, isSystem: true))
        #expect(ResourceState.group(group).matches(.group(other)))
        #expect(GroupWish(from: group, to: other) == GroupWish())
        #expect(GroupWish(from: group, to: GroupState(gid: 70, isSystem: true)).isSystem == true)
    }

    @Test("lists are in order, however they were given")
    func order() {
        let state = UserState(
            uid: 1,
            group: Samples.root,
            home: "/",
            shell: "/",
            groups: ["b", "a", "b"],
            subordinateUIDs: [
                .init(start: 9, count: 1), .init(start: 1, count: 2), .init(start: 1, count: 1),
            ]
        )
        #expect(state.groups == ["a", "b"])
        #expect(state.subordinateUIDs.map(\.start) == [1, 1, 9])
        #expect(state.subordinateUIDs.map(\.count) == [1, 2, 1])
    }

    @Test("accounts and what is wanted of them read back as they were written")
    func coding() throws {
        var states = [
            ResourceState.user(Samples.user()), .group(GroupState(gid: 7, isSystem: true, guests: ["x"])),
        ]
        states += Self.differences.map { .user(Samples.user($0)) }
        states.append(.user(Samples.user { $0.password = Samples.password("$6$a$b", isKept: true) }))
        for state in states {
            #expect(try Samples.read(ResourceState.self, Samples.text(state)) == state)
            let key = state.kind == .user ? "user:a" : "group:a"
            let entry = Entry(asking: try Samples.change(key, .absent, state))
            #expect(try Samples.read(Entry.self, Samples.text(entry)) == entry)
            #expect(try entry.kind == state.kind && entry.fits(Samples.key(key)))
            try state.check()
            try entry.check()
        }
        #expect(try Samples.text(Entry.user(UserWish())) == #"{"user":{}}"#)
        #expect(try Samples.text(Entry.group(GroupWish())) == #"{"group":{}}"#)
        #expect(
            try Samples.text(Entry.user(Samples.wish { $0.joins = ["b", "a"] }))
                == #"{"user":{"joins":["a","b"]}}"#
        )
    }

    @Test("what would be something else in a line of the account files is refused")
    func refused() throws {
        let states: [(UserState, ModelError.Code)] = [
            (Samples.user { $0.home = "/caf\u{E9}" }, .invalidEscape),
            (Samples.user { $0.comment = "a\nb" }, .invalidEscape),
            (Samples.user { $0.groups = ["a:b"] }, .invalidResourceKey),
            (Samples.user { $0.password = Samples.password("$6$a:0:0", isKept: true) }, .invalidState),
            (Samples.user { $0.password = Samples.password("$6$a\nroot:", isKept: true) }, .invalidState),
            (Samples.user { $0.password = Samples.password("plain", isKept: true) }, .invalidState),
        ]
        for (state, code) in states {
            let error = #expect(throws: ModelError.self) { try ResourceState.user(state).check() }
            #expect(error?.code == code)
            let entry = Entry(asking: try Samples.change("user:a", .absent, .user(state)))
            let other = #expect(throws: ModelError.self) { try entry.check() }
            #expect(other?.code == code)
        }
        // A digest that everybody can make would let everybody try passwords.
        let plain = Samples.user { state in
            state.password = .set(digest: .sha256("x".utf8), isLocked: false, hash: nil)
        }
        #expect(throws: ModelError.self) { try plain.check() }
        for name in ["a:b", "a,b", "", "-a"] {
            #expect(throws: ModelError.self) {
                try ResourceState.group(GroupState(gid: 1, guests: [name])).check()
            }
            #expect(throws: ModelError.self) {
                try Entry.group(Samples.groupWish { $0.joins = [name] }).check()
            }
            #expect(throws: ModelError.self) {
                try Entry.group(Samples.groupWish { $0.leaves = [name] }).check()
            }
            #expect(throws: ModelError.self) { try Entry.user(Samples.wish { $0.leaves = [name] }).check() }
        }
    }
}
