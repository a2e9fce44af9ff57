import FabricAPI
import HTTPTypes

/// The one table of HTTP statuses: what an error's code is on the wire.
extension APIError.Code {
    var status: HTTPResponse.Status {
        switch self {
        case .invalidRequest, .ambiguousID: .badRequest
        case .unauthenticated, .tokenExpired, .certificateExpired, .certificateRevoked: .unauthorized
        case .forbidden, .tokenUsed: .forbidden
        case .unknownRoute, .unknownNode, .unknownCommit, .unknownChange, .unknownTag, .unknownRevision,
            .unknownContent, .unknownToken, .unknownFacts, .unknownWebhook:
            .notFound
        case .wrongMethod: .methodNotAllowed
        case .nameTaken, .alreadyRegistered, .tagInUse, .alreadyDecided, .conflict, .commitMismatch: .conflict
        case .contentRedacted, .unknownCursor: .gone
        case .bodyTooLarge: .contentTooLarge
        case .digestMismatch, .secretContent, .contentNotKept, .missingContents: .unprocessableContent
        case .unavailable: .serviceUnavailable
        case .internalError: .internalServerError
        }
    }
}
