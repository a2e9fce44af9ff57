import FabricAPI
import FabricModel
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

/// What the server answered.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let body: [UInt8]

    /// The body as a value.
    func value<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try #require((200..<300).contains(status), "\(status) \(String(decoding: body, as: UTF8.self))")
        return try CanonicalJSON.decode(type, from: Data(body))
    }

    /// The refusal that it must be.
    func refusal(_ location: SourceLocation = #_sourceLocation) throws -> APIError {
        try #require(status >= 400, "\(status) is no refusal", sourceLocation: location)
        let error = try CanonicalJSON.decode(ErrorEnvelope.self, from: Data(body)).error
        #expect(!error.message.isEmpty, sourceLocation: location)
        return error
    }
}

/// Whoever makes a request.
protocol Caller: Sendable {
    /// The headers that prove it.
    var proof: HTTPFields { get }
}

/// A bearer token.
extension String: Caller {
    var proof: HTTPFields { [.authorization: "Bearer \(self)"] }
}

extension TestClientProtocol {
    /// Sends a request as somebody.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        as caller: (any Caller)?,
        headers: HTTPFields = [:],
        bytes: [UInt8]? = nil
    ) async throws -> Answer {
        var headers = headers
        if let caller { headers.append(contentsOf: caller.proof) }
        let response = try await executeRequest(
            uri: path,
            method: method,
            headers: headers,
            body: bytes.map { ByteBuffer(bytes: $0) }
        )
        return Answer(
            status: response.status.code,
            headers: response.headers,
            body: Array(response.body.readableBytesView)
        )
    }

    /// Sends a request with a value as its JSON body.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        as caller: (any Caller)?,
        _ value: some Encodable
    ) async throws -> Answer {
        try await send(method, path, as: caller, bytes: Array(CanonicalJSON.encode(value)))
    }

    /// Sends a request with a JSON text.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        as caller: (any Caller)?,
        json: String
    ) async throws -> Answer {
        try await send(method, path, as: caller, bytes: Array(json.utf8))
    }
}
