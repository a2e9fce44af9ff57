import FabricModel
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@testable import Components

@Suite("Accounts with another number", .ownThread, .enabled(if: AccountFixture.canChange))
struct AccountNumberTests {
    private let fixture: AccountFixture

    init() throws {
        fixture = try AccountFixture()
        try fixture.folder.makeDirectory("etc/site")
        try fixture.folder.write("1", to: "etc/site/a")
        try fixture.folder.write("1", to: "etc/outside")
        for path in ["etc/site", "etc/site/a", "etc/outside"] {
            try #require(fixture.root.appending(path).withPlatformString { lchown($0, 1500, 1500) } == 0)
        }
        let alice = UserWish.account(1500, group: AccountReference(name: "alice", id: 1500))
        try fixture.apply(["user:alice": .user(alice)])
    }

    private func owner(_ path: String) throws -> [UInt32] {
        let status = try #require(try FileStatus.at(fixture.root.appending(path)))
        return [status.uid, status.gid]
    }

    private func renumber(_ change: (inout UserWish) -> Void) throws {
        var wish = UserWish()
        change(&wish)
        try fixture.apply(["user:alice": .user(wish)])
    }

    @Test(
        "the files of a user go along where they are recorded, and those of a private group also in the home"
    )
    func user() throws {
        try renumber { $0.uid = 1700 }
        #expect(try owner("etc/site") == [1700, 1500])
        #expect(try owner("etc/site/a") == [1700, 1500])
        #expect(try owner("etc/outside") == [1500, 1500])
        try renumber { $0.privateGID = 1800 }
        #expect(try owner("etc/site/a") == [1700, 1800])
        #expect(try owner("home/1500/.profile") == [1700, 1800])
        #expect(try owner("etc/outside") == [1500, 1500])
    }

    @Test("the files of a number that somebody else has too stay")
    func shared() throws {
        try fixture.append("passwd", "twin:x:1500:50:::/bin/sh")
        try fixture.append("group", "twins:x:1500:")
        try renumber { wish in
            wish.uid = 1700
            wish.privateGID = 1800
        }
        #expect(try owner("etc/site/a") == [1500, 1500])
    }

    @Test("the files of a group of its own go along")
    func group() throws {
        try fixture.append("group", "ops:x:2000:")
        try #require(
            fixture.root.appending("etc/site/a").withPlatformString { lchown($0, 0, 2000) } == 0
        )
        var wish = GroupWish()
        wish.gid = 3000
        try fixture.apply(["group:ops": .group(wish)])
        #expect(try owner("etc/site/a") == [0, 3000])
    }
}
