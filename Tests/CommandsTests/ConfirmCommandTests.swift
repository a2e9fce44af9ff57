import FabricModel
import NodeControl
import Testing

@testable import Commands

@Suite("weft confirm")
struct ConfirmCommandTests {
    @Test("it says which tags are followed back, and that none is")
    func tags() throws {
        var daemon = FakeDaemon()
        daemon.confirmed = ConfirmAnswer(tags: [
            StepBack(tag: try TagName("web"), from: 7, to: 5),
            StepBack(tag: try TagName("node:web1"), from: 2, to: 0),
        ])
        let ran = try WeftRunner(daemon: daemon).run("confirm")
        #expect(ran.status == .done)
        #expect(
            ran.output == """
                web is followed back from 7 to 5.
                node:web1 is followed back from 2 to 0.

                """
        )
        let json = try WeftRunner(daemon: daemon).run("confirm", "--json")
        #expect(json.output.contains(#""tag":"web""#) || json.output.contains(#""tag" : "web""#))
        let none = try WeftRunner(daemon: FakeDaemon()).run("confirm")
        #expect(none.output == "Nothing waits to be confirmed.\n")
    }

    @Test("a daemon that refuses it is told of")
    func refused() throws {
        var daemon = FakeDaemon()
        daemon.failure = NodeControlError(.notPermitted, "only root may do this: try again with sudo")
        let ran = try WeftRunner(daemon: daemon).run("confirm")
        #expect(ran.status != .done)
        #expect(ran.error.contains("try again with sudo"))
    }
}
