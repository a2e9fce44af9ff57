import FabricAPI
import FabricClient
import FabricModel
import Logging
import Testing

@testable import NodeAgent

@Suite struct ConvergenceToldTests {
    private let web: TagName
    private let configuration: NodeConfiguration

    init() throws {
        web = try TagName("web")
        configuration = NodeConfiguration(
            etag: "e1",
            configuration: EffectiveConfiguration(items: []),
            tags: [web],
            lastDecision: 0
        )
    }

    private func item(_ key: String) throws -> EffectiveConfiguration.Item {
        .init(key: try ResourceKey(key), entry: .absent, tag: web, revision: 1)
    }

    private func report(toDo: Int = 0) -> ConvergenceReport {
        ConvergenceReport(configuration: "e1", applies: true, toDo: toDo)
    }

    @Test("each resource that differs is counted once, by why it does")
    func counts() throws {
        var plan = Plan()
        let steps = try ["file:/a", "file:/b", "file:/c", "file:/d"]
            .map { Plan.Step(try item($0), current: .absent) }
        plan.steps = steps
        let reasons: [Plan.Held.Reason] = [
            .open, .undecided, .tolerated, .tolerated, .conflicted, .touching, .conflicted, .conflicted,
        ]
        plan.held = try reasons.map { Plan.Held(item: try item("package:x"), current: .absent, reason: $0) }
        var waiting = FailedStep(steps[1], "it is busy", at: Timestamp(seconds: 1))
        waiting.isWaiting = true
        let failed = [FailedStep(steps[0], "no", at: Timestamp(seconds: 1)), waiting]
        let expected = ConvergenceReport(
            configuration: "e1",
            applies: true,
            toDo: 2,
            failed: 1,
            held: 4,
            conflicted: 3,
            drifted: 2,
            failures: [.init(key: try ResourceKey("file:/a"), message: "no")]
        )
        #expect(ConvergenceReport(plan, failed, applies: true, withheld: [], of: configuration) == expected)
        let held = ConvergenceReport(plan, failed, applies: true, withheld: [web], of: configuration)
        #expect(held.waiting == 2)
        #expect(!held.isInSync)
        #expect(ConvergenceReport(Plan(), [], applies: true, withheld: [], of: configuration).isInSync)
    }

    @Test("of many failures the first are named, and none at length")
    func limits() throws {
        let steps = try (0..<50)
            .map { index in
                let step = Plan.Step(try item("file:/\(index)"), current: .absent)
                return FailedStep(step, String(repeating: "x", count: 5_000), at: Timestamp(seconds: 1))
            }
        let report = ConvergenceReport(Plan(), steps, applies: true, withheld: [], of: configuration)
        #expect(report.failed == 50)
        #expect(report.failures.count == APILimits.failuresShown)
        #expect(report.failures.allSatisfy { $0.message.utf8.count <= 1024 })
    }

    @Test("only news are told, and the newest of them")
    func news() throws {
        let told = ConvergenceTold(log: Logger(label: "test"))
        var sent: [ConvergenceReport] = []
        func tell() throws(ClientError) { try told.tell { sent.append($0) } }
        try tell()
        #expect(told.set(report(toDo: 2)))
        #expect(told.set(report(toDo: 1)))
        try tell()
        try tell()
        #expect(!told.set(report(toDo: 1)))
        try tell()
        #expect(sent == [report(toDo: 1)])
    }

    @Test("what does not get through is told later; what is refused for good is not")
    func trouble() throws {
        let told = ConvergenceTold(log: Logger(label: "test"))
        _ = told.set(report())
        #expect(throws: ClientError.self) {
            try told.tell { (_) throws(ClientError) in
                throw ClientError(.unreachable, "server", "it is away")
            }
        }
        var count = 0
        try told.tell { (_) throws(ClientError) in
            count += 1
            throw ClientError(.refused, "server", "what is that", status: 404)
        }
        try told.tell { _ in count += 1 }
        #expect(count == 1)
    }
}
