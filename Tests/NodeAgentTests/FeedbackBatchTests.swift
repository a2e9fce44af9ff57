import FabricModel
import Journal
import Testing

@testable import NodeAgent

@Suite struct FeedbackBatchTests {
    private func recorded(at seconds: Int64, sessions: Set<String> = []) throws -> RecordedChange {
        let change = Change(
            key: try ResourceKey("package:nginx"),
            before: .absent,
            after: .absent,
            at: Timestamp(microseconds: seconds * 1_000_000)
        )
        return RecordedChange(sequence: seconds, change: change, sessions: sessions)
    }

    @Test("a batch lasts from its first change to its last, and has the sessions of all")
    func grows() throws {
        let batch = FeedbackBatch()
        #expect(batch.value == nil)
        batch.add([try recorded(at: 1, sessions: ["a"]), try recorded(at: 5, sessions: ["b"])])
        #expect(batch.value?.first == Timestamp(microseconds: 1_000_000))
        #expect(batch.value?.last == Timestamp(microseconds: 5_000_000))
        #expect(batch.value?.sessions == ["a", "b"])
    }

    @Test("after a commit the batch is what is still open")
    func reset() throws {
        let batch = FeedbackBatch()
        batch.add([try recorded(at: 1)])
        let left = OpenSummary(
            changes: 1,
            first: Timestamp(microseconds: 7),
            last: Timestamp(microseconds: 9),
            sessions: ["c"]
        )
        batch.reset { left }
        #expect(
            batch.value
                == .init(first: Timestamp(microseconds: 7), last: Timestamp(microseconds: 9), sessions: ["c"])
        )
        batch.reset { OpenSummary() }
        #expect(batch.value == nil)
    }
}
