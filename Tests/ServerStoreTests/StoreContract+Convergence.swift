import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let convergence: [Case] = [
        Case("where a node stands is what needs somebody most of what it reports and what waits") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            #expect(try await fabric.state("web1") == .clean, "nobody asks it for anything")
            try await fabric.set(web, "package:a", .absent)
            #expect(try await fabric.state("web1") == .behind, "it has not said yet whether it is so")
            let etag = try await fabric.etag(of: node)
            let table: [(ConvergenceReport, NodeState)] = [
                (ConvergenceReport(configuration: etag, applies: true), .clean),
                (ConvergenceReport(configuration: etag, applies: true, toDo: 1, waiting: 1), .behind),
                (ConvergenceReport(configuration: etag, applies: false, toDo: 1), .drifted),
                (ConvergenceReport(configuration: etag, applies: true, drifted: 1), .drifted),
                (ConvergenceReport(configuration: etag, applies: true, held: 1), .pending),
                (ConvergenceReport(configuration: etag, applies: true, held: 1, drifted: 1), .drifted),
                (ConvergenceReport(configuration: etag, applies: true, held: 1, conflicted: 1), .conflicted),
                (ConvergenceReport(configuration: etag, applies: true, failed: 1, conflicted: 1), .failed),
            ]
            for (report, expected) in table {
                try await fabric.store.report(report, from: node, at: Fabric.moment(5))
                let told = NodeConvergence(report: report, at: Fabric.moment(5), isCurrent: true)
                #expect(try await fabric.store.node("web1").convergence == told)
                #expect(try await fabric.state("web1") == expected, "\(report)")
            }
            try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            for (report, expected) in table {
                try await fabric.store.report(report, from: node, at: Fabric.moment(6))
                let isWorse = [NodeState.failed, .conflicted].contains(expected)
                #expect(try await fabric.state("web1") == (isWorse ? expected : .pending), "\(report)")
            }
        },
        Case("what a node reported of an earlier configuration, or before a pause, is not of now") { fabric in
            let node = try await fabric.node("web1")
            let other = try await fabric.node("web2")
            let web = try await fabric.tag("web", includedBy: node)
            func report() async throws {
                let etag = try await fabric.etag(of: node)
                let report = ConvergenceReport(configuration: etag, applies: true)
                try await fabric.store.report(report, from: node, at: Fabric.moment(5))
            }
            func expect(_ state: NodeState, _ isCurrent: Bool) async throws {
                for node in [try await fabric.store.node("web1"), try await fabric.store.nodes()[0]] {
                    #expect(node.state == state)
                    #expect(node.convergence?.isCurrent == isCurrent)
                }
            }
            try await report()
            try await expect(.clean, true)
            try await fabric.set(web, "package:a", .absent)
            try await expect(.behind, false)
            try await report()
            try await expect(.clean, true)
            for tag in [nil, web, try TagName("node:web1")] {
                _ = try await fabric.store.pause(tag, reason: nil, by: "bob", at: Fabric.moment(6))
                try await expect(.behind, false)
                try await report()
                try await expect(.clean, true)
                _ = try await fabric.store.resume(tag, by: "bob", at: Fabric.moment(7))
                try await expect(.behind, false)
                try await report()
            }
            _ = try await fabric.store.pause(
                TagName("node:web2"),
                reason: nil,
                by: "bob",
                at: Fabric.moment(8)
            )
            try await expect(.clean, true)
            #expect(try await fabric.store.node(other.text).convergence == nil)
        },
        Case("a node that is not known reports nothing") { fabric in
            await expectRefusal(.unknownNode) {
                let report = ConvergenceReport(configuration: "", applies: true)
                try await fabric.store.report(report, from: .make(at: Fabric.moment(1)), at: Fabric.moment(1))
            }
        },
    ]
}
