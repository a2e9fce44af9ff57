import FabricModel
import Testing

@Suite("What a tag wants of accounts")
struct AccountWishTests {
    private func change(_ before: UserState, _ change: (inout UserState) -> Void) throws -> Change {
        var after = before
        change(&after)
        return try Samples.change("user:alice", .user(before), .user(after))
    }

    @Test("only what was changed of a user is asked for, groups as joins and leaves")
    func changed() throws {
        let rows: [((inout UserState) -> Void, (inout UserWish) -> Void)] = [
            ({ $0.shell = "/bin/zsh" }, { $0.shell = "/bin/zsh" }), ({ $0.uid = 7 }, { $0.uid = 7 }),
            ({ $0.comment = "" }, { $0.comment = "" }), ({ $0.home = "/x" }, { $0.home = "/x" }),
            ({ $0.group.id = 7 }, { _ in }),
            (
                { $0.group = AccountReference(name: "users", id: 100) },
                { $0.group = AccountReference(name: "users", id: 100) }
            ),
            (
                { $0.groups = ["adm", "docker"] },
                { wish in
                    wish.joins = ["docker"]
                    wish.leaves = ["sudo"]
                }
            ),
            ({ $0.aging.maximum = nil }, { $0.aging = UserState.Aging(minimum: 0, warning: 7) }),
            ({ $0.subordinateUIDs = [] }, { $0.subordinateUIDs = [] }),
            (
                { $0.aging.isDue = true },
                { $0.aging = UserState.Aging(minimum: 0, maximum: 99999, warning: 7, isDue: true) }
            ),
            ({ $0.password = Samples.password("$6$a$b", isLocked: true) }, { $0.isLocked = true }),
            // A new password is known elsewhere only where its hash is kept.
            ({ $0.password = Samples.password("$6$c$d") }, { _ in }),
            ({ $0.password = Samples.password("$6$c$d", isKept: true) }, { $0.hash = "$6$c$d" }),
            (
                { $0.password = Samples.password("$6$c$d", isLocked: true, isKept: true) },
                { wish in
                    wish.hash = "$6$c$d"
                    wish.isLocked = true
                }
            ),
            // Whose password was taken away cannot log in with it elsewhere either.
            ({ $0.password = .none }, { $0.isLocked = true }), ({ $0.password = .notNeeded }, { _ in }),
        ]
        for (index, (edit, wish)) in rows.enumerated() {
            #expect(Entry(asking: try change(Samples.user(), edit)) == .user(Samples.wish(wish)), "\(index)")
        }
        let locked = Samples.user { $0.password = Samples.password("$6$a$b", isLocked: true) }
        let unlocked = try change(locked) { $0.password = Samples.password("$6$a$b") }
        #expect(Entry(asking: unlocked) == .user(Samples.wish { $0.isLocked = false }))
        #expect(Entry(asking: try change(locked) { $0.password = .none }) == .user(UserWish()))
        let open = Samples.user { $0.password = .notNeeded }
        #expect(
            Entry(asking: try change(open) { $0.password = .none })
                == .user(Samples.wish { $0.isLocked = true })
        )
        #expect(Entry(asking: try Samples.change("user:a", .user(open), .absent)) == .absent)
    }

    @Test("of a user who was made all is asked for but the ranges, whatever a tag said before")
    func made() throws {
        let state = Samples.user { $0.password = Samples.password("$6$a$b", isLocked: true, isKept: true) }
        let change = try Samples.change("user:alice", .absent, .user(state))
        let wish = Samples.wish { wish in
            wish.uid = 1000
            wish.group = state.group
            wish.comment = "Alice"
            wish.home = "/home/alice"
            wish.shell = "/bin/bash"
            wish.isSystem = false
            wish.joins = ["adm", "sudo"]
            wish.hash = "$6$a$b"
            wish.isLocked = true
            wish.aging = state.aging
        }
        #expect(Entry(asking: change) == .user(wish))
        let earlier = Entry.user(Samples.wish { $0.joins = ["docker"] })
        #expect(Entry(asking: change, over: earlier) == .user(wish))
        #expect(Entry(asking: change, over: .absent) == .user(wish))
        let bare = try Samples.change("user:a", .absent, .user(Samples.user()))
        guard case .user(let unkept) = Entry(asking: bare) else {
            Issue.record("it asks for a user")
            return
        }
        #expect(unkept.hash == nil && unkept.isLocked == nil)
    }

    @Test("what a tag said before stays where a change says nothing of it")
    func over() throws {
        let earlier = Samples.wish { wish in
            wish.shell = "/bin/sh"
            wish.comment = "A"
            wish.joins = ["docker", "adm"]
            wish.leaves = ["staff", "games"]
        }
        let change = try change(Samples.user { $0.groups = ["adm", "docker"] }) { state in
            state.comment = "B"
            state.groups = ["docker", "staff"]
        }
        let both = Samples.wish { wish in
            wish.shell = "/bin/sh"
            wish.comment = "B"
            wish.joins = ["docker", "staff"]
            wish.leaves = ["adm", "games"]
        }
        #expect(Entry(asking: change, over: .user(earlier)) == .user(both))
        #expect(Entry(asking: change, over: .absent) == Entry(asking: change))
    }

    @Test("where the account was as a tag wants it, what a change led to satisfies the entry over it")
    func satisfied() throws {
        let passwords: [UserState.Password] = [
            .none, .notNeeded, Samples.password("$6$a$b"), Samples.password("$6$a$b", isLocked: true),
            Samples.password("$6$a$b", isKept: true), Samples.password("$6$c$d"),
            Samples.password("$6$c$d", isLocked: true, isKept: true),
            Samples.password("$6$c$d", isKept: true),
        ]
        let groups: [[String]] = [[], ["a"], ["b"], ["a", "b"]]
        var tried = 0
        for password in passwords {
            for hash in [nil, "$6$a$b", "$6$c$d"] {
                for isLocked in [nil, true, false] {
                    let before = Samples.user { $0.password = password }
                    let earlier = Samples.wish { wish in
                        wish.hash = hash
                        wish.isLocked = isLocked
                    }
                    guard Self.localised(earlier).isSatisfied(by: before) else { continue }
                    for next in passwords {
                        let change = try change(before) { $0.password = next }
                        guard case .user(let wish) = Entry(asking: change, over: .user(earlier)) else {
                            Issue.record("it asks for a user")
                            continue
                        }
                        tried += 1
                        #expect(
                            Self.localised(wish).isSatisfied(by: Samples.user { $0.password = next }),
                            "\(earlier) \(change)"
                        )
                        // Nothing is unlocked by what does not say which hash.
                        if wish.isLocked == false, wish.hash == nil { #expect(!next.isLocked) }
                    }
                }
            }
        }
        for (old, new, joins) in groups.flatMap({ old in
            groups.flatMap { new in groups.map { (old, new, $0) } }
        }) {
            let earlier = Samples.wish { wish in
                wish.joins = Set(joins)
                wish.leaves = Set(["a", "b"]).subtracting(old)
            }
            let before = Samples.user { $0.groups = old }
            guard earlier.isSatisfied(by: before) else { continue }
            tried += 1
            let change = try change(before) { $0.groups = new }
            #expect(Entry(asking: change, over: .user(earlier)).isSatisfied(by: change.after))
        }
        #expect(tried > 150)
    }

    /// The wish as the node that compares it has it.
    private static func localised(_ wish: UserWish) -> UserWish {
        var wish = wish
        wish.digest = wish.hash.map { Samples.digest($0) }
        return wish
    }

    @Test(
        "that a password is due is asked for, and its change by its user is no reason to take that back elsewhere"
    )
    func due() throws {
        let due = Samples.user { $0.aging.isDue = true }
        let asked = Entry(asking: try Samples.change("user:alice", .user(Samples.user()), .user(due)))
        #expect(!asked.isSatisfied(by: .user(Samples.user())))
        #expect(asked.isSatisfied(by: .user(due)))
        let change = try change(due) { state in
            state.password = Samples.password("$6$c$d")
            state.aging.isDue = false
        }
        #expect(Entry(asking: change) == .user(UserWish()))
        let rest = Entry(asking: change, over: asked)
        #expect(rest == .user(Samples.wish { $0.aging = Samples.user().aging }))
        #expect(rest.isSatisfied(by: change.after))
        // Elsewhere it stays due until it is changed there.
        #expect(rest.isSatisfied(by: .user(due)))
    }

    @Test(
        "that an account had another name is asked for where it came by the new one, and back when that is undone"
    )
    func otherName() throws {
        let dave = Samples.user { $0.otherName = "erin" }
        let erin = Samples.user { $0.otherName = "dave" }
        #expect(dave.matches(Samples.user()))
        let wish = UserWish(from: nil, to: erin)
        #expect(wish.formerly == "dave")
        #expect(wish.isSatisfied(by: Samples.user()))
        #expect(UserWish(from: nil, to: dave).formerly == "erin")
        #expect(UserWish(from: nil, to: Samples.user()).formerly == nil)
        #expect(UserWish(from: dave, to: erin).formerly == nil)
        #expect(Samples.wish { $0.shell = "/bin/sh" }.added(to: wish).formerly == "dave")
        #expect(try CanonicalJSON.decode(UserWish.self, from: CanonicalJSON.encode(wish)) == wish)
        #expect(throws: ModelError.self) { try Samples.wish { $0.formerly = "a:b" }.check() }
        #expect(throws: ModelError.self) { try Samples.user { $0.otherName = "a:b" }.check() }
        var group = GroupState(gid: 700)
        group.otherName = "devs"
        #expect(group.matches(GroupState(gid: 700)))
        #expect(GroupWish(from: nil, to: group).formerly == "devs")
        #expect(
            Samples.groupWish { $0.gid = 701 }.added(to: GroupWish(from: nil, to: group)).formerly == "devs"
        )
        #expect(throws: ModelError.self) { try Samples.groupWish { $0.formerly = "a:b" }.check() }
        group.otherName = "a:b"
        #expect(throws: ModelError.self) { try group.check() }
    }

    @Test("the number of a private group is wanted of whoever has one, until another primary group is")
    func privateGroup() throws {
        let wish = Samples.wish { $0.privateGID = 1700 }
        let renumbered = Samples.user { state in
            state.ownsGroup = true
            state.group.id = 1700
        }
        #expect(wish.isSatisfied(by: renumbered))
        #expect(!wish.isSatisfied(by: Samples.user { $0.ownsGroup = true }))
        #expect(wish.isSatisfied(by: Samples.user()))
        #expect(Samples.wish { $0.shell = "/bin/sh" }.added(to: wish).privateGID == 1700)
        let staff = Samples.wish { $0.group = AccountReference(name: "staff", id: 50) }
        #expect(staff.added(to: wish).privateGID == nil)
        #expect(wish.added(to: staff).privateGID == 1700)
        #expect(try CanonicalJSON.decode(UserWish.self, from: CanonicalJSON.encode(wish)) == wish)
    }

    @Test(
        "an account of the system that was made has any number of the system, unless it was given one afterwards"
    )
    func systemNumbers() {
        let wish = Samples.wish { wish in
            wish.uid = 999
            wish.isSystem = true
        }
        func user(_ uid: UInt32, isSystem: Bool = true) -> UserState {
            Samples.user { state in
                state.uid = uid
                state.isSystem = isSystem
            }
        }
        #expect(wish.isSatisfied(by: user(999)) && wish.isSatisfied(by: user(998)))
        #expect(!wish.isSatisfied(by: user(1000, isSystem: false)))
        let chosen = Samples.wish { $0.uid = 450 }.added(to: wish)
        #expect(chosen.isSatisfied(by: user(450)) && !chosen.isSatisfied(by: user(998)))
        #expect(Samples.wish { $0.shell = "/" }.added(to: wish).isSystem == true)
        let group = Samples.groupWish { wish in
            wish.gid = 999
            wish.isSystem = true
        }
        #expect(group.isSatisfied(by: GroupState(gid: 998, isSystem: true)))
        #expect(!group.isSatisfied(by: GroupState(gid: 1000)))
        #expect(!Samples.groupWish { $0.gid = 999 }.isSatisfied(by: GroupState(gid: 998, isSystem: true)))
    }

    @Test("an account satisfies what is wanted or not")
    func isSatisfied() {
        let rows: [((inout UserWish) -> Void, (inout UserState) -> Void, Bool)] = [
            ({ _ in }, { _ in }, true), ({ $0.uid = 1000 }, { _ in }, true),
            ({ $0.uid = 1 }, { _ in }, false),
            ({ $0.comment = "" }, { _ in }, false), ({ $0.home = "/" }, { _ in }, false),
            ({ $0.shell = "/" }, { _ in }, false), ({ $0.isSystem = true }, { _ in }, true),
            ({ $0.group = AccountReference(name: "alice", id: 7) }, { _ in }, true),
            ({ $0.group = AccountReference(name: "users", id: 1000) }, { _ in }, false),
            ({ $0.joins = ["sudo"] }, { _ in }, true), ({ $0.joins = ["sudo", "x"] }, { _ in }, false),
            ({ $0.leaves = ["x"] }, { _ in }, true), ({ $0.leaves = ["sudo"] }, { _ in }, false),
            ({ $0.aging = UserState.Aging() }, { _ in }, false),
            ({ $0.subordinateUIDs = [] }, { _ in }, false),
            ({ $0.subordinateGIDs = [] }, { _ in }, true),
            ({ $0.isLocked = true }, { _ in }, false), ({ $0.isLocked = false }, { _ in }, true),
            ({ $0.isLocked = true }, { $0.password = .none }, true),
            ({ $0.isLocked = false }, { $0.password = .none }, false),
            ({ $0.isLocked = true }, { $0.password = .notNeeded }, false),
            ({ $0.isLocked = false }, { $0.password = .notNeeded }, true),
            ({ $0.digest = Samples.digest("$6$a$b") }, { _ in }, true),
            ({ $0.digest = Samples.digest("$6$c$d") }, { _ in }, false),
            ({ $0.digest = Samples.digest("$6$a$b") }, { $0.password = .none }, false),
            ({ $0.digest = Samples.digest("$6$a$b") }, { $0.password = .notNeeded }, false),
        ]
        for (index, (wish, state, expected)) in rows.enumerated() {
            #expect(Samples.wish(wish).isSatisfied(by: Samples.user(state)) == expected, "\(index)")
        }
        #expect(!Entry.user(UserWish()).isSatisfied(by: .absent))
        #expect(!Entry.user(UserWish()).isSatisfied(by: .group(GroupState(gid: 1))))
        #expect(!Entry.absent.isSatisfied(by: .user(Samples.user())))
    }

    @Test("a group is asked for by what was changed of it")
    func groups() throws {
        let old = GroupState(gid: 700, isSystem: true, guests: ["a", "b"])
        let new = GroupState(gid: 701, isSystem: true, guests: ["b", "c"])
        let change = try Samples.change("group:web", .group(old), .group(new))
        let wish = Samples.groupWish { wish in
            wish.gid = 701
            wish.joins = ["c"]
            wish.leaves = ["a"]
        }
        #expect(Entry(asking: change) == .group(wish))
        let earlier = Samples.groupWish { wish in
            wish.isSystem = true
            wish.joins = ["a", "x"]
            wish.leaves = ["c", "y"]
        }
        let both = Samples.groupWish { wish in
            wish.gid = 701
            wish.joins = ["c", "x"]
            wish.leaves = ["a", "y"]
        }
        #expect(Entry(asking: change, over: .group(earlier)) == .group(both))
        let made = try Samples.change("group:web", .absent, .group(new))
        let all = Samples.groupWish { wish in
            wish.gid = 701
            wish.isSystem = true
            wish.joins = ["b", "c"]
        }
        #expect(Entry(asking: made) == .group(all))
        #expect(Entry(asking: made, over: .group(earlier)) == .group(all))
        #expect(
            Entry.group(all).isSatisfied(by: .group(new)) && Entry.group(wish).isSatisfied(by: .group(new))
        )
        #expect(!Entry.group(wish).isSatisfied(by: .group(old)))
        #expect(!Entry.group(wish).isSatisfied(by: .group(GroupState(gid: 701, guests: ["a", "c"]))))
        #expect(!Entry.group(GroupWish()).isSatisfied(by: .absent))
        #expect(Entry(asking: try Samples.change("group:web", .group(old), .absent)) == .absent)
    }
}
