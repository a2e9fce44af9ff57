import FabricModel
import Testing

@testable import NodeControl

@Suite("Parameters of a call")
struct ParameterTests {
    @Test(
        "unknown, missing, mistyped and impossible parameters are refused by name, and nothing is done",
        arguments: [
            ("GetStatus", #"{"verbose":true}"#, "verbose"),
            ("Barrier", "[]", "parameters"),
            ("Barrier", "7", "parameters"),
            ("Commit", #"{"path":["/etc"]}"#, "path"),
            ("Commit", #"{"paths":"/etc"}"#, "paths"),
            ("Commit", #"{"paths":["etc"]}"#, "paths"),
            ("Commit", #"{"paths":["/etc/../root"]}"#, "paths"),
            ("Commit", #"{"message":7}"#, "message"),
            ("Commit", #"{"message":" \n\t"}"#, "message"),
            ("Commit", #"{"message":""}"#, "message"),
            ("GetDiff", #"{"paths":[null]}"#, "paths"),
            ("GetDiff", #"{"paths":["package:"]}"#, "paths"),
            ("GetLog", #"{"limit":0}"#, "limit"),
            ("GetLog", #"{"limit":-1}"#, "limit"),
            ("GetLog", #"{"limit":10001}"#, "limit"),
            ("GetLog", #"{"limit":1.5}"#, "limit"),
            ("GetLog", #"{"limit":99999999999999999999}"#, "limit"),
            ("GetLog", #"{"before":"7"}"#, "before"),
            ("GetLog", #"{"path":""}"#, "path"),
            ("Discard", "{}", "path"),
            ("Discard", #"{"path":null}"#, "path"),
            ("Discard", #"{"path":"/"}"#, "path"),
            ("Discard", #"{"path":"nginx"}"#, "path"),
            ("GetContent", #"{"digest":"sha256:12"}"#, "digest"),
            ("GetContent", "{}", "digest"),
        ]
    )
    func refused(method: String, parameters: String, name: String) throws {
        let handler = ScriptedHandler()
        let dispatcher = CallDispatcher(handler: handler, version: "0.1.0", answerLimit: 1 << 20)
        let call = #"{"method":"io.weft.Node.\#(method)","parameters":\#(parameters)}"#
        var answers: [String] = []
        let outcome = try dispatcher.answer(Array(call.utf8), from: Self.root, access: .root) {
            answers.append(String(decoding: $0, as: UTF8.self))
        }
        let expected =
            #"{"error":"org.varlink.service.InvalidParameter","parameters":{"parameter":"\#(name)"}}"#
        #expect(answers == [expected])
        #expect(outcome == .goOn)
        #expect(handler.calls == [])
    }

    @Test("a message over the limit is refused")
    func longMessage() throws {
        let handler = ScriptedHandler()
        try RunningServer.with(handler) { running in
            let longest = String(repeating: "é", count: CommitRequest.longestMessage / 2)
            _ = try running.client.commit(CommitRequest(message: longest))
            let error = #expect(throws: NodeControlError.self) {
                try running.client.commit(CommitRequest(message: longest + "."))
            }
            #expect(error?.code == .invalidParameter)
            #expect(error?.subject == "message")
        }
        #expect(handler.calls.count == 1)
    }

    @Test(
        "what may be missing may be null too",
        arguments: [
            ("GetLog", "null", ScriptedHandler.Call.log(LogQuery())),
            ("GetLog", "{}", .log(LogQuery(limit: 100))),
            ("GetLog", #"{"path":null,"limit":null,"before":null}"#, .log(LogQuery())),
            (
                "GetLog", #"{"limit":10000,"before":9223372036854775807}"#,
                .log(LogQuery(limit: 10_000, before: .max))
            ),
            ("GetDiff", #"{"paths":null}"#, .diff([])),
            ("GetDiff", #"{"paths":["/"]}"#, .diff([Samples.selection("/")])),
            ("Commit", #"{"message":null,"paths":null}"#, .commit(CommitRequest(), root)),
            (
                "Discard", #"{"path":"/etc/ssh/sshd_config"}"#,
                .discard(DiscardRequest(key: Samples.key), root)
            ),
            (
                "Discard", #"{"path":"file:/etc/ssh/sshd_config","expected":null}"#,
                .discard(DiscardRequest(key: Samples.key), root)
            ),
            (
                "Discard", #"{"path":"package:nginx","expected":{"absent":true}}"#,
                .discard(DiscardRequest(key: Samples.named("package:nginx"), expected: .absent), root)
            ),
        ]
    )
    func allowed(method: String, parameters: String, expected: ScriptedHandler.Call) throws {
        let handler = ScriptedHandler()
        let dispatcher = CallDispatcher(handler: handler, version: "0.1.0", answerLimit: 1 << 20)
        let call = #"{"method":"io.weft.Node.\#(method)","parameters":\#(parameters)}"#
        _ = try dispatcher.answer(Array(call.utf8), from: Self.root, access: .root) { _ in }
        #expect(handler.calls == [expected])
    }

    static let root = ControlCaller(pid: 1, uid: 0, gid: 0)
}
