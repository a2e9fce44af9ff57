import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    private static let key = "user:bob"

    private static func user(
        uid: UInt32 = 1001,
        shell: String = "/bin/sh",
        groups: [String] = [],
        comment: String = ""
    ) -> UserState {
        UserState(
            uid: uid,
            group: AccountReference(name: "bob", id: uid),
            comment: comment,
            home: "/home/bob",
            shell: shell,
            groups: groups
        )
    }

    private static func wish(
        shell: String? = nil,
        joins: Set<String> = [],
        leaves: Set<String> = [],
        comment: String? = nil,
        hash: String? = nil
    ) -> Entry {
        var wish = UserWish()
        wish.shell = shell
        wish.joins = joins
        wish.leaves = leaves
        wish.comment = comment
        wish.hash = hash
        return .user(wish)
    }

    private static func change(_ before: UserState?, _ after: UserState?) throws -> Change {
        try Sample.change(key, before.map { .user($0) } ?? .absent, after.map { .user($0) } ?? .absent)
    }

    static let approvalOfAccounts: [Case] = [
        Case("an account's changes add up in the tag, each by what it changed") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            let first = try change(user(), user(groups: ["wheel"]))
            try await fabric.approve(fabric.commit(node, 1, [first]), into: web)
            #expect(try await fabric.entry(web, key) == wish(joins: ["wheel"]))
            // The entry is satisfied by both states of this change, and says nothing of the shell.
            let second = try change(user(groups: ["wheel"]), user(shell: "/bin/zsh", groups: ["wheel"]))
            let result = try await fabric.approve(fabric.commit(node, 2, [second]), into: web)
            #expect(result.unchanged.isEmpty)
            let both = wish(shell: "/bin/zsh", joins: ["wheel"])
            #expect(try await fabric.entry(web, key) == both)
            let third = try change(user(shell: "/bin/zsh", groups: ["wheel"]), user(shell: "/bin/zsh"))
            try await fabric.approve(fabric.commit(node, 3, [third]), into: web)
            let left = wish(shell: "/bin/zsh", leaves: ["wheel"])
            #expect(try await fabric.entry(web, key) == left)
        },
        Case("the same change of an account on another node is there already, whatever else differs there") {
            fabric in
            let web = try await fabric.tag("web")
            let first = try change(user(), user(shell: "/bin/zsh"))
            try await fabric.approve(fabric.commit(fabric.node("web1"), 1, [first]), into: web)
            let second = try change(user(uid: 1500), user(uid: 1500, shell: "/bin/zsh"))
            let result = try await fabric.approve(fabric.commit(fabric.node("web2"), 1, [second]), into: web)
            #expect(result.unchanged == [1])
        },
        Case("a node that lacks what the tag asks for besides its change is one of those that change") {
            fabric in
            for (number, comment) in [(1, "Bob"), (2, "")] {
                let node = try await fabric.node("web\(number)")
                let web = try await fabric.tag("tag\(number)", includedBy: node)
                try await fabric.set(web, key, wish(comment: "Bob"))
                let (before, after) = (user(comment: comment), user(shell: "/bin/zsh", comment: comment))
                let commit = try await fabric.commit(node, 1, [change(before, after)])
                let approved = try await fabric.approve(commit, into: web)
                #expect(approved.author?.text == (number == 1 ? "web1" : nil))
                #expect(approved.nodes.map(\.text) == (number == 1 ? [] : ["web2"]))
            }
        },
        Case("an account that was made in the same way on two nodes is there already") { fabric in
            let web = try await fabric.tag("web")
            let made = try change(nil, user(groups: ["wheel"]))
            try await fabric.approve(fabric.commit(fabric.node("web1"), 1, [made]), into: web)
            var elsewhere = user(groups: ["wheel"])
            elsewhere.group.id = 77
            let again = try change(nil, elsewhere)
            let result = try await fabric.approve(fabric.commit(fabric.node("web2"), 1, [again]), into: web)
            #expect(result.unchanged == [1])
        },
        Case("a part of an account that the tag wants in a third way conflicts, another does not") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            try await fabric.set(web, key, wish(shell: "/bin/zsh"))
            let clash = try await fabric.commit(
                node,
                1,
                [change(user(), user(shell: "/bin/bash", comment: "Bob"))]
            )
            await expectRefusal(.conflict, subject: key, naming: "web@1", "/bin/zsh", "/bin/bash") {
                try await fabric.approve(clash, into: web)
            }
            let beside = try await fabric.commit(node, 2, [change(user(), user(comment: "Bob"))])
            try await fabric.approve(beside, into: web)
            let both = wish(shell: "/bin/zsh", comment: "Bob")
            #expect(try await fabric.entry(web, key) == both)
        },
        Case("one part that the tag had, and one that it has not, are taken together") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            try await fabric.set(web, key, wish(shell: "/bin/zsh"))
            let commit = try await fabric.commit(
                node,
                1,
                [change(user(), user(shell: "/bin/zsh", comment: "Bob"))]
            )
            #expect(try await fabric.approve(commit, into: web).revision?.number == 2)
        },
        Case("an account that is wanted absent, or is removed, is a whole") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            try await fabric.set(web, key, .absent)
            let commit = try await fabric.commit(node, 1, [change(user(), user(shell: "/bin/zsh"))])
            await expectRefusal(.conflict, naming: "absent") { try await fabric.approve(commit, into: web) }
            try await fabric.approve(fabric.commit(node, 2, [change(nil, user())]), into: web)
            try await fabric.approve(fabric.commit(node, 3, [change(user(), nil)]), into: web)
            #expect(try await fabric.entry(web, key) == .absent)
        },
        Case("a group's number conflicts with a third one, its guests add up") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            func group(_ gid: UInt32, _ guests: [String] = []) -> ResourceState {
                .group(GroupState(gid: gid, guests: guests))
            }
            let joined = try Sample.change("group:dba", group(50), group(50, ["ldap1"]))
            try await fabric.approve(fabric.commit(node, 1, [joined]), into: web)
            let second = try Sample.change("group:dba", group(50, ["ldap1"]), group(50, ["ldap1", "ldap2"]))
            try await fabric.approve(fabric.commit(node, 2, [second]), into: web)
            var wish = GroupWish()
            wish.joins = ["ldap1", "ldap2"]
            #expect(try await fabric.entry(web, "group:dba") == .group(wish))
            wish.gid = 60
            try await fabric.set(web, "group:dba", .group(wish))
            let clash = try await fabric.commit(
                node,
                3,
                [Sample.change("group:dba", group(50), group(55))]
            )
            await expectRefusal(.conflict, subject: "group:dba") {
                try await fabric.approve(clash, into: web)
            }
        },
        Case("a wish that no account can have is refused") { fabric in
            let web = try await fabric.tag("web")
            let wishes = [
                wish(shell: "/bin/\u{1}"), wish(joins: ["a:b"]), wish(hash: "x:y"),
            ]
            for wish in wishes {
                await expectRefusal(.invalidRequest, subject: key) { try await fabric.set(web, key, wish) }
            }
        },
    ]

    static let approvalOfServices: [Case] = [
        Case("a service's enablement and running state are taken each by itself") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            let key = "service:nginx.service"
            let wants = ["multi-user.target.wants"]
            func state(_ links: [String], _ isRunning: Bool?, isMasked: Bool = false) -> ResourceState {
                .service(ServiceState(links: links, isMasked: isMasked, isRunning: isRunning))
            }
            let changes = [
                (state([], nil), state(wants, nil), ServiceState(links: wants)),
                (state(wants, nil), state(wants, true), ServiceState(links: wants, isRunning: true)),
                // That it runs was not recorded: the tag keeps what it said.
                (state(wants, nil), state([], nil), ServiceState(isRunning: true)),
                // On this node something else starts it; only that it was stopped is the change.
                (
                    state(["rescue.target.wants"], true), state(["rescue.target.wants"], false),
                    ServiceState(isRunning: false)
                ),
                (
                    state([], nil), state([], nil, isMasked: true),
                    ServiceState(isMasked: true, isRunning: false)
                ),
            ]
            for (number, (before, after, wanted)) in changes.enumerated() {
                let change = try Sample.change(key, before, after)
                let commit = try await fabric.commit(node, Int64(number + 1), [change])
                #expect(try await fabric.approve(commit, into: web).unchanged.isEmpty)
                #expect(try await fabric.entry(web, key) == .service(wanted))
            }
            let clash = try Sample.change(key, state([], nil), state(wants, nil))
            let commit = try await fabric.commit(node, 9, [clash])
            await expectRefusal(
                .conflict,
                subject: key,
                naming: "says masked",
                "made it enabled by multi-user.target.wants"
            ) {
                try await fabric.approve(commit, into: web)
            }
        },
        Case("a service that was enabled in the same way elsewhere is there already") { fabric in
            let web = try await fabric.tag("web")
            let enabled = ResourceState.service(ServiceState(links: ["multi-user.target.wants"]))
            let change = try Sample.change("service:nginx.service", .absent, enabled)
            try await fabric.approve(fabric.commit(fabric.node("web1"), 1, [change]), into: web)
            let again = try await fabric.commit(fabric.node("web2"), 1, [change])
            #expect(try await fabric.approve(again, into: web).unchanged == [1])
        },
    ]
}
