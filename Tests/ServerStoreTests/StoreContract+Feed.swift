import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let feed: [Case] = [
        Case("the feed has commits, decisions, revisions and where nodes stand, as they were stored") {
            fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let edits = try ["/etc/x", "/etc/y", "/etc/z"].map { try Sample.edit($0, nil, "two") }
            let commit = try await fabric.commit(node, 1, edits, message: "three")
            try await fabric.approve(commit, [2], into: web)
            try await fabric.reject(commit, [1])
            try await fabric.reject(commit, [3], .rollBack)
            try await fabric.set(web, "package:mc", .absent)
            let events = try await fabric.store.events(after: nil, limit: 99)
            #expect(
                events.map(line) == [
                    "node web1 clean", "commit web1 bob three 3", "node web1 pending",
                    "revision web@1 alice three 1",
                    "approval web1 web@1 alice 1", "rejection web1 alice not here 1 tolerate",
                    "rejection web1 alice not here 1 roll-back", "node web1 drifted",
                    "revision web@2 alice set package:mc 1",
                ]
            )
            #expect(events.filter { $0.commit == commit.id }.count == 4)
            #expect(Set(events.map(\.cursor)).count == events.count)
        },
        Case("each page goes on where the last one ended, and what was told stays as it was") { fabric in
            #expect(try await fabric.store.newestCursor() == nil)
            #expect(try await fabric.store.events(after: nil, limit: 9).isEmpty)
            let web = try await fabric.tag("web")
            for index in 0..<5 { try await fabric.set(web, "package:p\(index)", .absent) }
            let all = try await fabric.store.events(after: nil, limit: 9)
            var cursor: String?
            var paged: [FabricEvent] = []
            while true {
                let page = try await fabric.store.events(after: cursor, limit: 2)
                guard let last = page.last else { break }
                paged += page
                cursor = last.cursor
            }
            #expect(paged == all)
            #expect(paged.compactMap(\.revision?.number) == [1, 2, 3, 4, 5])
            #expect(try await fabric.store.newestCursor() == cursor)
            try await fabric.set(web, "package:p5", .absent)
            #expect(try await fabric.store.events(after: cursor, limit: 9).count == 1)
            #expect(try await fabric.store.events(after: nil, limit: 5) == all)
        },
        Case("a commit that comes again, a plan and what changes nothing are no events") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            try await fabric.set(web, "package:mc", .absent)
            let commit = try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            try await fabric.reportInSync(node)
            let cursor = try await fabric.store.newestCursor()
            _ = try await fabric.store.add([commit], from: node, at: Fabric.moment(500))
            try await fabric.set(web, "package:mc", .absent)
            try await fabric.revert(web, 1, Reversal(dryRun: true))
            try await fabric.reportInSync(node)
            await expectRefusal(.unknownTag) { try await fabric.set(TagName("nope"), "package:mc", .absent) }
            #expect(try await fabric.store.events(after: cursor, limit: 9).isEmpty)
        },
        Case("a cursor of nothing in the feed is refused, and so is what is no cursor") { fabric in
            try await fabric.node("web1")
            let cursor = try #require(try await fabric.store.newestCursor())
            await expectRefusal(.unknownCursor, subject: "zz\(cursor)") {
                _ = try await fabric.store.events(after: "zz\(cursor)", limit: 1)
            }
            await expectRefusal(.unknownCursor) {
                _ = try await fabric.store.events(after: "\(cursor)1", limit: 1)
            }
            for text in ["", "now", "1", "-", "0-1", "-1-1", "1-1-1", "1- 1"] {
                await expectRefusal(.invalidRequest) {
                    _ = try await fabric.store.events(after: text, limit: 1)
                }
            }
        },
        Case("where the feed says that nodes stand is where they do") { fabric in
            let nodes = [try await fabric.node("web1"), try await fabric.node("web2")]
            let web = try await fabric.tag("web", includedBy: nodes[0], nodes[1])
            func check(_ step: String) async throws {
                let events = try await fabric.store.events(after: nil, limit: 999)
                for summary in try await fabric.store.nodes() {
                    let told = events.last { $0.node == summary.name && $0.kind == .node }?.state
                    #expect(told == summary.state, "\(summary.name) \(step)")
                }
            }
            try await check("registered")
            try await fabric.set(web, "package:a", .absent)
            try await check("asked for something")
            try await fabric.set(web, "package:a", nil)
            try await check("asked for nothing")
            try await fabric.set(web, "package:b", .absent)
            for node in nodes { try await fabric.reportInSync(node) }
            try await check("in sync")
            _ = try await fabric.store.pause(web, reason: nil, by: "bob", at: Fabric.moment(6))
            try await check("paused")
            for node in nodes { try await fabric.reportInSync(node) }
            _ = try await fabric.store.pause(nil, reason: nil, by: "bob", at: Fabric.moment(7))
            try await check("paused twice")
            _ = try await fabric.store.resume(web, by: "bob", at: Fabric.moment(8))
            try await check("one pause left")
            _ = try await fabric.store.resume(nil, by: "bob", at: Fabric.moment(9))
            try await check("resumed")
            let commit = try await fabric.commit(nodes[0], 1, [Sample.edit("/etc/a", nil, "one")])
            try await check("changed")
            try await fabric.approve(commit, [1], into: web)
            try await check("approved")
            for node in nodes { try await fabric.reportInSync(node) }
            try await check("converged")
            try await fabric.store.include([], in: nodes[1], by: "bob", at: Fabric.moment(10))
            try await check("another list")
            try await fabric.revert(web, 3)
            try await check("reverted")
            _ = try await fabric.store.revokeNode("web1", by: "bob", at: Fabric.moment(11))
            try await check("revoked")
            try await fabric.store.report(
                FactReport(facts: ["platform": "debian"]),
                from: nodes[0],
                at: Fabric.moment(12)
            )
            try await check("facts")
            try await fabric.comeBack("web1", nodes[0])
            try await check("accepted again")
        },
    ]

    private static func line(_ event: FabricEvent) -> String {
        let parts: [String?] = [
            event.kind.rawValue, event.node?.text, event.revision?.description, event.author, event.message,
            event.changes.map { "\($0)" }, event.remedy?.rawValue, event.state?.rawValue,
        ]
        return parts.compactMap(\.self).joined(separator: " ")
    }
}
