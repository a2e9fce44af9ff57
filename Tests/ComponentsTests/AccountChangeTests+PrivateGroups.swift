import FabricModel
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@testable import Components

// What becomes of a group that was made with its user.
extension AccountChangeTests {
    @Test("a private group becomes one of its own when its user gets another")
    func leftBehind() throws {
        try fixture.apply(["user:alice": .user(.account(1500, group: reference("alice", 1500)))])
        try fixture.apply([
            "group:alice": group { $0.gid = 1500 }, "user:alice": wish { $0.group = reference("staff", 50) },
        ])
        #expect(try fixture.state("group:alice") == .group(GroupState(gid: 1500)))
        #expect(try fixture.user("alice").group == reference("staff", 50))
    }

    @Test("a private group goes where that is said, unless it is somebody else's primary one too")
    func droppedGroup() throws {
        try fixture.apply(["user:alice": .user(.account(1500, group: reference("alice", 1500)))])
        let entry = wish { wish in
            wish.group = reference("staff", 50)
            wish.dropsGroup = true
        }
        try fixture.append("passwd", "bob:x:1501:1500:::/bin/sh")
        let error = try fixture.change(["user:alice": entry])["user:alice"]
        #expect(error?.message.contains("is the primary one of 'bob' here, too") == true)
        #expect(try fixture.user("alice").group == reference("alice", 1500))
        try fixture.apply(["user:bob": .absent])
        try fixture.apply(["user:alice": entry])
        #expect(try fixture.user("alice").group == reference("staff", 50))
        #expect(try lines("group", "alice") == [])
        // A group of its own that has the name is another matter.
        try fixture.apply(["group:alice": group { $0.gid = 1600 }, "user:alice": entry])
        #expect(try lines("group", "alice").count == 1)
    }

    @Test("a private group gets another number where that is free, with its user or without")
    func renumberedPrivateGroup() throws {
        try fixture.append("group", "taken:x:1800:")
        try fixture.apply(["user:alice": .user(.account(1500, group: reference("alice", 1500)))])
        try fixture.apply([
            "user:alice": wish { wish in
                wish.uid = 1700
                wish.privateGID = 1700
            }
        ])
        #expect(try fixture.user("alice").uid == 1700)
        #expect(try fixture.user("alice").group == reference("alice", 1700))
        let error = try fixture.change(["user:alice": wish { $0.privateGID = 1800 }])["user:alice"]
        #expect(error?.message.contains("is that of the group 'taken' here") == true)
        // Who is made has it at once.
        let bob = UserWish.account(1501, group: reference("bob", 1501)) { $0.privateGID = 1900 }
        try fixture.apply(["user:bob": .user(bob)])
        #expect(try fixture.user("bob").group == reference("bob", 1900))
    }
}
