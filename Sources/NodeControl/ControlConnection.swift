import FabricModel
import FoundationEssentials
import Glibc
import SystemPackage

/// Makes connections to a daemon.
struct ControlConnector: Sendable {
    /// Bytes of one answer: more than any daemon sends, so that a broken one cannot fill the memory.
    private static let answerLimit = 256 << 20

    let path: FilePath
    /// How long to wait for a connection, and for an answer.
    let patience: Duration

    /// A new connection.
    ///
    /// - Throws: `NodeControlError` with code `unreachable`, `notPermitted` or `busy`.
    func connect() throws(NodeControlError) -> ControlConnection {
        guard let address = SocketAddress(path) else {
            throw NodeControlError(.unreachable, "a socket's path has 1 to 107 bytes", subject: path.string)
        }
        let socket: StreamSocket
        switch SocketAddress.makeSocket() {
        case .success(let descriptor): socket = StreamSocket(owning: descriptor)
        case .failure(let error): throw unreachable(error)
        }
        // unix(7) waits for a place in the backlog as long as a send may take: socket(7), SO_SNDTIMEO.
        let (seconds, attoseconds) = patience.components
        var limit = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        setsockopt(socket.descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var error: Errno?
        repeat {
            let result = address.withSockaddr { Glibc.connect(socket.descriptor, $0, $1) }
            error = result == 0 ? nil : Errno(rawValue: errno)
        } while error == .interrupted
        if let error { throw unreachable(error) }
        return ControlConnection(socket, limit: Self.answerLimit, patience: patience)
    }

    private func unreachable(_ error: Errno) -> NodeControlError {
        let (code, message): (NodeControlError.Code, String) =
            switch error {
            case .noSuchFileOrDirectory, .notDirectory:
                (.unreachable, "the node daemon is not running: start it with 'systemctl start weftd'")
            case .connectionRefused:
                (
                    .unreachable,
                    "the node daemon has ended: start it with 'systemctl restart weftd' and see its log"
                )
            case .permissionDenied, .notPermitted:
                (
                    .notPermitted,
                    "only root and members of the daemon's group may call it: try again with sudo"
                )
            case .resourceTemporarilyUnavailable:
                (.busy, "the node daemon takes no more callers: try again")
            default: (.unreachable, "the node daemon cannot be reached")
            }
        return NodeControlError(code, message, subject: path.string, cause: "connect: \(error)")
    }
}

/// The caller's end of one connection.
struct ControlConnection: ~Copyable {
    private var channel: MessageChannel
    private let patience: Duration

    init(_ socket: StreamSocket, limit: Int, patience: Duration) {
        channel = MessageChannel(socket, limit: limit)
        self.patience = patience
    }

    /// Sends a call.
    func send(
        _ method: String,
        _ parameters: some CallParameters,
        more: Bool? = nil
    ) throws(NodeControlError) {
        let message: [UInt8]
        do {
            message = Array(
                try CanonicalJSON.encode(OutgoingCall(method: method, parameters: parameters, more: more))
            )
        } catch {
            throw NodeControlError(
                .invalidParameter,
                "the call could not be written",
                cause: String(describing: error)
            )
        }
        do throws(ChannelFailure) {
            try channel.send(message, within: patience)
        } catch {
            // A daemon that refuses a connection says why and closes; its answer can still be read.
            guard error == .closed else { throw NodeControlError(error, patience: patience) }
        }
    }

    /// The next answer, and whether more of them follow.
    ///
    /// - Throws: `NodeControlError`: what the daemon answered, `connectionLost` or `invalidAnswer`.
    mutating func receive<Answer: Decodable>(
        within limit: Duration
    ) throws(NodeControlError) -> (answer: Answer, continues: Bool) {
        let message: [UInt8]?
        do throws(ChannelFailure) {
            message = try channel.next(idle: limit, receiving: limit)
        } catch {
            throw NodeControlError(error, patience: limit)
        }
        guard let message else { throw NodeControlError(.closed, patience: limit) }
        let failure: NodeControlError
        do {
            let data = Data(message)
            let header = try JSONDecoder().decode(ReplyHeader.self, from: data)
            guard let name = header.error else {
                let answer = try JSONDecoder().decode(IncomingReply<Answer>.self, from: data).parameters
                return (answer, header.continues == true)
            }
            let parameters = try JSONDecoder().decode(IncomingError.self, from: data).parameters
            failure = ErrorName.decode(name, parameters ?? [:])
        } catch {
            failure = NodeControlError(
                .invalidAnswer,
                "the daemon's answer is not understood: is it of another version? Restart it after an update",
                cause: String(describing: error)
            )
        }
        throw failure
    }
}

extension NodeControlError {
    fileprivate init(_ failure: ChannelFailure, patience: Duration) {
        switch failure {
        case .idle, .timedOut:
            self.init(.connectionLost, "the node daemon did not answer within \(patience); see its log")
        case .closed:
            self.init(.connectionLost, "the node daemon ended the connection; see its log")
        case .tooLarge:
            self.init(.invalidAnswer, "the node daemon's answer is too long; ask for less at a time")
        case .failed(let error):
            self.init(.connectionLost, "the connection to the node daemon failed", cause: "\(error)")
        }
    }
}
