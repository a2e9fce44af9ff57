/// One caller, served on a thread of its own.
struct CallerConnection: Sendable {
    let socket: StreamSocket
    let caller: ControlCaller
    let access: ControlAccess
    let dispatcher: CallDispatcher
    let limits: NodeControlLimits
    let report: @Sendable (NodeControlError) -> Void

    /// Answers call after call until the caller closes, is silent for too long or sends what is no call.
    func serve() {
        var channel = MessageChannel(socket, limit: limits.call)
        do throws(ChannelFailure) {
            while let message = try receive(&channel) {
                let outcome = try dispatcher.answer(message, from: caller, access: access) {
                    answer throws(ChannelFailure) in
                    try channel.send(answer, within: limits.sending)
                }
                guard outcome == .goOn else { return }
            }
        } catch {
            guard case .failed(let cause) = error else { return }
            report(NodeControlError(.connectionLost, "a caller's connection failed", cause: "\(cause)"))
        }
    }

    /// The next call; `nil` when there is none.
    ///
    /// A caller that breaks the rules of messages is told before it is left.
    private func receive(_ channel: inout MessageChannel) throws(ChannelFailure) -> [UInt8]? {
        let refusal: NodeControlError
        do throws(ChannelFailure) {
            return try channel.next(idle: limits.idle, receiving: limits.receiving)
        } catch {
            switch error {
            case .tooLarge:
                let message = "a call has at most \(limits.call) bytes"
                refusal = NodeControlError(.messageTooLarge, message)
            case .timedOut:
                let message = "a call ends with a NUL, and within \(limits.receiving)"
                refusal = NodeControlError(.malformedMessage, message)
            case .idle, .closed: return nil
            case .failed: throw error
            }
        }
        try channel.send(dispatcher.errorMessage(refusal), within: limits.sending)
        return nil
    }
}
