import Testing

@testable import NodeAgent

@Suite struct ConvergerPauseTests {
    @Test(
        "a convergence waits until something is due, and never less than a moment or longer than a minute",
        arguments: [
            (nil, .seconds(60), .seconds(60)), (.seconds(10), .seconds(60), .seconds(10)),
            (.seconds(600), .seconds(60), .seconds(60)), (.seconds(20), .seconds(5), .seconds(5)),
            // A step that is due, of a tag that was paused or gives no leave, must not have it go round and round.
            (.zero, .seconds(60), .seconds(2)), (nil, .zero, .seconds(2)),
        ] as [(Duration?, Duration, Duration)]
    )
    func pause(retry: Duration?, attempt: Duration, expected: Duration) {
        #expect(Converger.pause(retry, attempt) == expected)
    }
}
