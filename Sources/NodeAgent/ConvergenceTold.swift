import FabricAPI
import FabricClient
import FabricModel
import Logging
import Synchronization

/// How far this node is what its tags say, as the server is told it: only the newest, and only where it is news.
final class ConvergenceTold: Sendable {
    private struct State {
        var newest: ConvergenceReport?
        var told: ConvergenceReport?
    }

    private let log: Logger
    private let state = Mutex(State())

    init(log: Logger) {
        self.log = log
    }

    /// Takes a report in place of the last; `true` where the server is to be told.
    func set(_ report: ConvergenceReport) -> Bool {
        state.withLock { state in
            state.newest = report
            return state.told != report
        }
    }

    /// Takes all for news: the server may have forgotten what it was told.
    func forget() {
        state.withLock { $0.told = nil }
    }

    /// Tells what is news, if anything is.
    func tell(_ send: (ConvergenceReport) throws(ClientError) -> Void) throws(ClientError) {
        guard let report = state.withLock({ $0.newest == $0.told ? nil : $0.newest }) else { return }
        do throws(ClientError) {
            try send(report)
        } catch {
            // What is refused for good would be refused again.
            guard error.code == .refused, !error.isTransient else { throw error }
            log.notice("the server does not take how far this node is", metadata: ["error": "\(error)"])
        }
        state.withLock { $0.told = report }
    }
}

extension ConvergenceReport {
    /// Bytes of a message that reach the server.
    private static let messageLimit = 1024

    /// Counts what a plan leaves to be done.
    ///
    /// - Parameters:
    ///   - plan: What differs now.
    ///   - steps: The steps that failed, or wait for somebody.
    ///   - applies: Whether the node's own setting lets it change anything.
    ///   - withheld: The tags that it may not converge to at the moment.
    ///   - configuration: What it is compared with.
    init(
        _ plan: Plan,
        _ steps: [FailedStep],
        applies: Bool,
        withheld: Set<TagName>,
        of configuration: NodeConfiguration
    ) {
        let failed = steps.filter { !$0.isWaiting }
        let tried = Set(steps.map(\.key))
        let toDo = plan.steps.filter { !tried.contains($0.key) }
        let held = Dictionary(grouping: plan.held, by: \.reason).mapValues(\.count)
        self.init(
            configuration: configuration.etag,
            applies: applies,
            toDo: toDo.count,
            waiting: toDo.count { $0.sharedTag.map(withheld.contains) ?? false },
            failed: failed.count,
            held: [.open, .undecided, .touching].reduce(steps.count - failed.count) { $0 + (held[$1] ?? 0) },
            conflicted: held[.conflicted] ?? 0,
            drifted: held[.tolerated] ?? 0,
            failures: failed.prefix(APILimits.failuresShown)
                .map { step in
                    let message = String(decoding: step.message.utf8.prefix(Self.messageLimit), as: UTF8.self)
                    return Failure(key: step.key, message: message)
                }
        )
    }
}
