import FabricAPI
import FabricClient
import Synchronization

/// Brings what this node is to the server.
final class FactSender: Sendable {
    private let registration: Registration
    private let state = Mutex<(client: FabricClient?, isCancelled: Bool)>((nil, false))

    init(_ registration: Registration) {
        self.registration = registration
    }

    /// Sends a report; `false` while the node is not registered.
    ///
    /// Each takes a client of its own, with the credentials of the moment: they are sent rarely.
    func send(_ report: FactReport) throws(ClientError) -> Bool {
        guard let client = try registration.waitingClient() else { return false }
        let isCancelled = state.withLock { state in
            state.client = client
            return state.isCancelled
        }
        if isCancelled { client.cancel() }
        defer { state.withLock { $0.client = nil } }
        try client.report(report, of: registration.identity.id)
        return true
    }

    /// Ends a request that is under way, and every later one.
    func cancel() {
        let client = state.withLock { state in
            state.isCancelled = true
            return state.client
        }
        client?.cancel()
    }
}
