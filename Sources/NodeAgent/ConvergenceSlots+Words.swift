import FabricAPI
import FabricModel

extension ConvergenceSlots.Obstacle {
    /// What the server says of a tag.
    init(_ obstacle: SlotObstacle) {
        switch obstacle {
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
        }
    }

    /// Why.
    var text: String {
        switch self {
        case .waiting(let why), .stopped(let why): why
        }
    }
}

extension SlotReport {
    /// Bytes of a message that reach the server.
    private static let messageLimit = 4096

    /// A report of the steps that come from shared tags.
    init(_ failed: [FailedStep], awaiting rest: Set<TagName>) {
        let shared = failed.compactMap { step -> Failure? in
            guard !step.isWaiting, !step.isPremature, let revision = step.revision, revision.tag.isShared
            else { return nil }
            let message = step.key == step.source ? step.message : "\(step.key): \(step.message)"
            return Failure(
                key: step.source,
                revision: revision,
                message: String(decoding: message.utf8.prefix(Self.messageLimit), as: UTF8.self)
            )
        }
        self.init(
            failed: Array(shared.prefix(APILimits.failuresPerReport)),
            withheld: rest.isEmpty ? nil : rest.sorted()
        )
    }
}
