import FabricModel
import Testing

@testable import NodeAgent

@Suite struct FeedbackPolicyTests {
    private let policy = FeedbackPolicy(quiet: 120, deadline: 900)

    private func batch(first: Int64, last: Int64, sessions: Set<String> = []) -> FeedbackPolicy.Batch {
        .init(first: Timestamp(seconds: first), last: Timestamp(seconds: last), sessions: sessions)
    }

    @Test(
        "a batch ends with its sessions, after quiet, at the deadline, or when the clock is set back",
        arguments: [
            (0, 0, [], [], 119, nil),
            (0, 0, [], [], 120, FeedbackCommit.Trigger.quiet),
            (0, 800, [], [], 899, nil),
            (0, 800, [], [], 900, .deadline),
            (0, 10, ["4"], ["4"], 11, nil),
            (0, 10, ["4"], ["5"], 11, .logout),
            (0, 10, ["4", "5"], ["5"], 11, nil),
            (0, 10, ["4", "5"], [], 11, .logout),
            (0, 10, ["4"], ["4"], 130, .quiet),
            (5000, 5010, ["4"], ["4"], 1400, .quiet),
        ] as [(Int64, Int64, Set<String>, Set<String>, Int64, FeedbackCommit.Trigger?)]
    )
    func trigger(
        first: Int64,
        last: Int64,
        sessions: Set<String>,
        live: Set<String>,
        now: Int64,
        expected: FeedbackCommit.Trigger?
    ) {
        let batch = batch(first: first, last: last, sessions: sessions)
        #expect(policy.trigger(for: batch, liveSessions: live, now: Timestamp(seconds: now)) == expected)
    }

    @Test("waits double up to the cap, are jittered by half, and honour what the server asked for")
    func backoff() {
        var backoff = Backoff(base: 1, cap: 300)
        var generator = SystemRandomNumberGenerator()
        for failure in 0..<40 {
            let wait = min(300, Double(1 << min(failure, 20)))
            #expect((wait * 0.5...wait * 1.5).contains(backoff.next(using: &generator)))
        }
        #expect(backoff.next(retryAfter: 1000, using: &generator) >= 1000)
        backoff.reset()
        #expect(backoff.next(using: &generator) <= 1.5)
    }
}
