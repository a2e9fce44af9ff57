import FabricModel
import Foundation
import Glibc
import LinuxSystem
import Synchronization
import SystemPackage

@testable import NodeControl

/// A server on a socket in a folder of its own, for the time of a test.
struct RunningServer {
    let path: FilePath
    let server: NodeControlServer
    let client: NodeControlClient
    private let troubles: Troubles

    private final class Troubles: Sendable {
        let noted = Mutex<[NodeControlError]>([])
    }

    /// What the server could not tell its callers.
    var reported: [NodeControlError] { troubles.noted.withLock { $0 } }

    /// Runs `body` with a started server, then stops it and removes the folder.
    static func with<Value>(
        _ handler: ScriptedHandler = ScriptedHandler(),
        group: String? = nil,
        limits: NodeControlLimits = NodeControlLimits(),
        identification: any CallerIdentification = KernelIdentification(),
        _ body: (RunningServer) throws -> Value
    ) throws -> Value {
        try withFolder { folder in
            let path = folder.appending("weftd.sock")
            let troubles = Troubles()
            let server = NodeControlServer(
                path: path,
                group: group,
                version: "0.1.0",
                limits: limits,
                identification: identification,
                report: { error in troubles.noted.withLock { $0.append(error) } },
                handler: handler
            )
            try server.start()
            defer { server.stop() }
            let client = NodeControlClient(path: path, patience: .seconds(30))
            return try body(RunningServer(path: path, server: server, client: client, troubles: troubles))
        }
    }

    /// Runs `body` with an empty folder whose path is short enough for a socket's address.
    static func withFolder<Value>(_ body: (FilePath) throws -> Value) throws -> Value {
        let path = "/tmp/weft-control-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o755]
        )
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(FilePath(path))
    }
}

/// A connection on which a test can send anything.
final class RawConnection {
    let socket: StreamSocket
    private var channel: MessageChannel

    init(_ path: FilePath) throws {
        let address = try Required.value(SocketAddress(path))
        let socket = StreamSocket(owning: try SocketAddress.makeSocket().get())
        guard address.withSockaddr({ connect(socket.descriptor, $0, $1) }) == 0 else {
            throw Errno(rawValue: errno)
        }
        self.socket = socket
        channel = MessageChannel(socket, limit: 256 << 20)
    }

    /// Sends bytes as they are.
    func send(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { bytes in try socket.send(bytes, until: .now + .seconds(20)) }
    }

    /// Sends text and a NUL.
    func call(_ text: String) throws {
        try send(Array(text.utf8) + [0])
    }

    /// The next answer; `nil` when the server has closed.
    func answer() throws -> String? {
        try channel.next(idle: .seconds(20), receiving: .seconds(20))
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// Says that nothing more comes.
    func endOutput() {
        shutdown(socket.descriptor, Int32(SHUT_WR))
    }

    /// Waits until the server has closed, without reading.
    func waitUntilClosed() -> Bool {
        var entry = pollfd(fd: socket.descriptor, events: 0, revents: 0)
        return poll(&entry, 1, 20_000) == 1 && Int32(entry.revents) & POLLHUP != 0
    }
}

enum Required {
    struct Missing: Error {}

    static func value<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Missing() }
        return value
    }
}

/// Says of every caller what the test put in.
struct FixedIdentification: CallerIdentification {
    var credentials: PeerCredentials

    init(uid: UInt32, gid: UInt32, groups: [UInt32] = []) {
        credentials = PeerCredentials(pid: 77, uid: uid, gid: gid, groups: groups)
    }

    func identify(_: Int32) throws(SystemError) -> PeerCredentials {
        credentials
    }
}
