import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let nodes: [Case] = registration + references + inclusion

    private static let registration: [Case] = [
        Case("a new node is clean, includes nothing and has an empty own tag") { fabric in
            let id = NodeID.make(at: Fabric.moment(0))
            let request = RegisterNode(
                id: id,
                name: try NodeName("web1"),
                machineID: "0123",
                operatingSystem: "Debian GNU/Linux 12"
            )
            let token = ContentDigest.sha256("t".utf8)
            try await fabric.store.register(
                request,
                Credential(sample: token),
                by: .token(try await fabric.admin()),
                at: Fabric.moment(3)
            )
            let expected = NodeSummary(
                id: id,
                name: try NodeName("web1"),
                machineID: "0123",
                operatingSystem: "Debian GNU/Linux 12",
                state: .clean,
                tags: [],
                registeredAt: Fabric.moment(3),
                lastContact: nil,
                undecided: 0
            )
            #expect(try await fabric.store.node("web1") == expected)
            #expect(try await fabric.store.nodes() == [expected])
            #expect(try await fabric.store.tag(TagName("node:web1")).entries.isEmpty)
            #expect(
                try await fabric.store.principal(of: token, at: Fabric.moment(0))
                    == Principal(name: "web1", node: id)
            )
        },
        Case("a name that another node has is refused and its token not kept") { fabric in
            let first = try await fabric.node("web1")
            let token = ContentDigest.sha256("second".utf8)
            let second = RegisterNode(id: .make(at: Fabric.moment(1)), name: try NodeName("web1"))
            await expectRefusal(.nameTaken, subject: "web1", naming: first.text) {
                try await fabric.store.register(
                    second,
                    Credential(sample: token),
                    by: .token(try await fabric.admin()),
                    at: Fabric.moment(1)
                )
            }
            #expect(try await fabric.store.principal(of: token, at: Fabric.moment(0)) == nil)
            #expect(try await fabric.store.nodes().map(\.id) == [first])
        },
        Case("a node keeps its name") { fabric in
            let id = try await fabric.node("web1")
            await expectRefusal(.invalidRequest, subject: "web2", naming: "web1") {
                let request = RegisterNode(id: id, name: try NodeName("web2"))
                try await fabric.store.register(
                    request,
                    Credential(sample: .sha256("x".utf8)),
                    by: .token(try await fabric.admin()),
                    at: Fabric.moment(1)
                )
            }
        },
        Case("the last contact is the latest one") { fabric in
            let id = try await fabric.node("web1")
            for second in [5, 90, 7, 200, 100] as [Int64] {
                try await fabric.store.touch(id, at: Fabric.moment(second))
            }
            #expect(try await fabric.store.node("web1").lastContact == Fabric.moment(200))
            try await fabric.store.touch(.make(at: Fabric.moment(0)), at: Fabric.moment(900))
            #expect(try await fabric.store.nodes().map(\.lastContact) == [Fabric.moment(200)])
        },
    ]

    private static let references: [Case] = [
        Case("nodes are listed by name") { fabric in
            for name in ["web10", "db1", "web9"] { try await fabric.node(name) }
            #expect(try await fabric.store.nodes().map(\.name.text) == ["db1", "web10", "web9"])
        },
        Case("nodes are read in pages, each with its own tags and where it stands") { fabric in
            let web = try await fabric.tag("web")
            for name in ["e", "b", "d", "a", "c"] {
                let node = try await fabric.node(name)
                if name > "b" {
                    try await fabric.store.include([web], in: node, by: "a", at: Fabric.moment(0))
                }
                if name != "c" { try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")]) }
            }
            func page(_ after: String?, _ limit: Int) async throws -> [NodeSummary] {
                try await fabric.store.nodes(after: after.map { try NodeName($0) }, limit: limit)
            }
            #expect(try await page(nil, 2).map(\.name.text) == ["a", "b"])
            #expect(try await page(nil, 2).map(\.tags) == [[], []])
            #expect(try await page("b", 2).map(\.name.text) == ["c", "d"])
            #expect(try await page("b", 2).map(\.tags) == [[web], [web]])
            #expect(try await page("b", 2).map(\.undecided) == [0, 1])
            #expect(try await page("d", 2).map(\.name.text) == ["e"])
            #expect(try await page("bb", 1).map(\.name.text) == ["c"])
            #expect(try await page("e", 2) == [])
        },
        Case(
            "a node is found by name, id, the beginning and end of its id, and the beginning of what is shown"
        ) { fabric in
            let id = try await fabric.node("web1")
            for reference in [
                "web1", id.text, id.short, String(id.text.suffix(4)), String(id.short.prefix(4)),
            ] {
                #expect(try await fabric.store.node(reference).id == id)
            }
            #expect(try await fabric.store.node(String(id.text.prefix(8))).id == id)
        },
        Case("a node's name comes before another's id") { fabric in
            let first = try await fabric.node("web1")
            let second = try await fabric.node(first.short)
            #expect(try await fabric.store.node(first.short).id == second)
        },
        Case("an abbreviation that two nodes share is ambiguous") { fabric in
            let ids = ["aaaa0001", "aaaa0002"].map { NodeID(checked: "\($0)-0000-7000-8000-000000000000") }
            for (id, name) in zip(ids, ["web1", "web2"]) {
                let request = RegisterNode(id: id, name: try NodeName(name))
                try await fabric.store.register(
                    request,
                    Credential(sample: .sha256(name.utf8)),
                    by: .token(try await fabric.admin()),
                    at: Fabric.moment(0)
                )
            }
            await expectRefusal(.ambiguousID, subject: "aaaa", naming: "web1", "web2") {
                _ = try await fabric.store.node("aaaa")
            }
            #expect(try await fabric.store.node("aaaa0002").name.text == "web2")
        },
        Case("what names no node is refused, escaped") { fabric in
            let id = try await fabric.node("web1")
            for reference in ["", "web2", String(id.text.suffix(3)), "%", "ffffffff"] {
                await expectRefusal(.unknownNode, subject: reference) {
                    _ = try await fabric.store.node(reference)
                }
            }
            await expectRefusal(.unknownNode, subject: "\\x1b[31m") {
                _ = try await fabric.store.node("\u{1B}[31m")
            }
        },
    ]

    private static let inclusion: [Case] = [
        Case("the list of included tags is replaced, in order") { fabric in
            let id = try await fabric.node("web1")
            let web = try await fabric.tag("web")
            let base = try await fabric.tag("base")
            for tags in [[web, base], [base, web], [base], []] {
                try await fabric.store.include(tags, in: id, by: "alice", at: Fabric.moment(1))
                #expect(try await fabric.store.node("web1").tags == tags)
                #expect(try await fabric.store.configuration(of: id).tags == tags)
            }
        },
        Case("a list with a tag that cannot be included changes nothing") { fabric in
            let id = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: id)
            let generation = try await fabric.store.generation()
            for (name, code) in [
                ("nope", APIError.Code.unknownTag), ("node:web1", .unknownTag), ("web", .invalidRequest),
            ] {
                await expectRefusal(code, subject: name) {
                    try await fabric.store.include(
                        [web, TagName(name)],
                        in: id,
                        by: "alice",
                        at: Fabric.moment(1)
                    )
                }
            }
            #expect(try await fabric.store.node("web1").tags == [web])
            #expect(try await fabric.store.generation() == generation)
        },
        Case("an unknown node includes nothing") { fabric in
            let unknown = NodeID.make(at: Fabric.moment(0))
            await expectRefusal(.unknownNode, subject: unknown.text) {
                try await fabric.store.include([], in: unknown, by: "alice", at: Fabric.moment(1))
            }
        },
    ]
}
