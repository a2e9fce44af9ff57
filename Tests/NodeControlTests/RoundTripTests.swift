import FabricModel
import Glibc
import SystemPackage
import Testing

@testable import NodeControl

@Suite("The daemon's client and server together")
struct RoundTripTests {
    @Test("every method brings back what the daemon said")
    func everyMethod() throws {
        let handler = ScriptedHandler()
        try RunningServer.with(handler) { running in
            let client = running.client
            #expect(try client.status() == Samples.status)
            #expect(try client.diff() == Samples.diffs)
            #expect(try client.plan() == Samples.plan)
            #expect(try client.log() == Samples.log)
            let message = "open port 2222\nfor the backup, café"
            let made = try client.commit(CommitRequest(message: message))
            #expect(made == [MadeCommit(id: Samples.commit, changes: 4, message: message)])
            #expect(try client.discard(DiscardRequest(key: Samples.key)) == Samples.discarded)
            #expect(try client.content(Samples.digest) == Array("Port 2222\n".utf8))
            #expect(try client.confirm() == Samples.confirmed)
            #expect(try client.sync() == SyncReport(server: Samples.status.server, sent: 3, unsent: 2))
            try client.barrier()
        }
        #expect(handler.calls.count == 10)
    }

    @Test("parameters reach the daemon as they were given, with the caller's process")
    func parameters() throws {
        let handler = ScriptedHandler()
        let ssh = Samples.selection("/etc/ssh")
        let nginx = Samples.selection("package:nginx")
        let query = LogQuery(selection: ssh, limit: 7, before: 1 << 40)
        let discard = DiscardRequest(
            key: Samples.named("file:/etc/caf\\xc3\\xa9"),
            expected: Samples.discarded.discarded
        )
        try RunningServer.with(handler) { running in
            _ = try running.client.diff(of: [ssh, nginx])
            _ = try running.client.log(query)
            _ = try running.client.commit(CommitRequest(selection: [nginx]))
            _ = try running.client.discard(discard)
        }
        let caller = ControlCaller(pid: getpid(), uid: geteuid(), gid: getegid())
        #expect(
            handler.calls == [
                .diff([ssh, nginx]),
                .log(query),
                .commit(CommitRequest(message: nil, selection: [nginx]), caller),
                .discard(discard, caller),
            ]
        )
    }

    @Test("contents of any bytes and of many come back whole", arguments: [0, 1, 3, 70_000, 5 << 20])
    func contents(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        try RunningServer.with(ScriptedHandler(contents: bytes)) { running throws in
            #expect(try running.client.content(Samples.digest) == bytes)
        }
    }

    @Test("differences come one by one, however many they are")
    func streamedDiff() throws {
        let diff = ResourceDiff(
            change: Samples.changes[0],
            before: DiffContent(text: String(repeating: "x", count: 100_000)),
            after: .none
        )
        let limits = NodeControlLimits(answer: 200_000)
        try RunningServer.with(ScriptedHandler(diffs: Array(repeating: diff, count: 40)), limits: limits) {
            running in
            var count = 0
            try running.client.diff { received in
                count += 1
                #expect(received == diff)
            }
            #expect(count == 40)
        }
    }

    @Test(
        "what the daemon refuses arrives with code, message and subject",
        arguments: NodeControlError.Code.sentByDaemon
    )
    func refusals(code: NodeControlError.Code) throws {
        let error = NodeControlError(code, "the way out", subject: "file:/etc/x\\n")
        try RunningServer.with(ScriptedHandler(failing: error)) { running in
            let received = #expect(throws: NodeControlError.self) { try running.client.status() }
            #expect(received?.code == code)
            #expect(received?.subject == error.subject)
            if !NodeControlError.Code.ofEveryService.contains(code) {
                #expect(received?.message == error.message)
            }
        }
    }

    @Test(
        "an error that only a caller can have is a failure of the daemon",
        arguments: NodeControlError.Code.seenByCaller
    )
    func callersErrors(code: NodeControlError.Code) throws {
        try RunningServer.with(ScriptedHandler(failing: NodeControlError(code, "no"))) { running in
            let received = #expect(throws: NodeControlError.self) { try running.client.barrier() }
            #expect(received?.code == .internalError)
        }
    }

    @Test("a failure in the midst of differences is told after those that came before")
    func failureWhileStreaming() throws {
        let failure = NodeControlError(.unavailable, "the journal cannot be read")
        let handler = ScriptedHandler(diffs: [Samples.diffs[0]], failingAfterDiffs: failure)
        try RunningServer.with(handler) { running in
            var received: [ResourceDiff] = []
            let error = #expect(throws: NodeControlError.self) {
                try running.client.diff { received.append($0) }
            }
            #expect(error?.code == .unavailable)
            #expect(received == [Samples.diffs[0]])
        }
    }

    @Test("a daemon that does not answer in time is given up")
    func noAnswer() throws {
        let gate = Gate()
        try RunningServer.with(ScriptedHandler(onStatus: { gate.wait() })) { running in
            defer { gate.open() }
            let client = NodeControlClient(path: running.path, patience: .milliseconds(100))
            let error = #expect(throws: NodeControlError.self) { try client.status() }
            #expect(error?.code == .connectionLost)
        }
    }

    @Test("without a daemon the error says how to start it")
    func noDaemon() throws {
        try RunningServer.withFolder { folder in
            let client = NodeControlClient(path: folder.appending("weftd.sock"))
            let error = #expect(throws: NodeControlError.self) { try client.status() }
            #expect(error?.code == .unreachable)
            #expect(error?.message.contains("systemctl start weftd") == true)
            #expect(error?.subject == folder.appending("weftd.sock").string)
        }
    }
}
