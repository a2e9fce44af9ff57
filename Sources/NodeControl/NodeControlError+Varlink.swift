/// What an error is on the wire.
///
/// The table is written once and read in both directions.
enum ErrorName {
    /// Errors that carry a message and a subject.
    private static let own: [NodeControlError.Code: String] = [
        .notPermitted: "NotPermitted",
        .nothingToCommit: "NothingToCommit",
        .unknownResource: "UnknownResource",
        .cannotDiscard: "CannotDiscard",
        .contentNotKept: "ContentNotKept",
        .unknownContent: "UnknownContent",
        .changedMeanwhile: "ChangedMeanwhile",
        .malformedMessage: "MalformedMessage",
        .messageTooLarge: "MessageTooLarge",
        .busy: "Busy",
        .unavailable: "Unavailable",
        .internalError: "Internal",
    ]

    /// Errors of every Varlink service, with the one parameter that each has.
    private static let standard: [NodeControlError.Code: (name: String, parameter: String)] = [
        .unknownInterface: ("InterfaceNotFound", "interface"),
        .unknownMethod: ("MethodNotFound", "method"),
        .notImplemented: ("MethodNotImplemented", "method"),
        .invalidParameter: ("InvalidParameter", "parameter"),
    ]

    /// The name and parameters under which an error is sent.
    ///
    /// Codes that only arise on the caller's side have no name of their own; a handler that throws one has failed.
    static func encode(_ error: NodeControlError) -> (name: String, parameters: [String: String]) {
        if let (name, parameter) = standard[error.code] {
            return ("\(InterfaceDescription.service).\(name)", [parameter: error.subject ?? ""])
        }
        var parameters = ["message": error.cause.map { "\(error.message) (\($0))" } ?? error.message]
        parameters["subject"] = error.subject
        return ("\(InterfaceDescription.node).\(own[error.code] ?? "Internal")", parameters)
    }

    /// The error that was sent under a name.
    static func decode(_ name: String, _ parameters: [String: String?]) -> NodeControlError {
        for (code, (standardName, parameter)) in standard
        where name == "\(InterfaceDescription.service).\(standardName)" {
            return NodeControlError(code, message(of: code), subject: parameters[parameter] ?? nil)
        }
        for (code, ownName) in own where name == "\(InterfaceDescription.node).\(ownName)" {
            let message = (parameters["message"] ?? nil) ?? "the daemon gave no reason"
            return NodeControlError(code, message, subject: parameters["subject"] ?? nil)
        }
        return NodeControlError(
            .invalidAnswer,
            "the daemon answered with an error that is not known",
            subject: name
        )
    }

    private static func message(of code: NodeControlError.Code) -> String {
        switch code {
        case .invalidParameter: "the daemon does not take this parameter, or not its value"
        case .notImplemented: "the daemon does not offer this"
        default: "the daemon does not know this; is it older than this program? Restart it after an update"
        }
    }
}
