import FabricAPI
import FabricClient
import FabricModel
import LinuxSystem
import NodeControl

/// An error as a person or a script gets to see it, with the exit status that goes with it.
///
/// *Shape* with `--json`: `{"error":{"code","message","subject"}}` on standard error.
struct FailureReport: Encodable {
    struct Content: Encodable {
        var code: String
        var message: String
        var subject: String?
    }

    private enum CodingKeys: String, CodingKey {
        case error
    }

    var error: Content
    var status: ExitStatus

    private init(_ code: String, _ subject: String?, _ message: String, _ status: ExitStatus) {
        error = Content(code: code, message: message, subject: subject)
        self.status = status
    }

    init(_ error: any Error) {
        switch error {
        case let error as ClientError:
            let code = error.refusal?.code.rawValue ?? error.code.rawValue
            self.init(code, error.subject, error.message, ExitStatus(error))
        case let error as NodeControlError:
            let message = error.cause.map { "\(error.message) (\($0))" } ?? error.message
            self.init(error.code.rawValue, error.subject, message, ExitStatus(error.code))
        case let error as CommandError:
            self.init(error.code.rawValue, error.subject, error.message, ExitStatus(error.code))
        case let error as ModelError:
            self.init(error.code.rawValue, error.subject, error.message, ExitStatus(error.code))
        case let error as SystemError:
            self.init(error.code.rawValue, error.subject, error.message, ExitStatus(error.code))
        default:
            self.init("internal-error", nil, "\(error)", .failed)
        }
    }

    /// `weft: subject: message`; a message may go on in further lines.
    var lines: [Text] {
        let subject = error.subject.map { Text($0.isEmpty ? "''" : $0) + ": " } ?? ""
        let message = error.message.lines
        return [Text("weft: ") + subject + Text(message.first ?? "")] + message.dropFirst().map { Text($0) }
    }
}
