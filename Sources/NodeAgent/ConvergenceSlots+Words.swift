import FabricAPI
import FabricModel

extension ConvergenceSlots.Leave {
    /// What an answer of the server means.
    init(_ answer: SlotAnswer) {
        switch answer {
        case .granted: self = .granted
        case .waiting(let tag, let holders, _):
            let names = holders.map(\.text).joined(separator: ", ")
            self = .waiting("as many nodes as may do so at a time converge to \(tag): \(names)")
        case .stopped(let stop):
            let what =
                stop.key.map { "\($0) of \(stop.tag)@\(stop.revision)" } ?? "\(stop.tag)@\(stop.revision)"
            self = .stopped(
                "\(stop.tag) has stopped, for node \(stop.node) failed at \(what): \(stop.message); mend that, or let "
                    + "the other nodes go on with 'weft resume \(stop.tag)'"
            )
        case .outdated: self = .waiting("the server has a newer configuration for this node")
        }
    }
}

extension SlotReport {
    /// Bytes of a message that reach the server.
    private static let messageLimit = 4096

    /// A report of the steps that come from shared tags.
    init(_ failed: [FailedStep]) {
        let shared = failed.compactMap { step -> Failure? in
            guard !step.isWaiting, let revision = step.revision, revision.tag.isShared else { return nil }
            let message = step.key == step.source ? step.message : "\(step.key): \(step.message)"
            return Failure(
                key: step.source,
                revision: revision,
                message: String(decoding: message.utf8.prefix(Self.messageLimit), as: UTF8.self)
            )
        }
        self.init(failed: Array(shared.prefix(APILimits.failuresPerReport)))
    }
}
