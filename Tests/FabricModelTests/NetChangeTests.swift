import FabricModel
import Testing

@Suite("Net changes")
struct NetChangeTests {
    static let one = ResourceState.file(Samples.file("1"))
    static let two = ResourceState.file(Samples.file("2"))
    static let three = ResourceState.file(Samples.file("3"))

    @Test("created and removed again is nothing, and so is changed and changed back")
    func nothing() throws {
        #expect(
            Change.net([
                try Samples.change("file:/a", .absent, Self.one),
                try Samples.change("file:/a", Self.one, .absent),
                try Samples.change("file:/b", Self.one, Self.two),
                try Samples.change("file:/b", Self.two, Self.one),
            ]) == []
        )
        #expect(Change.net([Change]()) == [])
    }

    @Test("a file that only changed its owner's number did not change")
    func equalByRules() throws {
        var renumbered = Samples.file("1")
        renumbered.owner.id = 99
        #expect(Change.net([try Samples.change("file:/a", Self.one, .file(renumbered))]) == [])
    }

    @Test("the first state before and the last after stand, with the last time and the last known actor")
    func chain() throws {
        let alice = Actor(tier: .exact, name: "alice")
        let net = Change.net([
            try Samples.change("file:/a", Self.one, Self.two, at: 1, actor: alice, isLate: true),
            try Samples.change("file:/a", Self.two, Self.three, at: 2),
        ])
        #expect(
            net == [try Samples.change("file:/a", Self.one, Self.three, at: 2, actor: alice, isLate: true)]
        )
        let bob = Actor(tier: .inferred, name: "bob")
        let last = Change.net(net + [try Samples.change("file:/a", Self.three, .absent, at: 3, actor: bob)])
        #expect(last.map(\.actor) == [bob])
    }

    @Test("resources come by key, packages after files")
    func order() throws {
        let keys = ["package:a", "file:/b", "file:/a/b", "file:/a", "package:B"]
        let net = Change.net(try keys.map { try Samples.change($0, .absent, Self.one) })
        #expect(net.map(\.key.description) == ["file:/a", "file:/a/b", "file:/b", "package:B", "package:a"])
    }

    @Test("for random histories the net changes lead from the first states to the last")
    func random() throws {
        var random = RandomValues(seed: 9)
        let states: [ResourceState] = [.absent, Self.one, Self.two, Self.three]
        for _ in 0..<300 {
            var now: [String: ResourceState] = [:]
            var history: [Change] = []
            for step in 0..<Int.random(in: 0...12, using: &random) {
                let key = ["file:/a", "file:/b", "file:/c"].randomElement(using: &random) ?? ""
                let after = states.randomElement(using: &random) ?? .absent
                history.append(try Samples.change(key, now[key] ?? .absent, after, at: Int64(step)))
                now[key] = after
            }
            let net = Change.net(history)
            for (key, state) in now {
                let change = net.first { $0.key.description == key }
                #expect(change?.after ?? .absent == state)
                #expect(change?.before ?? .absent == .absent)
            }
            #expect(net.count == now.values.filter { $0 != .absent }.count)
            #expect(Change.net(net) == net)
        }
    }
}

@Suite("Messages that the daemon writes")
struct CommitMessageTests {
    @Test("what was done, packages first, in one line")
    func messages() throws {
        let (old, new) = (try Samples.package("1.2-1"), try Samples.package("1.10-1"))
        let (one, two) = (ResourceState.file(Samples.file("1")), ResourceState.file(Samples.file("2")))
        let restricted = ResourceState.file(Samples.file("1", mode: 0o600))
        let messages: [([Change], String)] = [
            ([], "no changes"),
            ([try Samples.change("package:nginx", .absent, .package(new))], "install nginx 1.10-1"),
            ([try Samples.change("package:nginx", .package(old), .package(new))], "update nginx 1.10-1"),
            ([try Samples.change("package:nginx", .package(new), .package(old))], "downgrade nginx 1.2-1"),
            ([try Samples.change("package:nginx", .package(new), .absent)], "remove nginx"),
            ([try Samples.change("package:nginx", .package(new), .package(new))], "change nginx 1.10-1"),
            ([try Samples.change("file:/a", .absent, one)], "add /a"),
            ([try Samples.change("file:/a", one, two)], "edit /a"),
            ([try Samples.change("file:/a", one, restricted)], "change attributes of /a"),
            ([try Samples.change("file:/a", one, .absent)], "remove /a"),
            (
                [
                    try Samples.change(
                        "file:/a",
                        .file(Samples.directory()),
                        .file(Samples.directory(mode: 0o700))
                    )
                ],
                "change attributes of /a"
            ),
            (
                try ["/a", "/b"].map { try Samples.change("file:\($0)", one, two) }, "edit /a and /b"
            ),
            (
                try ["file:/a", "file:/b", "file:/c", "package:d"]
                    .map { key in
                        let isFile = key.hasPrefix("file")
                        return try Samples.change(key, .absent, isFile ? one : .package(new))
                    }, "install d 1.10-1, add /a and 2 more files"
            ),
        ]
        for (changes, message) in messages { #expect(CommitMessage.describe(changes) == message) }
    }

    @Test("a directory that became something else was edited")
    func retyped() throws {
        var fifo = Samples.directory()
        fifo.type = .fifo
        let change = try Samples.change("file:/a", .file(Samples.directory()), .file(fifo))
        #expect(CommitMessage.describe([change]) == "edit /a")
    }

    @Test("however long and strange the names, the message is one short line of printable ASCII")
    func longNames() throws {
        let path = [UInt8(ascii: "/")] + [UInt8](repeating: 0x0A, count: 2000) + Array("/end".utf8)
        let key = try ResourceKey(.file, bytes: path)
        let changes = (0..<2)
            .map { _ in
                Change(key: key, before: .absent, after: .file(Samples.file("1")), at: Samples.time)
            }
        let message = CommitMessage.describe(changes)
        #expect(message.utf8.count < 500)
        #expect(message.hasSuffix("/end"))
        #expect(message.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }
}
