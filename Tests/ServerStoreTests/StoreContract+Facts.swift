import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let facts: [Case] = [
        Case("what a node is can be asked for as it is and as it was") { fabric in
            let node = try await fabric.node("web1")
            let one: FactValue = ["platform": "debian", "uptime": "1", "memory": ["total": "1024kB"]]
            var two = one
            two["memory"] = ["total": "2048kB"]
            let first = FactReport(facts: one)
            try await fabric.store.report(first, from: node, at: Fabric.moment(10))
            try await fabric.store.report(FactReport(facts: two), from: node, at: Fabric.moment(20))
            try await fabric.store.report(first, from: node, at: Fabric.moment(30))
            let table: [(Double, FactValue)] = [
                (10, one), (19, one), (20, two), (29.5, two), (30, one), (99, one),
            ]
            for (second, expected) in table {
                let at = Fabric.moment(0).adding(seconds: second)
                #expect(try await fabric.store.facts(of: node, at: at).facts == expected, "\(second)")
            }
            let now = try await fabric.store.facts(of: node, at: nil)
            #expect(now.at == Fabric.moment(30) && now.seenAt == Fabric.moment(30))
            #expect(now.digest == first.digest && now.node.text == "web1")
        },
        Case("what changes by itself replaces what was, and begins no history") { fabric in
            let node = try await fabric.node("web1")
            for second in Int64(1)...3 {
                let facts: FactValue = ["platform": "debian", "uptime_seconds": .integer(second)]
                try await fabric.store.report(FactReport(facts: facts), from: node, at: Fabric.moment(second))
            }
            let facts = try await fabric.store.facts(of: node, at: nil)
            #expect(facts.at == Fabric.moment(1) && facts.seenAt == Fabric.moment(3))
            #expect(facts.facts["uptime_seconds"] == .integer(3))
            #expect(try await fabric.store.facts(of: node, at: Fabric.moment(1)) == facts)
        },
        Case("a clock that was set back hides no report") { fabric in
            let node = try await fabric.node("web1")
            try await fabric.store.report(FactReport(facts: ["a": "1"]), from: node, at: Fabric.moment(50))
            try await fabric.store.report(FactReport(facts: ["a": "2"]), from: node, at: Fabric.moment(5))
            try await fabric.store.report(FactReport(facts: ["a": "3"]), from: node, at: Fabric.moment(5))
            #expect(try await fabric.store.facts(of: node, at: nil).facts == ["a": "3"])
        },
        Case("a node that has told nothing, or nothing by then, has no facts") { fabric in
            let node = try await fabric.node("web1")
            await expectRefusal(.unknownFacts) { _ = try await fabric.store.facts(of: node, at: nil) }
            try await fabric.store.report(FactReport(facts: [:]), from: node, at: Fabric.moment(10))
            await expectRefusal(.unknownFacts) {
                _ = try await fabric.store.facts(of: node, at: Fabric.moment(9))
            }
            #expect(try await fabric.store.facts(of: node, at: nil).facts == [:])
            let other = NodeID.make(at: Fabric.moment(1))
            await expectRefusal(.unknownNode) { _ = try await fabric.store.facts(of: other, at: nil) }
            await expectRefusal(.unknownNode) {
                try await fabric.store.report(FactReport(facts: [:]), from: other, at: Fabric.moment(1))
            }
        },
        Case("nodes are found by what they are now, page by page") { fabric in
            for number in 100..<350 {
                let node = try await fabric.node("web\(number)")
                // What was is no answer.
                try await fabric.store.report(
                    FactReport(facts: ["number": .integer(9)]),
                    from: node,
                    at: Fabric.moment(1)
                )
                try await fabric.store.report(
                    FactReport(facts: ["number": .integer(Int64(number)), "even": .bool(number % 2 == 0)]),
                    from: node,
                    at: Fabric.moment(2)
                )
            }
            _ = try await fabric.node("silent")
            let query = try FactQuery("even=true and number>=200")
            let all = try await fabric.store.find(query, after: nil, limit: .max)
            #expect(all.map(\.node.text) == stride(from: 200, to: 350, by: 2).map { "web\($0)" })
            #expect(all.first?.facts.map(\.path) == ["even", "number"])
            #expect(all.first?.seenAt == Fabric.moment(2))
            let page = try await fabric.store.find(query, after: NodeName("web219"), limit: 3)
            #expect(page.map(\.node.text) == ["web220", "web222", "web224"])
            #expect(try await fabric.store.find(FactQuery("number=9"), after: nil, limit: 5).isEmpty)
            let told = try await fabric.store.facts(after: NodeName("silent"), limit: 2)
            #expect(told.map(\.node.text) == ["web100", "web101"])
            #expect(told.map { $0.facts["number"] } == [.integer(100), .integer(101)])
            let last = try #require(try await fabric.store.facts(after: NodeName("web348"), limit: 9).first)
            #expect(try await fabric.store.facts(after: nil, limit: .max).last == last)
            #expect(last.seenAt == Fabric.moment(2))
            #expect(try await fabric.store.facts(after: last.node, limit: 9).isEmpty)
        },
    ]
}
