import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let audit: [Case] = [
        Case("every write is in the audit log, with who and where from, what and what came of it") { fabric in
            let node = try await fabric.node("web1")
            try await RequestOrigin.$address.withValue("192.0.2.7") {
                let web = try await fabric.tag("web", includedBy: node)
                try await fabric.set(web, "file:/etc/a", Sample.entry("one"))
                try await fabric.revert(web, 1)
                try await fabric.store.limit(web, to: 2, by: "alice", at: Fabric.moment(1))
                _ = try await fabric.store.pause(web, reason: "look", by: "alice", at: Fabric.moment(2))
                _ = try await fabric.store.resume(web, by: "alice", at: Fabric.moment(3))
                let edits = try ["/etc/x", "/etc/y"].map { try Sample.edit($0, nil, "two") }
                let commit = try await fabric.commit(node, 1, edits)
                try await fabric.approve(commit, [2], into: web)
                try await fabric.reject(commit)
                try await fabric.store.include([], in: node, by: "alice", at: Fabric.moment(4))
                try await fabric.store.deleteTag(web, by: "alice", at: Fabric.moment(5))
                let entries = try await log(fabric)
                #expect(entries.allSatisfy { $0.address == "192.0.2.7" && $0.outcome == AuditEntry.done })
                let one = ContentDigest.sha256("one".utf8)
                #expect(
                    entries.map { "\($0.principal ?? "") \($0.action) \($0.subject) \($0.detail ?? "-")" }
                        == [
                            "alice delete-tag web -", "alice include web1 ",
                            "alice reject \(commit.id) changes 1 tolerated",
                            "alice approve \(commit.id) changes 2 into web@3",
                            "alice resume web -", "alice pause web look", "alice limit web 2",
                            "dave revert web@1 web@2", "alice edit web web@1", "alice put-content \(one) -",
                            "alice include web1 web", "alice create-tag web -",
                        ]
                )
            }
        },
        Case("what changes nothing, a plan, and what nodes send all the time are no entries") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            try await fabric.set(web, "package:mc", .absent)
            let before = try await fabric.store.audit(AuditFilter(), before: nil, limit: 99)
            try await fabric.set(web, "package:mc", .absent)
            try await fabric.revert(web, 1, Reversal(dryRun: true))
            try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            try await fabric.reportInSync(node)
            await expectRefusal(.unknownTag) { try await fabric.set(TagName("nope"), "package:mc", .absent) }
            #expect(try await fabric.store.audit(AuditFilter(), before: nil, limit: 99) == before)
            #expect(before.contains { $0.action == "register" && $0.address == nil })
        },
        Case("a refusal is kept with its code, and with how many before it are not") { fabric in
            var refusal = Refusal(
                principal: nil,
                action: "approve",
                subject: "web",
                detail: "no",
                code: .forbidden,
                omitted: 7
            )
            try await fabric.store.note(refusal, at: Fabric.moment(1))
            refusal.principal = "bob"
            refusal.omitted = 0
            try await fabric.store.note(refusal, at: Fabric.moment(2))
            let entries = try await fabric.store.audit(AuditFilter(), before: nil, limit: 9)
            #expect(entries.map(\.principal) == ["bob", nil])
            #expect(entries.map(\.outcome) == ["forbidden", "forbidden"])
            #expect(entries.map(\.omitted) == [nil, 7])
            #expect(entries.map(\.at) == [Fabric.moment(2), Fabric.moment(1)])
        },
        Case("the log is read in pages, and by who, what, about what and since when") { fabric in
            for (index, principal) in ["a", "b", "a", "b", "a"].enumerated() {
                let refusal = Refusal(
                    principal: principal,
                    action: index < 3 ? "edit" : "revert",
                    subject: "s\(index % 2)",
                    detail: nil,
                    code: .conflict
                )
                try await fabric.store.note(refusal, at: Fabric.moment(Int64(index)))
            }
            func seconds(
                _ filter: AuditFilter,
                before id: Int64? = nil,
                _ limit: Int = 9
            ) async throws -> [Int] {
                try await fabric.store.audit(filter, before: id, limit: limit)
                    .map { Int($0.at.seconds(since: Fabric.moment(0))) }
            }
            #expect(try await seconds(AuditFilter()) == [4, 3, 2, 1, 0])
            let page = try await fabric.store.audit(AuditFilter(), before: nil, limit: 2)
            #expect(try await seconds(AuditFilter(), before: page.last?.id, 2) == [2, 1])
            #expect(try await seconds(AuditFilter(principal: "a")) == [4, 2, 0])
            #expect(try await seconds(AuditFilter(action: "revert")) == [4, 3])
            #expect(try await seconds(AuditFilter(subject: "s1")) == [3, 1])
            #expect(try await seconds(AuditFilter(since: Fabric.moment(3))) == [4, 3])
            #expect(
                try await seconds(AuditFilter(principal: "a", action: "edit", since: Fabric.moment(1))) == [2]
            )
            #expect(try await seconds(AuditFilter(principal: "c")) == [])
        },
    ]

    /// What was written from an address, newest first.
    private static func log(_ fabric: Fabric) async throws -> [AuditEntry] {
        try await fabric.store.audit(AuditFilter(), before: nil, limit: 99).filter { $0.address != nil }
    }
}
