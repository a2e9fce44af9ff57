import FabricAPI
import FabricModel
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// A value as JSON, without what stands for contents unless whoever asks may read them.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let text =
            try Disclosure.hasContents
            ? CanonicalJSON.encode(value) : CanonicalJSON.encodeWithholding(value)
        return json(ByteBuffer(bytes: text), status: status)
    }

    /// A JSON text, which has nothing to withhold.
    static func json(_ text: ByteBuffer, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: text)
        )
    }

    /// A content as it is.
    static func content(_ bytes: [UInt8]) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/octet-stream", .xContentTypeOptions: "nosniff"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    /// Done, with nothing to say.
    static var done: Response { Response(status: .noContent) }

    /// A refusal or failure; what it repeats of the request moves nobody's cursor.
    static func refusal(_ error: APIError) throws -> Response {
        let error = APIError(
            error.code,
            PrintableText.escape(error.message),
            subject: error.subject.map { PrintableText.escape($0) }
        )
        var response = try json(ErrorEnvelope(error: error), status: error.code.status)
        switch error.code {
        case .unauthenticated, .tokenExpired, .certificateExpired, .certificateRevoked:
            response.headers[.wwwAuthenticate] = "Bearer"
        case .unavailable: response.headers[.retryAfter] = "5"
        default: break
        }
        return response
    }
}
