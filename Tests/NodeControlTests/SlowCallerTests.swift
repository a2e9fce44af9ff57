import FabricModel
import Glibc
import SystemPackage
import Testing

@testable import NodeControl

@Suite("Callers at the same time")
struct SlowCallerTests {
    @Test("a caller that sends half a call keeps nobody waiting, and is cut off at the time limit")
    func slowSender() throws {
        try RunningServer.with(limits: NodeControlLimits(receiving: .milliseconds(300))) { running in
            let slow = try RawConnection(running.path)
            try slow.send(Array(#"{"method":"#.utf8))
            #expect(try running.client.status() == Samples.status)
            #expect(try slow.answer()?.contains("io.weft.Node.MalformedMessage") == true)
            #expect(try slow.answer() == nil)
        }
    }

    @Test("a caller that does not read its answer keeps nobody waiting, and is cut off at the time limit")
    func slowReader() throws {
        let contents = [UInt8](repeating: 7, count: 8 << 20)
        let limits = NodeControlLimits(sending: .milliseconds(300))
        try RunningServer.with(ScriptedHandler(contents: contents), limits: limits) { running in
            let slow = try RawConnection(running.path)
            let digest = Samples.digest
            try slow.call(#"{"method":"io.weft.Node.GetContent","parameters":{"digest":"\#(digest)"}}"#)
            #expect(try running.client.status() == Samples.status)
            #expect(slow.waitUntilClosed())
        }
    }

    @Test("a caller that is silent between calls loses its place at the time limit")
    func idle() throws {
        let limits = NodeControlLimits(connections: 1, connectionsForRoot: 0, idle: .milliseconds(100))
        try RunningServer.with(limits: limits) { running in
            let silent = try RawConnection(running.path)
            try silent.call(RawProtocolTests.barrier)
            #expect(try silent.answer() == #"{"parameters":{}}"#)
            #expect(silent.waitUntilClosed())
        }
    }

    @Test("a call that is being worked on keeps no other waiting")
    func slowHandler() throws {
        let gate = Gate()
        try RunningServer.with(ScriptedHandler(onStatus: { gate.wait() })) { running in
            let client = running.client
            let slow = try BackgroundWork { Result { try client.status() } }
            #expect(gate.waitForArrival())
            try client.barrier()
            #expect(try client.log() == Samples.log)
            gate.open()
            #expect(try slow.value()?.get() == Samples.status)
        }
    }

    @Test("callers beyond the places are refused politely, and served when a place is free")
    func places() throws {
        let limits = NodeControlLimits(connections: 3, connectionsForRoot: 0)
        try RunningServer.with(limits: limits) { running in
            let first = try RawConnection(running.path)
            var others = [try Held(running.path), try Held(running.path)]
            try first.call(RawProtocolTests.barrier)
            #expect(try first.answer() == #"{"parameters":{}}"#)
            let error = #expect(throws: NodeControlError.self) { try running.client.barrier() }
            #expect(error?.code == .busy)
            others.removeLast()
            // The place is free as soon as the server has seen the end of the connection.
            var isServed = false
            for _ in 0..<10_000 where !isServed {
                do throws(NodeControlError) {
                    try running.client.barrier()
                    isServed = true
                } catch {
                    #expect(error.code == .busy)
                    sched_yield()
                }
            }
            #expect(isServed)
            #expect(others.count == 1)
        }
    }

    @Test("others than root cannot take the places that are kept for root")
    func placesForRoot() throws {
        let member = FixedIdentification(uid: 1_000_001, gid: 2)
        let limits = NodeControlLimits(connections: 3, connectionsForRoot: 2)
        try RunningServer.with(group: "bin", limits: limits, identification: member) { running in
            let held = try Held(running.path)
            let error = #expect(throws: NodeControlError.self) { try running.client.barrier() }
            #expect(error?.code == .busy)
            withExtendedLifetime(held) {}
        }
        try RunningServer.with(limits: limits) { running in
            let held = [try Held(running.path), try Held(running.path)]
            try running.client.barrier()
            withExtendedLifetime(held) {}
        }
    }

    @Test("many callers at once all get their own answer")
    func many() throws {
        // As many as there are calls: a connection that is closed counts until its thread has seen it.
        let limits = NodeControlLimits(connections: 24 * 20)
        try RunningServer.with(limits: limits) { running in
            let client = running.client
            let callers = try (0..<24)
                .map { number in
                    try BackgroundWork {
                        Result {
                            try (0..<20)
                                .map { round in
                                    let message = "caller \(number) round \(round)"
                                    return try client.commit(CommitRequest(message: message)).map(\.message)
                                        == [message]
                                }
                        }
                    }
                }
            for caller in callers {
                let answers = try Required.value(caller.value()).get()
                #expect(answers == Array(repeating: true, count: 20))
            }
        }
    }

    @Test("stopping lets a call that is being worked on answer")
    func stopWhileWorking() throws {
        let gate = Gate()
        try RunningServer.with(ScriptedHandler(onStatus: { gate.wait() })) { running in
            let (client, server) = (running.client, running.server)
            let call = try BackgroundWork { Result { try client.status() } }
            #expect(gate.waitForArrival())
            let stop = try BackgroundWork { server.stop() }
            // The socket goes first: from then on the stop is under way.
            while access(running.path.string, F_OK) == 0 { sched_yield() }
            gate.open()
            #expect(try call.value()?.get() == Samples.status)
            #expect(stop.value() != nil)
            #expect(running.reported == [])
        }
    }

    @Test("stopping does not wait for a call that does not end, and says so")
    func stopWhileStuck() throws {
        let gate = Gate()
        defer { gate.open() }
        let limits = NodeControlLimits(stopping: .milliseconds(50))
        try RunningServer.with(ScriptedHandler(onStatus: { gate.wait() }), limits: limits) { running in
            let client = running.client
            let call = try BackgroundWork { Result { try client.status() } }
            #expect(gate.waitForArrival())
            running.server.stop()
            #expect(running.reported.map(\.code) == [.busy])
            guard case .failure(let error as NodeControlError) = call.value() else {
                Issue.record("the call did not fail")
                return
            }
            #expect(error.code == .connectionLost)
        }
    }

    @Test("a caller that goes away before its answer harms nobody")
    func goneBeforeAnswer() throws {
        let gate = Gate()
        try RunningServer.with(ScriptedHandler(onStatus: { gate.wait() })) { running in
            do {
                let raw = try RawConnection(running.path)
                try raw.call(RawProtocolTests.getStatus)
                #expect(gate.waitForArrival())
            }
            gate.open()
            try running.client.barrier()
        }
    }
}

/// A connection that is served and kept open.
private final class Held {
    private let socket: StreamSocket

    init(_ path: FilePath) throws {
        let raw = try RawConnection(path)
        try raw.call(RawProtocolTests.barrier)
        _ = try Required.value(try raw.answer())
        socket = raw.socket
    }
}
