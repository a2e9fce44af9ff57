import NIOCore
import NIOEmbedded
import Testing

@testable import FabricServer

@Suite struct SlowClientGuardTests {
    private static let demand = SlowClientGuard.Demand(
        grace: .milliseconds(0),
        rate: 1 << 40,
        patience: .seconds(5)
    )

    private func channel(_ demand: SlowClientGuard.Demand) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: SlowClientGuard(demand))
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1)).wait()
        return channel
    }

    private let byte = ByteBuffer(string: "x")

    @Test("a request that comes by driblets is not waited for")
    func driblets() throws {
        let channel = try channel(Self.demand)
        try channel.writeInbound(byte)
        #expect(channel.isActive)
        try channel.writeInbound(byte)
        #expect(!channel.isActive)
    }

    @Test("a request may take its time at first, and after an answer the next one may")
    func grace() throws {
        let slow = try channel(SlowClientGuard.Demand(grace: .hours(1), rate: 1 << 40))
        for _ in 0..<100 { try slow.writeInbound(byte) }
        #expect(slow.isActive)
        let answered = try channel(Self.demand)
        for _ in 0..<100 {
            try answered.writeInbound(byte)
            try answered.writeOutbound(byte)
        }
        #expect(answered.isActive)
    }

    @Test("an answer that is not taken is not kept for ever; one of which some is taken goes on")
    func answer() throws {
        let channel = try channel(Self.demand)
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(4))
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(4))
        #expect(channel.isActive)
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        channel.embeddedEventLoop.advanceTime(by: .seconds(6))
        #expect(!channel.isActive)
    }
}
