import Foundation
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@testable import NodeControl

@Suite("The control socket's file")
struct SocketFileTests {
    private static func server(_ path: FilePath, group: String? = nil) -> NodeControlServer {
        NodeControlServer(path: path, group: group, version: "0.1.0", handler: ScriptedHandler())
    }

    private static func status(_ path: FilePath) -> stat? {
        var status = stat()
        return lstat(path.string, &status) == 0 ? status : nil
    }

    @Test("without the group it is there for its owner alone", arguments: [nil, "no-such-group"])
    func ownerOnly(group: String?) throws {
        try RunningServer.with(group: group) { running in
            let status = try Required.value(Self.status(running.path))
            #expect(status.st_mode == S_IFSOCK | 0o600)
            #expect(status.st_uid == geteuid())
        }
    }

    @Test(
        "with the group it is there for the group too",
        .enabled("only root can give a file to any group") { geteuid() == 0 }
    )
    func group() throws {
        try RunningServer.with(group: "bin") { running in
            let status = try Required.value(Self.status(running.path))
            #expect(status.st_mode == S_IFSOCK | 0o660)
            #expect(status.st_uid == 0)
            #expect(status.st_gid == 2)
        }
    }

    @Test("stopping removes it, and callers learn that nobody is there")
    func removed() throws {
        try RunningServer.with { running in
            running.server.stop()
            #expect(Self.status(running.path) == nil)
            let error = #expect(throws: NodeControlError.self) { try running.client.barrier() }
            #expect(error?.code == .unreachable)
            running.server.stop()
        }
    }

    @Test("nothing else is left in its directory")
    func noLeftOvers() throws {
        try RunningServer.with { running throws in
            let folder = running.path.removingLastComponent().string
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["weftd.sock"])
            running.server.stop()
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
        }
    }

    @Test("a socket that a dead daemon left is replaced")
    func stale() throws {
        try RunningServer.withFolder { folder in
            let path = folder.appending("weftd.sock")
            for leftover in [path, folder.appending("weftd.sock.new")] {
                let descriptor = try SocketAddress.makeSocket().get()
                let address = try Required.value(SocketAddress(leftover))
                #expect(address.withSockaddr { bind(descriptor, $0, $1) } == 0)
                #expect(close(descriptor) == 0)
            }
            let error = #expect(throws: NodeControlError.self) { try NodeControlClient(path: path).barrier() }
            #expect(error?.code == .unreachable)
            let server = Self.server(path)
            try server.start()
            defer { server.stop() }
            try NodeControlClient(path: path).barrier()
        }
    }

    @Test("a socket that is in use stays, and the error names the process")
    func inUse() throws {
        try RunningServer.with { running in
            let error = #expect(throws: NodeControlError.self) { try Self.server(running.path).start() }
            #expect(error?.code == .alreadyRunning)
            #expect(error?.message.contains("process \(getpid())") == true)
            try running.client.barrier()
        }
    }

    @Test("a server that is started twice goes on serving")
    func startedTwice() throws {
        try RunningServer.with { running in
            let error = #expect(throws: NodeControlError.self) { try running.server.start() }
            #expect(error?.code == .alreadyRunning)
            try running.client.barrier()
        }
    }

    @Test("a stopped server can be started again")
    func restarted() throws {
        try RunningServer.with { running in
            running.server.stop()
            try running.server.start()
            try running.client.barrier()
        }
    }

    @Test("what is no socket is left alone", arguments: ["file", "directory", "symlink"])
    func notASocket(kind: String) throws {
        try RunningServer.withFolder { folder in
            let path = folder.appending("weftd.sock")
            switch kind {
            case "file": try Data("precious".utf8).write(to: URL(fileURLWithPath: path.string))
            case "directory": #expect(mkdir(path.string, 0o755) == 0)
            default: #expect(symlink("/etc/passwd", path.string) == 0)
            }
            let before = try Required.value(Self.status(path)).st_ino
            let error = #expect(throws: NodeControlError.self) { try Self.server(path).start() }
            #expect(error?.code == .cannotListen)
            #expect(Self.status(path)?.st_ino == before)
        }
    }

    @Test("another daemon's socket at the path is not removed when stopping")
    func replaced() throws {
        try RunningServer.with { running in
            #expect(unlink(running.path.string) == 0)
            let other = Self.server(running.path)
            try other.start()
            defer { other.stop() }
            running.server.stop()
            try running.client.barrier()
        }
    }

    @Test("a path in a directory that is not there is refused with the way out")
    func noDirectory() throws {
        try RunningServer.withFolder { folder in
            let path = folder.appending("run").appending("weftd.sock")
            let error = #expect(throws: NodeControlError.self) { try Self.server(path).start() }
            #expect(error?.code == .cannotListen)
            #expect(error?.message.contains("directory") == true)
        }
    }

    @Test("a path that does not fit into an address is refused, by both ends", arguments: [104, 108, 5000])
    func longPath(length: Int) throws {
        let path = FilePath("/tmp/" + String(repeating: "x", count: length - 5))
        let error = #expect(throws: NodeControlError.self) { try Self.server(path).start() }
        #expect(error?.code == .cannotListen)
        let unreachable = #expect(throws: NodeControlError.self) {
            try NodeControlClient(path: path).barrier()
        }
        #expect(unreachable?.code == .unreachable)
    }

    @Test("a path of 103 bytes, some of them not UTF-8, is served")
    func longestPath() throws {
        try RunningServer.withFolder { folder in
            var bytes = Array("\(folder.string)/\u{7F}".utf8)
            bytes.append(0xFF)
            bytes += [UInt8](repeating: UInt8(ascii: "s"), count: 103 - bytes.count)
            let path = FilePath(bytes: bytes)
            let server = Self.server(path)
            try server.start()
            defer { server.stop() }
            try NodeControlClient(path: path).barrier()
        }
    }
}
