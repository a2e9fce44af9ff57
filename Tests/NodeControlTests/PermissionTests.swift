import Foundation
import Glibc
import LinuxSystem
import SystemPackage
import Testing

@testable import NodeControl

@Suite("Who may do what")
struct PermissionTests {
    static let daemon: UInt32 = 995
    static let weft: UInt32 = 4711
    static let forMembers = ["GetStatus", "GetLog", "Barrier"]

    @Test(
        "root and the daemon's own user have all rights, the group some, others none",
        arguments: [
            (PeerCredentials(pid: 77, uid: 0, gid: 0, groups: []), ControlAccess.root),
            (PeerCredentials(pid: 77, uid: 0, gid: 1000, groups: []), .root),
            (PeerCredentials(pid: 77, uid: daemon, gid: 1000, groups: []), .root),
            (PeerCredentials(pid: 77, uid: 1000, gid: weft, groups: []), .group),
            (PeerCredentials(pid: 77, uid: 1000, gid: 1000, groups: [10, weft]), .group),
            (PeerCredentials(pid: 77, uid: 1000, gid: 0, groups: [0, 10]), .none),
            (PeerCredentials(pid: 77, uid: weft, gid: 1000, groups: []), .none),
        ]
    )
    func access(credentials: PeerCredentials, expected: ControlAccess) {
        #expect(credentials.access(user: Self.daemon, group: Self.weft) == expected)
        if expected == .group { #expect(credentials.access(user: Self.daemon, group: nil) == .none) }
    }

    @Test(
        "each method is there for those that may call it, and refused to all others before anything is done",
        arguments: ControlMethod.allCases,
        [ControlAccess.none, .group, .root]
    )
    func matrix(method: ControlMethod, access: ControlAccess) throws {
        let handler = ScriptedHandler()
        let dispatcher = CallDispatcher(handler: handler, version: "0.1.0", answerLimit: 1 << 20)
        let parameters =
            switch method {
            case .discard: #"{"path":"/etc/hosts"}"#
            case .getContent: #"{"digest":"\#(Samples.digest)"}"#
            default: "{}"
            }
        let call = #"{"method":"\#(method.fullName)","parameters":\#(parameters)}"#
        var answer = ""
        _ = try dispatcher.answer(Array(call.utf8), from: ParameterTests.root, access: access) {
            answer = String(decoding: $0, as: UTF8.self)
        }
        let isAllowed = access == .root || access == .group && Self.forMembers.contains(method.rawValue)
        #expect(answer.contains("io.weft.Node.NotPermitted") == !isAllowed)
        #expect(handler.calls.count == (isAllowed ? 1 : 0))
    }

    @Test(
        "a caller without rights learns nothing of the service",
        arguments: ["GetInfo", "GetInterfaceDescription"]
    )
    func service(method: String) throws {
        let dispatcher = CallDispatcher(handler: ScriptedHandler(), version: "0.1.0", answerLimit: 1 << 20)
        let call = #"{"method":"org.varlink.service.\#(method)","parameters":{"interface":"io.weft.Node"}}"#
        var answer = ""
        _ = try dispatcher.answer(Array(call.utf8), from: ParameterTests.root, access: .none) {
            answer = String(decoding: $0, as: UTF8.self)
        }
        #expect(answer.contains("io.weft.Node.NotPermitted"))
        #expect(!answer.contains("weftd"))
    }

    @Test("the server asks who a caller is and gives the rights of that caller")
    func injected() throws {
        // Group 2 is bin, on every distribution.
        let member = FixedIdentification(uid: 1_000_001, gid: 1000, groups: [2])
        try RunningServer.with(group: "bin", identification: member) { running throws in
            #expect(try running.client.status() == Samples.status)
            let error = #expect(throws: NodeControlError.self) { try running.client.diff() }
            #expect(error?.code == .notPermitted)
            #expect(error?.message.contains("sudo") == true)
        }
        let stranger = FixedIdentification(uid: 1_000_001, gid: 1000)
        try RunningServer.with(group: "bin", identification: stranger) { running in
            let error = #expect(throws: NodeControlError.self) { try running.client.status() }
            #expect(error?.code == .notPermitted)
        }
    }

    @Test("the kernel names this process as the caller")
    func kernel() throws {
        try RunningServer.with { running in
            let raw = try RawConnection(running.path)
            // The listening end was made by this process too, so both ends say the same.
            let identity = try KernelIdentification().identify(raw.socket.descriptor)
            #expect((identity.pid, identity.uid, identity.gid) == (getpid(), geteuid(), getegid()))
            var groups = [gid_t](repeating: 0, count: 1024)
            let count = getgroups(1024, &groups)
            #expect(Set(identity.groups) == Set(groups.prefix(Int(count))))
        }
    }

    @Test(
        "real processes of other users get what their groups allow",
        .enabled("only root can take on another user") { geteuid() == 0 },
        arguments: [
            (groups: "2", method: "GetStatus", answer: #""name":"web1""#),
            (groups: "1,2,3,7,12", method: "GetLog", answer: #""changes":["#),
            (groups: "2", method: "GetDiff", answer: "io.weft.Node.NotPermitted"),
            (groups: "2", method: "Commit", answer: "io.weft.Node.NotPermitted"),
            (groups: "3", method: "GetStatus", answer: "PermissionError"),
        ]
    )
    func otherUsers(groups: String, method: String, answer: String) throws {
        try RunningServer.with(group: "bin") { running in
            let output = try Self.call(method, at: running.path.string, groups: groups)
            #expect(output.contains(answer), "\(output)")
        }
    }

    @Test(
        "a stranger is refused by the server even where the socket's mode would let it in",
        .enabled("only root can take on another user") { geteuid() == 0 }
    )
    func strangerAtOpenSocket() throws {
        try RunningServer.with(group: "bin") { running in
            #expect(chmod(running.path.string, 0o666) == 0)
            let output = try Self.call("GetStatus", at: running.path.string, groups: "3")
            #expect(output.contains("io.weft.Node.NotPermitted"), "\(output)")
        }
    }

    /// Calls a method as user and group 65534 with further groups, by a process of its own.
    private static func call(_ method: String, at path: String, groups: String) throws -> String {
        let program = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX)
            s.connect(sys.argv[1])
            s.sendall(b'{"method":"io.weft.Node.' + sys.argv[2].encode() + b'"}\\0')
            print(s.recv(1 << 20).decode())
            """
        let identity = ["--reuid=65534", "--regid=65534", "--groups=\(groups)"]
        return
            try CommandLineProgram.run(
                ["setpriv"] + identity + [
                    "/usr/bin/env", "-i", "/usr/bin/python3", "-c", program, path, method,
                ]
            )
            .output
    }
}
