import FoundationEssentials

/// Turns the bytes of a call into the bytes of its answers.
///
/// It knows no sockets.
package struct CallDispatcher: Sendable {
    /// What becomes of the connection after a call.
    package enum Outcome: Sendable {
        case goOn
        case close
    }

    package typealias Send = ([UInt8]) throws(ChannelFailure) -> Void

    let handler: any NodeControlHandler
    let version: String
    /// Bytes of one answer.
    let answerLimit: Int

    package init(handler: any NodeControlHandler, version: String, answerLimit: Int) {
        self.handler = handler
        self.version = version
        self.answerLimit = answerLimit
    }

    /// Answers one call.
    ///
    /// - Parameters:
    ///   - message: The call, without its NUL.
    ///   - caller: Who sent it.
    ///   - access: The caller's rights.
    ///   - send: Sends one answer; not called for a call that wants none.
    /// - Returns: Whether the connection can take another call.
    /// - Throws: What `send` throws.
    package func answer(
        _ message: [UInt8],
        from caller: ControlCaller,
        access: ControlAccess,
        send: Send
    ) throws(ChannelFailure) -> Outcome {
        guard let header = try? JSONDecoder().decode(CallHeader.self, from: Data(message)) else {
            try send(errorMessage(NodeControlError(.malformedMessage, "a call is an object with a method")))
            return .close
        }
        let call = Call(header: header, message: message, caller: caller, access: access)
        var failure: ChannelFailure?
        do throws(NodeControlError) {
            try perform(call) { answer throws(NodeControlError) in
                guard header.oneway != true else { return }
                do throws(ChannelFailure) {
                    try send(answer)
                } catch {
                    failure = error
                    throw NodeControlError(.connectionLost, "the caller went away")
                }
            }
        } catch {
            if failure == nil, header.oneway != true { try send(errorMessage(error)) }
        }
        if let failure { throw failure }
        return .goOn
    }

    /// The bytes of an answer that says why not.
    func errorMessage(_ error: NodeControlError) -> [UInt8] {
        let fallback =
            #"{"error":"io.weft.Node.Internal","parameters":{"message":"the answer could not be written"}}"#
        do throws(NodeControlError) {
            return try OutgoingReply(error).encode()
        } catch {
            return Array(fallback.utf8)
        }
    }

    private struct Call {
        var header: CallHeader
        var message: [UInt8]
        var caller: ControlCaller
        var access: ControlAccess

        func parameters<Parameters: CallParameters>(
            _: Parameters.Type = Parameters.self
        ) throws(NodeControlError) -> Parameters {
            try IncomingParameters<Parameters>.read(message)
        }
    }

    private typealias Deliver = ([UInt8]) throws(NodeControlError) -> Void

    private func perform(_ call: Call, deliver: Deliver) throws(NodeControlError) {
        guard call.access > .none else {
            throw NodeControlError(.notPermitted, "only root and members of the daemon's group may call it")
        }
        let name = call.header.method
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else {
            throw .invalidParameter("method")
        }
        guard call.header.upgrade != true else { throw .invalidParameter("upgrade") }
        let member = String(name[name.index(after: dot)...])
        switch String(name[..<dot]) {
        case InterfaceDescription.service: try describeService(member, call, deliver)
        case InterfaceDescription.node:
            guard let method = ControlMethod(rawValue: member) else {
                throw NodeControlError(.unknownMethod, "there is no such method", subject: name)
            }
            guard call.access >= method.access else {
                throw NodeControlError(
                    .notPermitted,
                    "only root may do this: try again with sudo",
                    subject: name
                )
            }
            try perform(method, call, deliver)
        case let interface:
            throw NodeControlError(.unknownInterface, "there is no such interface", subject: interface)
        }
    }

    private func describeService(_ member: String, _ call: Call, _ deliver: Deliver) throws(NodeControlError)
    {
        switch member {
        case "GetInfo":
            _ = try call.parameters(NoParameters.self)
            let info = ServiceInfo(
                vendor: "Weft",
                product: "weftd",
                version: version,
                url: "",
                interfaces: [InterfaceDescription.service, InterfaceDescription.node]
            )
            try reply(info, deliver)
        case "GetInterfaceDescription":
            let interface = try call.parameters(DescriptionParameters.self).interface
            guard let text = InterfaceDescription.text(of: interface) else {
                throw NodeControlError(.unknownInterface, "there is no such interface", subject: interface)
            }
            try reply(DescriptionAnswer(description: text), deliver)
        default:
            throw NodeControlError(.unknownMethod, "there is no such method", subject: call.header.method)
        }
    }

    private func perform(
        _ method: ControlMethod,
        _ call: Call,
        _ deliver: Deliver
    ) throws(NodeControlError) {
        switch method {
        case .getStatus:
            _ = try call.parameters(NoParameters.self)
            try reply(handler.status(), deliver)
        case .getDiff: try diff(call, deliver)
        case .getPlan:
            _ = try call.parameters(NoParameters.self)
            try reply(handler.plan(), deliver)
        case .getLog:
            let query = try call.parameters(LogParameters.self).query
            try reply(LogAnswer(changes: handler.log(query)), deliver)
        case .commit:
            let request = try call.parameters(CommitParameters.self).request
            try reply(CommitAnswer(commits: handler.commit(request, by: call.caller)), deliver)
        case .discard:
            let request = try call.parameters(DiscardParameters.self).request
            try reply(handler.discard(request, by: call.caller), deliver)
        case .getContent:
            let digest = try call.parameters(ContentParameters.self).digest
            try reply(ContentAnswer(content: Data(handler.content(digest))), deliver)
        case .sync:
            _ = try call.parameters(NoParameters.self)
            try reply(handler.sync(), deliver)
        case .confirm:
            _ = try call.parameters(NoParameters.self)
            try reply(handler.confirm(), deliver)
        case .barrier:
            _ = try call.parameters(NoParameters.self)
            try handler.barrier()
            try reply(NoAnswer(), deliver)
        case .rescan:
            _ = try call.parameters(NoParameters.self)
            try handler.rescan()
            try reply(NoAnswer(), deliver)
        }
    }

    /// One answer for each difference where the caller takes more, so that memory holds one of them at a time.
    private func diff(_ call: Call, _ deliver: Deliver) throws(NodeControlError) {
        let paths = try call.parameters(DiffParameters.self).paths
        guard call.header.more != true else {
            try handler.diff(of: paths) { diff throws(NodeControlError) in
                try reply(DiffAnswer(diffs: [diff]), continues: true, deliver)
            }
            try reply(DiffAnswer(diffs: []), deliver)
            return
        }
        var diffs: [ResourceDiff] = []
        var size = 0
        try handler.diff(of: paths) { diff throws(NodeControlError) in
            size += (diff.before.text?.utf8.count ?? 0) + (diff.after.text?.utf8.count ?? 0)
            guard size <= answerLimit else { throw tooLarge }
            diffs.append(diff)
        }
        try reply(DiffAnswer(diffs: diffs), deliver)
    }

    private func reply(
        _ parameters: some Encodable,
        continues: Bool? = nil,
        _ deliver: Deliver
    ) throws(NodeControlError) {
        let answer = try OutgoingReply(parameters, continues: continues).encode()
        guard answer.count <= answerLimit else { throw tooLarge }
        try deliver(answer)
    }

    private var tooLarge: NodeControlError {
        NodeControlError(
            .messageTooLarge,
            "the answer has more than \(answerLimit) bytes: ask for less at a time"
        )
    }
}
