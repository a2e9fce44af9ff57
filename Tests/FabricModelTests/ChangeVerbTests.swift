import FabricModel
import Testing

@Suite("What a change did")
struct ChangeVerbTests {
    @Test("the verb follows from the states")
    func verbs() throws {
        let (a, b) = (ResourceState.file(Samples.file("a")), ResourceState.file(Samples.file("b")))
        let old = ResourceState.package(try Samples.package("1.2"))
        let new = ResourceState.package(try Samples.package("1.10"))
        let table: [(before: ResourceState, after: ResourceState, verb: ChangeVerb)] = [
            (.absent, a, .added),
            (a, .absent, .removed),
            (a, b, .edited),
            (a, .file(Samples.file("b", mode: 0o600)), .edited),
            (a, .file(Samples.file("a", mode: 0o600)), .attributes),
            (a, .file(Samples.symlink("a")), .edited),
            (.absent, old, .installed),
            (old, .absent, .removed),
            (old, new, .updated),
            (new, old, .downgraded),
            (old, old, .changed),
            (.package(PackageState(system: .dpkg, instances: [])), old, .installed),
            (old, a, .changed),
        ]
        for row in table {
            #expect(ChangeVerb(from: row.before, to: row.after) == row.verb)
        }
    }

    @Test("the verb of an account follows from the states")
    func accounts() throws {
        let user = ResourceState.user(Samples.user())
        func changed(_ change: (inout UserState) -> Void) -> ResourceState { .user(Samples.user(change)) }
        let locked = changed { $0.password = Samples.password("$6$a$b", isLocked: true) }
        let group = ResourceState.group(GroupState(gid: 1))
        let table: [(before: ResourceState, after: ResourceState, verb: ChangeVerb)] = [
            (.absent, user, .added), (user, .absent, .removed), (.absent, group, .added),
            (group, .absent, .removed), (user, changed { $0.shell = "/bin/sh" }, .changed),
            (group, .group(GroupState(gid: 2)), .changed), (user, locked, .locked), (locked, user, .unlocked),
            // Only what is nothing but that is locking.
            (user, changed { $0.password = Samples.password("$6$c$d", isLocked: true) }, .changed),
            (user, changed { $0.password = .none }, .changed),
            (
                user,
                changed { state in
                    state.shell = "/bin/sh"
                    state.password = Samples.password("$6$a$b", isLocked: true)
                }, .changed
            ),
        ]
        for row in table { #expect(ChangeVerb(from: row.before, to: row.after) == row.verb) }
        let messages: [([Change], String)] = [
            ([try Samples.change("user:alice", .absent, user)], "add user:alice"),
            ([try Samples.change("user:alice", user, locked)], "lock user:alice"),
            ([try Samples.change("user:alice", locked, user)], "unlock user:alice"),
            (
                try ["a", "b", "c"].map { try Samples.change("group:\($0)", group, .absent) },
                "remove group:a and 2 more groups"
            ),
            (
                [
                    try Samples.change("file:/a", .absent, .file(Samples.file("a"))),
                    try Samples.change("group:web", .absent, group),
                    try Samples.change("user:alice", .absent, user),
                    try Samples.change("package:nginx", .absent, .package(try Samples.package("1-1"))),
                ], "install nginx 1-1, add user:alice, add group:web, add /a"
            ),
        ]
        for (changes, message) in messages { #expect(CommitMessage.describe(changes) == message) }
    }
}
