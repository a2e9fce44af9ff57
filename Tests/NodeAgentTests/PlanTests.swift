import FabricModel
import Testing

@testable import NodeAgent

@Suite struct PlanTests {
    private func step(_ key: String, _ entry: Entry? = nil) throws -> Plan.Step {
        let key = try ResourceKey(key)
        let root = AccountReference(name: "root", id: 0)
        let file = FileState(type: .directory, mode: 0o755, owner: root, group: root)
        let wanted: Entry =
            switch (entry, key.kind) {
            case (let entry?, _): entry
            case (nil, .package): .package(.any)
            case (nil, .user): .user(UserWish())
            case (nil, .group): .group(GroupWish())
            case (nil, .service): .service(ServiceState())
            case (nil, .file): .file(file)
            }
        return Plan.Step(
            .init(key: key, entry: wanted, tag: try TagName("web"), revision: 1),
            current: .absent
        )
    }

    @Test(
        "each step finds what it needs, and what goes goes last, from the bottom up"
    )
    func order() throws {
        let steps = try [
            step("file:/etc/old", .absent), step("file:/etc/nginx/nginx.conf"), step("package:nginx"),
            step("file:/etc/old/below", .absent), step("file:/etc/nginx"), step("package:apache2", .absent),
            step("file:/etc/apt/sources.list.d/own.list"), step("file:/etc/yum.repos.d/own.repo"),
            step("user:alice"), step("group:staff"), step("service:nginx.service"),
            step("group:old", .absent), step("user:bob", .absent), step("service:old.service", .absent),
            step("service:a.service", .service(ServiceState(isMasked: true))),
        ]
        #expect(
            Plan.ordered(steps).map(\.key.description) == [
                "file:/etc/apt/sources.list.d/own.list", "file:/etc/yum.repos.d/own.repo", "package:apache2",
                "package:nginx", "group:staff", "user:alice", "file:/etc/nginx", "file:/etc/nginx/nginx.conf",
                "service:nginx.service", "service:old.service", "file:/etc/old/below", "file:/etc/old",
                "service:a.service", "user:bob", "group:old",
            ]
        )
    }

    @Test("an account that goes makes way for one that gets its number, or its private group's name")
    func makingWay() throws {
        func user(_ uid: UInt32) -> ResourceState {
            .user(
                UserState(uid: uid, group: AccountReference(name: nil, id: uid), home: "/", shell: "/bin/sh")
            )
        }
        var (new, club) = (UserWish(), GroupWish())
        new.uid = 1500
        club.gid = 700
        let gone: [(String, ResourceState, Bool)] = [
            ("user:old", user(1500), true), ("user:own", user(1501), true), ("user:other", user(1502), false),
            ("group:old", .group(GroupState(gid: 700)), true),
            ("group:other", .group(GroupState(gid: 701)), false),
        ]
        var steps = try [
            step("user:new", .user(new)), step("group:club", .group(club)), step("group:own"),
        ]
        for (key, current, _) in gone {
            var step = try step(key, .absent)
            step.current = current
            steps.append(step)
        }
        let ordered = Plan.ordered(steps)
        for (key, _, makesWay) in gone {
            let step = try #require(ordered.first { $0.key.description == key })
            #expect(step.phase == (makesWay ? .accounts : .departures), "\(key)")
        }
    }

    @Test("steps that may change each other's resources are taken together, files one by one")
    func together() throws {
        let table: [(String, Entry?, Bool)] = [
            ("package:nginx", nil, true), ("group:staff", nil, true), ("user:alice", nil, true),
            ("service:nginx.service", nil, true), ("user:bob", .absent, true), ("group:old", .absent, true),
            ("file:/etc/nginx", nil, false), ("file:/etc/old", .absent, false),
            ("file:/etc/yum.repos.d/own.repo", nil, false),
        ]
        for (key, entry, isTakenTogether) in table {
            #expect(try step(key, entry).isTakenTogether == isTakenTogether, "\(key)")
        }
    }
}
