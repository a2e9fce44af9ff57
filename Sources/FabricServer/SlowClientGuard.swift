import NIOCore

/// Closes a connection whose other end sends a request by driblets, or does not take its answer.
///
/// Each of these holds memory and a place among the connections for as long as it likes, and one machine can have very many
/// of them. A long poll is none: its request is there at once, and nothing is on its way while it waits.
final class SlowClientGuard: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What is demanded of the other end.
    struct Demand: Sendable {
        /// For so long nothing is said of how fast a request comes.
        var grace = TimeAmount.seconds(20)
        /// Bytes in a second that a request comes with on average thereafter.
        var rate: Int64 = 512
        /// So long an answer may wait to be taken, as long as nothing of it is.
        var patience = TimeAmount.seconds(60)
    }

    private let demand: Demand
    private var started: NIODeadline?
    private var received: Int64 = 0
    private var farewell: Scheduled<Void>?

    init(_ demand: Demand = Demand()) {
        self.demand = demand
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = NIODeadline.now()
        let start = started ?? now
        started = start
        received += Int64(unwrapInboundIn(data).readableBytes)
        let time = now - start
        guard time <= demand.grace || received >= demand.rate * time.nanoseconds / 1_000_000_000 else {
            context.close(promise: nil)
            return
        }
        context.fireChannelRead(data)
    }

    /// What is answered has come, so that what comes from now on is another request.
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        (started, received) = (nil, 0)
        context.write(data, promise: promise)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        farewell?.cancel()
        farewell = nil
        if !context.channel.isWritable {
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            farewell = context.eventLoop.scheduleTask(in: demand.patience) { bound.value.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        farewell?.cancel()
        farewell = nil
    }
}
