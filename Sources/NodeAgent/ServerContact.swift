import FabricAPI
import FabricClient
import NodeControl
import Synchronization

/// How the server was reached last, by whatever part of the daemon tried.
final class ServerContact: Sendable {
    private let time: any WallTime
    private let warnings: WarningBoard
    private let connection: Mutex<ServerConnection>

    init(address: String, time: any WallTime, warnings: WarningBoard) {
        self.time = time
        self.warnings = warnings
        connection = Mutex(ServerConnection(state: .connecting, address: address))
    }

    /// What the last attempt showed.
    var value: ServerConnection { connection.withLock(\.self) }

    /// The server answered as it should; `true` when it had not at the attempt before.
    @discardableResult
    func succeeded() -> Bool {
        warnings.clear("server")
        let now = time.now()
        return connection.withLock { connection in
            let wasConnected = connection.state == .connected
            connection = ServerConnection(state: .connected, address: connection.address, lastContact: now)
            return !wasConnected
        }
    }

    /// The server did not answer, or refused; a request that was cancelled says nothing about it.
    func failed(_ error: ClientError) {
        guard error.code != .cancelled else { return }
        let isWaiting = error.code == .notAccepted
        let isRefusal = error.code == .refused && error.refusal?.code != .unavailable
        if isRefusal {
            warnings.raise("server", "the server refuses this node: \(error)")
        } else if isWaiting {
            warnings.clear("server")
        }
        let now = time.now()
        connection.withLock { connection in
            connection.state = isRefusal ? .refused : isWaiting ? .waiting : .unreachable
            // The server's address is told beside it.
            let isOfServer = connection.address.map { error.subject.hasPrefix($0) } ?? false
            connection.lastError = isOfServer ? error.message : "\(error)"
            if error.status != nil || isWaiting { connection.lastContact = now }
        }
    }
}
