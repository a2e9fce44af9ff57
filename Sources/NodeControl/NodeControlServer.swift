import Dispatch
import Glibc
import LinuxSystem
import Synchronization
public import SystemPackage

/// Serves the Varlink interface `io.weft.Node` on a unix socket, for the CLI and for any other Varlink client.
///
/// One thread accepts, and each connection has a thread of its own, so a slow caller keeps nobody else waiting. Root, and
/// the user as whom the daemon runs, may call everything; members of the daemon's group status and log.
public final class NodeControlServer: Sendable {
    private struct State {
        var listener: ListeningSocket?
        var connections: [ObjectIdentifier: StreamSocket] = [:]
    }

    private let path: FilePath
    private let group: String?
    private let limits: NodeControlLimits
    private let dispatcher: CallDispatcher
    private let identification: any CallerIdentification
    private let report: @Sendable (NodeControlError) -> Void
    private let state = Mutex(State())
    private let threads = DispatchGroup()

    /// A server that does not listen yet.
    ///
    /// - Parameters:
    ///   - path: The socket's path, of at most 103 bytes; its directory has to exist.
    ///   - group: The group whose members may ask for status and log; where it does not exist, only root may call.
    ///   - version: The daemon's version, for `GetInfo`.
    ///   - limits: What one caller may cost.
    ///   - report: Is told what callers cannot be told, such as that connections cannot be accepted.
    ///   - handler: What the methods do.
    public convenience init(
        path: FilePath,
        group: String? = "weft",
        version: String,
        limits: NodeControlLimits = NodeControlLimits(),
        report: @escaping @Sendable (NodeControlError) -> Void = { _ in },
        handler: any NodeControlHandler
    ) {
        self.init(
            path: path,
            group: group,
            version: version,
            limits: limits,
            identification: KernelIdentification(),
            report: report,
            handler: handler
        )
    }

    init(
        path: FilePath,
        group: String?,
        version: String,
        limits: NodeControlLimits,
        identification: any CallerIdentification,
        report: @escaping @Sendable (NodeControlError) -> Void,
        handler: any NodeControlHandler
    ) {
        self.path = path
        self.group = group
        self.limits = limits
        self.identification = identification
        self.report = report
        dispatcher = CallDispatcher(handler: handler, version: version, answerLimit: limits.answer)
    }

    /// Makes the socket and serves it until ``stop()``; returns at once.
    ///
    /// - Throws: `NodeControlError` with code `alreadyRunning` or `cannotListen`.
    public func start() throws(NodeControlError) {
        let group = group.flatMap { AccountNames().gid(named: $0) }
        // Only root can give a file to a group that it is no member of.
        let listener = try ListeningSocket.open(path, group: geteuid() == 0 ? group : nil)
        let isFirst = state.withLock { state in
            guard state.listener == nil else { return false }
            state.listener = listener
            return true
        }
        guard isFirst else {
            throw NodeControlError(.alreadyRunning, "it was started before", subject: path.string)
        }
        do {
            try startThread("control") { [self] in acceptConnections(of: listener, group: group) }
        } catch {
            stop()
            throw NodeControlError(
                .cannotListen,
                "no thread could be started",
                subject: path.string,
                cause: "\(error)"
            )
        }
    }

    /// Ends all connections and removes the socket.
    ///
    /// Calls that are being worked on may still answer, for as long as the limits say.
    public func stop() {
        let (listener, connections) = state.withLock { state in
            defer { state.listener = nil }
            return (state.listener, Array(state.connections.values))
        }
        guard let listener else { return }
        listener.remove()
        listener.stop()
        for connection in connections { connection.endInput() }
        let limit = limits.stopping / .milliseconds(1)
        guard threads.wait(timeout: .now() + .milliseconds(Int(limit))) == .timedOut else { return }
        for connection in state.withLock({ Array($0.connections.values) }) { connection.shutdown() }
        report(NodeControlError(.busy, "the control socket was stopped while calls were being worked on"))
    }

    private func startThread(_ name: String, _ work: @escaping @Sendable () -> Void) throws(SystemError) {
        threads.enter()
        do throws(SystemError) {
            _ = try WorkerThread.start(name: name) { [threads] in
                work()
                threads.leave()
            }
        } catch {
            threads.leave()
            throw error
        }
    }

    private func acceptConnections(of listener: ListeningSocket, group: UInt32?) {
        while state.withLock({ $0.listener === listener }) {
            switch listener.accept() {
            case .success(let socket): admit(socket, of: listener, group: group)
            case .failure(.interrupted), .failure(.connectionAbort), .failure(.invalidArgument): continue
            case .failure(let error):
                let cause = "accept: \(error)"
                report(
                    NodeControlError(
                        .unavailable,
                        "callers cannot be served",
                        subject: path.string,
                        cause: cause
                    )
                )
                // Out of descriptors or memory: others have to give some back first.
                poll(nil, 0, 100)
            }
        }
    }

    private func admit(_ socket: StreamSocket, of listener: ListeningSocket, group: UInt32?) {
        let identity: PeerCredentials
        do throws(SystemError) {
            identity = try identification.identify(socket.descriptor)
        } catch {
            let cause = "\(error)"
            report(
                NodeControlError(
                    .unavailable,
                    "a caller cannot be identified",
                    subject: path.string,
                    cause: cause
                )
            )
            return
        }
        let access = identity.access(user: geteuid(), group: group)
        let places = limits.connections - (access == .root ? 0 : limits.connectionsForRoot)
        let isAdmitted = state.withLock { state in
            guard state.listener === listener, state.connections.count < places else { return false }
            state.connections[ObjectIdentifier(socket)] = socket
            return true
        }
        guard isAdmitted else {
            let message = "the daemon serves as many callers as it can: try again"
            refuse(socket, NodeControlError(.busy, message))
            return
        }
        let connection = CallerConnection(
            socket: socket,
            caller: ControlCaller(pid: identity.pid, uid: identity.uid, gid: identity.gid),
            access: access,
            dispatcher: dispatcher,
            limits: limits,
            report: report
        )
        do throws(SystemError) {
            try startThread("control-caller") { [self] in
                connection.serve()
                remove(socket)
            }
        } catch {
            remove(socket)
            refuse(socket, NodeControlError(.unavailable, "no thread could be started", cause: "\(error)"))
        }
    }

    private func remove(_ socket: StreamSocket) {
        state.withLock { $0.connections[ObjectIdentifier(socket)] = nil }
    }

    private func refuse(_ socket: StreamSocket, _ error: NodeControlError) {
        // A new connection's buffer is empty, so this does not wait; a caller that is gone needs no answer.
        _ = Result {
            try MessageChannel(socket, limit: 0).send(dispatcher.errorMessage(error), within: .zero)
        }
    }
}
