import ArgumentParser
import FabricServer
import FoundationEssentials
import Glibc
import Settings

/// How the program ends when it could not do what it was asked: a line on standard error, or JSON, and the exit status.
///
/// 1 failed, 2 usage or settings.
struct Failure {
    private struct Content: Encodable {
        var code: String
        var message: String
        var subject: String?
    }

    private let text: String
    private let content: Content
    private let status: Int32

    init(_ error: any Error) {
        switch error {
        case let error as ServerError:
            text = "weft-server: \(error)"
            content = Content(code: error.code.rawValue, message: error.message, subject: error.subject)
            status = error.isUsage ? 2 : 1
        case let error as SettingsError:
            text = "weft-server: \(error)"
            content = Content(
                code: ServerError.Code.invalidSetting.rawValue,
                message: [error.key, error.message].compactMap(\.self).joined(separator: ": "),
                subject: error.file
            )
            status = 2
        default:
            let code = WeftServerProgram.exitCode(for: error)
            let isUsage = code == .validationFailure
            text = WeftServerProgram.fullMessage(for: error)
            content = Content(
                code: isUsage ? "usage" : "internal-error",
                message: WeftServerProgram.message(for: error)
            )
            status = isUsage ? 2 : code.rawValue
        }
    }

    /// Says what is wrong, or the help that was asked for, and ends the program.
    func exit() -> Never {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if status != 0, CommandLine.arguments.contains("--json"),
            let json = try? encoder.encode(["error": content])
        {
            Output.errors.write(String(decoding: json, as: UTF8.self) + "\n")
            Glibc.exit(status)
        }
        (status == 0 ? Output.result : .errors).write(text.isEmpty ? "" : text + "\n")
        Glibc.exit(status)
    }
}
