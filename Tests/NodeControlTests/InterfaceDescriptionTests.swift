import FabricModel
import Foundation
import Testing

@testable import NodeControl

/// The description and the Swift types say the same, in both directions.
@Suite("The interface description")
struct InterfaceDescriptionTests {
    private let node: VarlinkInterface
    private let service: VarlinkInterface

    init() throws {
        node = try VarlinkInterface(
            parsing: try Required.value(InterfaceDescription.text(of: "io.weft.Node"))
        )
        service = try VarlinkInterface(
            parsing: try Required.value(InterfaceDescription.text(of: "org.varlink.service"))
        )
    }

    @Test("each interface is described under its name, and no other is")
    func names() {
        #expect(node.name == "io.weft.Node")
        #expect(service.name == "org.varlink.service")
        #expect(InterfaceDescription.text(of: "io.weft.Other") == nil)
    }

    @Test("the methods are those that are served")
    func methods() {
        #expect(Set(node.methods.keys) == Set(ControlMethod.allCases.map(\.rawValue)))
        #expect(Set(service.methods.keys) == ["GetInfo", "GetInterfaceDescription"])
    }

    @Test("the parameters are those that are read")
    func parameters() {
        func names<Parameters: CallParameters>(_: Parameters.Type) -> [String] {
            Parameters.Key.allCases.map(\.stringValue)
        }
        let read: [ControlMethod: [String]] = [
            .getStatus: names(NoParameters.self), .getDiff: names(DiffParameters.self),
            .getPlan: names(NoParameters.self), .getLog: names(LogParameters.self),
            .commit: names(CommitParameters.self),
            .discard: names(DiscardParameters.self), .getContent: names(ContentParameters.self),
            .sync: names(NoParameters.self), .barrier: names(NoParameters.self),
            .confirm: names(NoParameters.self),
            .rescan: names(NoParameters.self),
        ]
        for method in ControlMethod.allCases {
            #expect(node.methods[method.rawValue]?.input.map(\.name) == read[method])
        }
    }

    @Test("the errors are those that are sent")
    func errors() throws {
        var sent: Set<String> = []
        for code in NodeControlError.Code.sentByDaemon {
            let (name, parameters) = ErrorName.encode(NodeControlError(code, "m", subject: "s"))
            let dot = try Required.value(name.lastIndex(of: "."))
            let interface = name[..<dot] == "io.weft.Node" ? node : service
            let short = String(name[name.index(after: dot)...])
            sent.insert(short)
            let fields = try Required.value(interface.errors[short])
            #expect(Set(parameters.keys) == Set(fields.map(\.name)))
        }
        #expect(sent == Set(node.errors.keys).union(service.errors.keys))
    }

    @Test("every answer fits its description, and together they use every field of it")
    func answers() throws {
        var seen: Set<String> = []
        let dispatcher = CallDispatcher(handler: ScriptedHandler(), version: "0.1.0", answerLimit: 1 << 20)
        for method in ControlMethod.allCases {
            let parameters =
                switch method {
                case .discard: #"{"path":"/etc/hosts"}"#
                case .getContent: #"{"digest":"\#(Samples.digest)"}"#
                default: "{}"
                }
            let call = #"{"method":"\#(method.fullName)","parameters":\#(parameters)}"#
            var answer = Data()
            _ = try dispatcher.answer(Array(call.utf8), from: ParameterTests.root, access: .root) {
                answer = Data($0)
            }
            let reply = try JSONDecoder().decode([String: JSONValue].self, from: answer)
            let output = try Required.value(node.methods[method.rawValue]).output
            let problems = node.check(
                try Required.value(reply["parameters"]),
                .object(output),
                at: method.rawValue,
                seen: &seen
            )
            #expect(problems == [])
        }
        #expect(node.allAnswerFields.subtracting(seen).sorted() == [])
    }

    @Test("states of every form fit their description")
    func states() throws {
        var seen: Set<String> = []
        for change in Samples.changes {
            for state in [change.before, change.after] {
                let json = try JSONDecoder().decode(JSONValue.self, from: CanonicalJSON.encode(state))
                #expect(node.check(json, .named("State"), at: "State", seen: &seen) == [])
            }
        }
    }

    @Test("values that do not fit are found out")
    func checkerFindsFaults() throws {
        var seen: Set<String> = []
        let faults: [(String, String)] = [
            (#"{"name":"root"}"#, "Account"), (#"{"name":7,"id":0}"#, "Account"), (#"{"id":"0"}"#, "Account"),
            (#"{"id":0,"more":1}"#, "Account"), (#""opened""#, "Verb"), ("[]", "Account"),
        ]
        for (text, type) in faults {
            let json = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
            #expect(node.check(json, .named(type), at: type, seen: &seen).count == 1)
        }
    }

    @Test("every value of an enumeration is described, and no other")
    func enumerations() throws {
        func values<Value: CaseIterable & RawRepresentable<String>>(_: Value.Type) -> [String] {
            Value.allCases.map(\.rawValue)
        }
        let expected: [String: [String]] = [
            "Actor.tier": values(Actor.Tier.self),
            "Package.system": values(PackageSystem.self),
            "Package.reason": ["user", "dependency"],
            "Verb": values(ChangeVerb.self),
            "Server.state": values(ServerConnection.State.self),
            "HeldResource.reason": values(HeldResource.Reason.self),
            "LogEntry.state": values(LoggedChange.State.self),
            "GetStatus.state": values(NodeStatus.State.self),
            "GetStatus.feedback": values(NodeStatus.FeedbackMode.self),
            "GetStatus.policy": values(NodeStatus.Policy.self),
            "GetPlan.policy": values(NodeStatus.Policy.self),
            "PlannedStep.fate": values(PlannedStep.Fate.self),
        ]
        #expect(node.enumerations == expected)
    }

    @Test("the limits that it states are those that hold")
    func statedLimits() throws {
        let text = try Required.value(InterfaceDescription.text(of: "io.weft.Node"))
        #expect(
            text.contains("(\(LogQuery.usualLimit) when it is missing, \(LogQuery.largestLimit) at most)")
        )
        #expect(text.contains("thousand") && NodeStatus.longestList == 1000)
        let members = ControlMethod.allCases.filter { $0.access == .group }.map(\.rawValue)
        #expect(members == ["GetStatus", "GetLog", "Barrier"])
        #expect(text.contains("may call GetStatus,\n# GetLog and Barrier;"))
        #expect(text.utf8.max() ?? 0 < 0x80)
    }
}
