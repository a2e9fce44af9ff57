import Glibc
import Testing

@testable import NodeControl

@Suite("Time for poll(2)")
struct PollTimeTests {
    @Test("what is left is rounded up, never negative and never overflows")
    func rounding() {
        let now = ContinuousClock.now
        #expect(now.millisecondsLeft == 0)
        #expect((now - .seconds(5)).millisecondsLeft == 0)
        #expect((ContinuousClock.now + .nanoseconds(1_000_000_000)).millisecondsLeft <= 1000)
        #expect((ContinuousClock.now + .seconds(10)).millisecondsLeft > 9000)
        #expect((ContinuousClock.now + .seconds(1 << 40)).millisecondsLeft == 1_000_000_000)
    }
}

@Suite("Messages over a socket")
struct MessageChannelTests {
    private static func pair() throws -> (StreamSocket, StreamSocket) {
        var descriptors: [Int32] = [0, 0]
        let result = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &descriptors)
        try #require(result == 0)
        return (StreamSocket(owning: descriptors[0]), StreamSocket(owning: descriptors[1]))
    }

    @Test("many messages in pieces of any size come out as they went in")
    func pieces() throws {
        let messages: [[UInt8]] = (0..<400)
            .map { number in [UInt8](repeating: UInt8(number % 255 + 1), count: number * 7 % 1000) }
        let stream: [UInt8] = messages.flatMap { $0 + [0] }
        for size in [1, 2, 7, 1000, 65_536, 200_000] {
            let (left, right) = try Self.pair()
            let writer = try BackgroundWork {
                for start in stride(from: 0, to: stream.count, by: size) {
                    let piece = stream[start..<min(start + size, stream.count)]
                    let isSent = piece.withUnsafeBytes { bytes in
                        (try? left.send(bytes, until: .now + .seconds(20))) != nil
                    }
                    guard isSent else { return false }
                }
                left.shutdown()
                return true
            }
            var channel = MessageChannel(right, limit: 1000)
            for message in messages {
                #expect(try channel.next(idle: .seconds(20), receiving: .seconds(20)) == message)
            }
            #expect(try channel.next(idle: .seconds(20), receiving: .seconds(20)) == nil)
            #expect(writer.value() == true)
        }
    }

    @Test("silence, half a message and an end within one are told apart")
    func failures() throws {
        let (left, right) = try Self.pair()
        var channel = MessageChannel(right, limit: 10)
        #expect(throws: ChannelFailure.idle) { try channel.next(idle: .zero, receiving: .seconds(9)) }
        let half = MessageChannel(left, limit: 10)
        try half.send([1, 2], within: .seconds(9))
        #expect(try channel.next(idle: .seconds(9), receiving: .seconds(9)) == [1, 2])
        try [UInt8](repeating: 3, count: 2).withUnsafeBytes { try left.send($0, until: .now + .seconds(9)) }
        #expect(throws: ChannelFailure.timedOut) { try channel.next(idle: .seconds(9), receiving: .zero) }
        left.shutdown()
        #expect(throws: ChannelFailure.closed) { try channel.next(idle: .seconds(9), receiving: .seconds(9)) }
    }

    @Test("a reader that does not read ends the sending at the time limit")
    func sendingTimesOut() throws {
        let (left, right) = try Self.pair()
        let channel = MessageChannel(left, limit: 10)
        let bytes = [UInt8](repeating: 1, count: 8 << 20)
        #expect(throws: ChannelFailure.timedOut) { try channel.send(bytes, within: .milliseconds(20)) }
        right.shutdown()
        #expect(throws: ChannelFailure.closed) { try channel.send([1], within: .seconds(9)) }
    }
}
