import ArgumentParser
import FabricServer
import Glibc
import Settings

/// How the program ends when it could not do what it was asked: a line on standard error, and the exit status.
///
/// 1 failed, 2 usage or settings.
struct Failure {
    private let text: String
    private let status: Int32

    init(_ error: any Error) {
        switch error {
        case let error as ServerError:
            text = "weft-server: \(error)"
            status = error.isUsage ? 2 : 1
        case let error as SettingsError:
            text = "weft-server: \(error)"
            status = 2
        default:
            let code = WeftServerProgram.exitCode(for: error)
            text = WeftServerProgram.fullMessage(for: error)
            status = code == .validationFailure ? 2 : code.rawValue
        }
    }

    /// Says what is wrong, or the help that was asked for, and ends the program.
    func exit() -> Never {
        (status == 0 ? Output.result : .errors).write(text.isEmpty ? "" : text + "\n")
        Glibc.exit(status)
    }
}
