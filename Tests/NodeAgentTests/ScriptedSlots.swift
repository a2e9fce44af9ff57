import FabricAPI
import FabricClient
import FabricModel
import LinuxSystem
import Synchronization
import Testing

@testable import NodeAgent

/// A server for slots that answers as a test says, and notes what it was asked.
///
/// Where an answer grants no tag by name, it grants all that it is asked for.
final class ScriptedSlots: Sendable {
    private struct State {
        var answers: [Result<SlotAnswer, ClientError>] = []
        var later: [SlotAnswer] = []
        var asked: [String] = []
        var clients: [Client] = []
        var isAway = false
    }

    private let state = Mutex(State())
    private let noted: Wakeup

    init() throws {
        noted = try Wakeup()
    }

    static let unreachable = ClientError(.unreachable, "server", "it is away")

    /// What is answered next to a request that does not wait; without any it fails.
    func answer(_ answer: SlotAnswer) { state.withLock { $0.answers.append(.success(answer)) } }

    /// What a request that waits is answered, as soon as there is one.
    func answerLater(_ answer: SlotAnswer) {
        let clients = state.withLock { state in
            state.later.append(answer)
            return state.clients
        }
        for client in clients { client.wakeup.signal() }
    }

    /// Whether no request gets through.
    func setAway(_ isAway: Bool) { state.withLock { $0.isAway = isAway } }

    /// All that it was asked, with what came of what waited.
    var asked: [String] { state.withLock(\.asked) }

    /// Returns what it was asked, once it was asked so often; a test that waits too long fails.
    func asked(_ count: Int, at location: SourceLocation = #_sourceLocation) -> [String] {
        let end = MonotonicClock.nanoseconds() + 20_000_000_000
        while asked.count < count, MonotonicClock.nanoseconds() < end {
            _ = noted.wait(timeout: .seconds(20))
        }
        #expect(asked.count >= count, "it was not asked so often", sourceLocation: location)
        return asked
    }

    func connect() throws(ClientError) -> (any SlotSource)? {
        let client = Client(self)
        state.withLock { $0.clients.append(client) }
        return client
    }

    private func note(_ text: String) {
        state.withLock { $0.asked.append(text) }
        noted.signal()
    }

    private func reach() throws(ClientError) {
        if state.withLock(\.isAway) { throw Self.unreachable }
    }

    final class Client: SlotSource {
        private let server: ScriptedSlots
        fileprivate let wakeup: Wakeup
        private let isCancelled = Atomic(false)

        fileprivate init(_ server: ScriptedSlots) {
            self.server = server
            guard let wakeup = try? Wakeup() else { preconditionFailure("no eventfd") }
            self.wakeup = wakeup
        }

        func takeSlots(
            _ request: SlotRequest,
            of node: NodeID,
            wait: Duration?
        ) throws(ClientError) -> SlotAnswer {
            let tags = request.tags.map(\.text).joined(separator: " ")
            let known = request.known.map { " knowing \($0.map(\.rawValue).joined(separator: " "))" } ?? ""
            server.note("\(wait == nil ? "ask" : "wait") \(tags) of \(request.configuration)\(known)")
            try server.reach()
            guard wait != nil else {
                let next = server.state.withLock { state in
                    state.answers.isEmpty ? .failure(ScriptedSlots.unreachable) : state.answers.removeFirst()
                }
                return try next.get().filled(for: request)
            }
            while true {
                if isCancelled.load(ordering: .acquiring) {
                    throw ClientError(.cancelled, "request", "ended")
                }
                let later = server.state.withLock { state in
                    state.later.isEmpty ? nil : state.later.removeFirst()
                }
                if let later { return later.filled(for: request) }
                _ = wakeup.wait(timeout: .seconds(20))
            }
        }

        func report(_ report: SlotReport, of node: NodeID) throws(ClientError) {
            let failed = report.failed.map { "\($0.key) \($0.revision) \($0.message)" }
            let withheld = report.withheld.map { " but for \($0.map(\.text).joined(separator: " "))" } ?? ""
            server.note("report \(failed.isEmpty ? "done" : failed.joined(separator: ", "))\(withheld)")
            try server.reach()
        }

        func cancel() {
            isCancelled.store(true, ordering: .releasing)
            wakeup.signal()
        }
    }
}

extension SlotAnswer {
    fileprivate func filled(for request: SlotRequest) -> SlotAnswer {
        guard case .granted(let tags, let seconds, let withheld) = self, tags.isEmpty else { return self }
        return .granted(tags: request.tags, seconds: seconds, withheld: withheld)
    }
}
