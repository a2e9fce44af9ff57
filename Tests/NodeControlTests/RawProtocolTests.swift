import FabricModel
import Testing

@testable import NodeControl

@Suite("Bytes on the control socket")
struct RawProtocolTests {
    static let getStatus = #"{"method":"io.weft.Node.GetStatus"}"#
    static let barrier = #"{"method":"io.weft.Node.Barrier","parameters":{}}"#

    static func name(_ error: String) -> String { "\"error\":\"\(error)\"" }

    @Test(
        "what is no call is refused, and the connection ends",
        arguments: [
            "", "{", "nonsense", "[]", "42", "null", "{}", #"{"method":7}"#, #"{"method":null}"#,
            #"{"parameters":{}}"#, #"{"method":"io.weft.Node.Barrier","more":"yes"}"#,
            #"{"method":"io.weft.Node.Barrier","oneway":1}"#, "{\"method\":\"io.weft.Node.Barrier\"}}",
            String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
        ]
    )
    func malformed(text: String) throws {
        try RunningServer.with { running in
            let raw = try RawConnection(running.path)
            try raw.send(Array(text.utf8) + [0] + Array(Self.barrier.utf8) + [0])
            #expect(try raw.answer()?.contains(Self.name("io.weft.Node.MalformedMessage")) == true)
            #expect(try raw.answer() == nil)
            try running.client.barrier()
        }
    }

    @Test("bytes that are not UTF-8 are refused")
    func notUTF8() throws {
        try RunningServer.with { running in
            let raw = try RawConnection(running.path)
            try raw.send([0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x7D, 0])
            #expect(try raw.answer()?.contains(Self.name("io.weft.Node.MalformedMessage")) == true)
            #expect(try raw.answer() == nil)
        }
    }

    @Test("a call over the limit is refused while it still comes, and says the limit")
    func tooLarge() throws {
        try RunningServer.with { running in
            let raw = try RawConnection(running.path)
            do throws(StreamFailure) {
                let bytes = [UInt8](repeating: UInt8(ascii: " "), count: 8 << 20)
                try raw.sendAll(bytes)
            } catch {
                #expect(error == .closed)
            }
            let answer = try raw.answer()
            #expect(answer?.contains(Self.name("io.weft.Node.MessageTooLarge")) == true)
            #expect(answer?.contains("1048576") == true)
        }
    }

    @Test("a call of exactly the limit is taken, and one byte more is not", arguments: [0, 1])
    func limit(excess: Int) throws {
        let limits = NodeControlLimits(call: 4096)
        try RunningServer.with(limits: limits) { running in
            let raw = try RawConnection(running.path)
            let padding = String(repeating: " ", count: 4096 + excess - Self.barrier.utf8.count)
            try raw.call(Self.barrier + padding)
            let answer = try raw.answer()
            #expect(answer == #"{"parameters":{}}"# || excess == 1)
            #expect(answer?.contains("MessageTooLarge") == (excess == 1))
        }
    }

    @Test("half a call and then the end is left without an answer, and the next caller is served")
    func halfACall() throws {
        let handler = ScriptedHandler()
        try RunningServer.with(handler) { running in
            let raw = try RawConnection(running.path)
            try raw.send(Array(#"{"method":"io.weft.Node.Commit","#.utf8))
            raw.endOutput()
            #expect(try raw.answer() == nil)
            try running.client.barrier()
        }
        #expect(handler.calls == [.barrier])
    }

    @Test("a whole call without its NUL is not done")
    func noNUL() throws {
        let handler = ScriptedHandler()
        try RunningServer.with(handler, limits: NodeControlLimits(receiving: .milliseconds(50))) { running in
            let raw = try RawConnection(running.path)
            try raw.send(Array(#"{"method":"io.weft.Node.Commit"}"#.utf8))
            #expect(try raw.answer()?.contains(Self.name("io.weft.Node.MalformedMessage")) == true)
            #expect(try raw.answer() == nil)
        }
        #expect(handler.calls == [])
    }

    @Test("two calls in one write get two answers, in order")
    func pipelined() throws {
        try RunningServer.with { running in
            let raw = try RawConnection(running.path)
            try raw.send(Array(Self.barrier.utf8) + [0] + Array(Self.getStatus.utf8) + [0])
            #expect(try raw.answer() == #"{"parameters":{}}"#)
            #expect(try raw.answer()?.contains(#""name":"web1""#) == true)
        }
    }

    @Test("a call that comes byte by byte is one call")
    func byteByByte() throws {
        try RunningServer.with { running in
            let raw = try RawConnection(running.path)
            for byte in Array(Self.barrier.utf8) + [0] { try raw.send([byte]) }
            #expect(try raw.answer() == #"{"parameters":{}}"#)
        }
    }

    @Test("calls before the end of output are answered after it")
    func endOfOutput() throws {
        try RunningServer.with { running in
            let raw = try RawConnection(running.path)
            try raw.call(Self.barrier)
            raw.endOutput()
            #expect(try raw.answer() == #"{"parameters":{}}"#)
            #expect(try raw.answer() == nil)
        }
    }

    @Test("a oneway call is done and not answered, even when it fails")
    func oneway() throws {
        let handler = ScriptedHandler()
        try RunningServer.with(handler) { running in
            let raw = try RawConnection(running.path)
            try raw.call(#"{"method":"io.weft.Node.Sync","oneway":true}"#)
            try raw.call(#"{"method":"io.weft.Node.GetDiff","more":true,"oneway":true}"#)
            try raw.call(#"{"method":"io.weft.Node.Nothing","oneway":true}"#)
            try raw.call(#"{"method":"io.weft.Node.Commit","parameters":{"path":1},"oneway":true}"#)
            try raw.call(Self.barrier)
            #expect(try raw.answer() == #"{"parameters":{}}"#)
        }
        #expect(handler.calls == [.sync, .diff([]), .barrier])
    }

    @Test("with more, differences come one by one and an empty list ends them")
    func more() throws {
        try RunningServer.with { running in
            let raw = try RawConnection(running.path)
            try raw.call(#"{"method":"io.weft.Node.GetDiff","more":true}"#)
            for diff in Samples.diffs {
                let answer = try raw.answer()
                #expect(answer?.hasPrefix(#"{"continues":true,"parameters":{"diffs":[{"#) == true)
                #expect(answer?.contains(diff.change.key.name) == true)
            }
            #expect(try raw.answer() == #"{"parameters":{"diffs":[]}}"#)
            try raw.call(#"{"method":"io.weft.Node.GetDiff"}"#)
            let answer = try raw.answer()
            #expect(Samples.diffs.allSatisfy { answer?.contains($0.change.key.name) == true })
            #expect(answer?.contains("continues") == false)
        }
    }

    @Test("more changes nothing for a method that has one answer")
    func moreOfOne() throws {
        try RunningServer.with { running in
            let raw = try RawConnection(running.path)
            try raw.call(#"{"method":"io.weft.Node.Barrier","more":true}"#)
            #expect(try raw.answer() == #"{"parameters":{}}"#)
        }
    }

    @Test("an answer over the limit is an error instead, and the connection goes on")
    func answerTooLarge() throws {
        let diff = ResourceDiff(
            change: Samples.changes[0],
            before: DiffContent(text: String(repeating: "x", count: 2000)),
            after: .none
        )
        let handler = ScriptedHandler(
            diffs: [diff, diff, diff],
            contents: [UInt8](repeating: 1, count: 9000)
        )
        try RunningServer.with(handler, limits: NodeControlLimits(answer: 4096)) { running in
            let raw = try RawConnection(running.path)
            try raw.call(#"{"method":"io.weft.Node.GetDiff"}"#)
            #expect(try raw.answer()?.contains(Self.name("io.weft.Node.MessageTooLarge")) == true)
            let digest = Samples.digest.text
            try raw.call(#"{"method":"io.weft.Node.GetContent","parameters":{"digest":"\#(digest)"}}"#)
            #expect(try raw.answer()?.contains(Self.name("io.weft.Node.MessageTooLarge")) == true)
            try raw.call(Self.barrier)
            #expect(try raw.answer() == #"{"parameters":{}}"#)
        }
    }

    @Test(
        "what the interface does not have is refused by its standard error",
        arguments: [
            (#"{"method":"io.weft.Node.Reboot"}"#, "MethodNotFound", #""method":"io.weft.Node.Reboot""#),
            (
                #"{"method":"org.varlink.service.Stop"}"#, "MethodNotFound",
                #""method":"org.varlink.service.Stop""#
            ),
            (
                #"{"method":"io.weft.Server.GetStatus"}"#, "InterfaceNotFound",
                #""interface":"io.weft.Server""#
            ),
            (#"{"method":"GetStatus"}"#, "InvalidParameter", #""parameter":"method""#),
            (#"{"method":".GetStatus"}"#, "InvalidParameter", #""parameter":"method""#),
            (#"{"method":""}"#, "InvalidParameter", #""parameter":"method""#),
            (
                #"{"method":"io.weft.Node.Sync","upgrade":true}"#, "InvalidParameter",
                #""parameter":"upgrade""#
            ),
        ]
    )
    func standardErrors(call: String, error: String, parameters: String) throws {
        let handler = ScriptedHandler()
        try RunningServer.with(handler) { running in
            let raw = try RawConnection(running.path)
            try raw.call(call)
            let expected = #"{"error":"org.varlink.service.\#(error)","parameters":{\#(parameters)}}"#
            #expect(try raw.answer() == expected)
            try raw.call(Self.barrier)
            #expect(try raw.answer() == #"{"parameters":{}}"#)
        }
        #expect(handler.calls == [.barrier])
    }

    @Test("GetInfo and GetInterfaceDescription describe the service")
    func service() throws {
        try RunningServer.with { running in
            let raw = try RawConnection(running.path)
            try raw.call(#"{"method":"org.varlink.service.GetInfo"}"#)
            let info = #""interfaces":["org.varlink.service","io.weft.Node"],"product":"weftd""#
            #expect(try raw.answer()?.contains(info) == true)
            for interface in ["org.varlink.service", "io.weft.Node"] {
                let parameters = #"{"interface":"\#(interface)"}"#
                try raw.call(
                    #"{"method":"org.varlink.service.GetInterfaceDescription","parameters":\#(parameters)}"#
                )
                #expect(try raw.answer()?.contains("interface \(interface)\\n") == true)
            }
            try raw.call(
                #"{"method":"org.varlink.service.GetInterfaceDescription","parameters":{"interface":"a.b"}}"#
            )
            #expect(try raw.answer()?.contains(#""parameters":{"interface":"a.b"}"#) == true)
        }
    }
}

extension RawConnection {
    fileprivate func sendAll(_ bytes: [UInt8]) throws(StreamFailure) {
        let result = bytes.withUnsafeBytes { bytes in
            Result { () throws(StreamFailure) in try socket.send(bytes, until: .now + .seconds(20)) }
        }
        try result.get()
    }
}
