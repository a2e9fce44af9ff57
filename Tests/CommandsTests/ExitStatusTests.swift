import FabricAPI
import FabricClient
import FabricModel
import LinuxSystem
import NodeControl
import Testing

@testable import Commands

@Suite("Exit status")
struct ExitStatusTests {
    @Test("the numbers are those of the manual")
    func numbers() {
        #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 11, 12, 13, 130])
    }

    @Test("what the server says has its status", arguments: APIError.Code.allCases)
    func server(code: APIError.Code) {
        let expected: [APIError.Code: ExitStatus] = [
            .unauthenticated: .notAuthorised, .tokenExpired: .notAuthorised,
            .certificateExpired: .notAuthorised,
            .certificateRevoked: .notAuthorised, .forbidden: .notAuthorised, .tokenUsed: .notAuthorised,
            .conflict: .conflict, .secretContent: .conflict, .contentNotKept: .conflict,
            .contentRedacted: .conflict,
            .alreadyDecided: .conflict, .alreadyRegistered: .conflict,
            .nameTaken: .conflict, .tagInUse: .conflict, .commitMismatch: .conflict,
            .unavailable: .unreachable,
        ]
        let refusal = ClientError(.refused, "s", "m", refusal: APIError(code, "m"))
        #expect(ExitStatus(code) == expected[code] ?? .failed)
        #expect(FailureReport(refusal).status == ExitStatus(code))
        #expect(FailureReport(refusal).error.code == code.rawValue)
    }

    @Test("what comes of asking the server has its status", arguments: ClientError.Code.allCases)
    func client(code: ClientError.Code) {
        let expected: [ClientError.Code: ExitStatus] = [
            .unreachable: .unreachable, .timedOut: .unreachable, .tlsFailed: .unreachable,
            .invalidAddress: .usage, .notAccepted: .notAuthorised, .invalidRequest: .usage,
        ]
        let report = FailureReport(ClientError(code, "s", "m"))
        #expect(report.status == expected[code] ?? .failed)
        #expect(report.error.code == code.rawValue)
    }

    @Test("what the daemon says has its status", arguments: NodeControlError.Code.allCases)
    func daemon(code: NodeControlError.Code) {
        let expected: [NodeControlError.Code: ExitStatus] = [
            .notPermitted: .notAuthorised,
            .unreachable: .unreachable, .connectionLost: .unreachable, .busy: .unreachable,
            .unavailable: .unreachable,
            .changedMeanwhile: .conflict, .contentNotKept: .conflict,
        ]
        let report = FailureReport(NodeControlError(code, "m", subject: "s"))
        #expect(report.status == expected[code] ?? .failed)
        #expect(report.error.code == code.rawValue)
    }

    @Test("what a command finds wrong has its status", arguments: CommandError.Code.allCases)
    func command(code: CommandError.Code) {
        let expected: [CommandError.Code: ExitStatus] = [
            .usage: .usage, .needsConfirmation: .usage, .notLoggedIn: .notAuthorised,
            .interrupted: .interrupted, .unresolved: .conflict,
        ]
        let report = FailureReport(CommandError(code, "s", "m"))
        #expect(report.status == expected[code] ?? .failed)
        #expect(report.error.code == code.rawValue)
    }

    @Test("what cannot be read as a name or key is a usage error", arguments: ModelError.Code.allCases)
    func model(code: ModelError.Code) {
        #expect(FailureReport(ModelError(code, "s", "m")).status == .usage)
    }

    @Test("what the system refuses is a failure", arguments: SystemError.Code.allCases)
    func system(code: SystemError.Code) {
        let report = FailureReport(SystemError(code, .open, "s".utf8, "m"))
        #expect(report.status == (code == .changed ? .conflict : .failed))
    }
}
