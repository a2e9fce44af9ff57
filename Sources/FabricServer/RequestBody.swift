import Compression
import FabricAPI
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// The connection failed while a body was read; nobody is left to be answered.
struct LostConnection: Error {
    let cause: any Error
}

extension Call {
    /// The whole body.
    ///
    /// - Throws: `bodyTooLarge`, as soon as that is known.
    func body(limit: Int, of what: String) async throws -> ByteBuffer {
        let tooLarge = APIError(.bodyTooLarge, "\(what) may have at most \(limit) bytes")
        if let announced = request.headers[.contentLength].flatMap({ Int($0) }), announced > limit {
            throw tooLarge
        }
        var whole = ByteBuffer()
        var parts = request.body.makeAsyncIterator()
        while var part = try await next(&parts) {
            guard whole.readableBytes + part.readableBytes <= limit else { throw tooLarge }
            if whole.readableBytes == 0 {
                whole = part
            } else {
                whole.writeBuffer(&part)
            }
        }
        return whole
    }

    private func next(_ parts: inout RequestBody.AsyncIterator) async throws -> ByteBuffer? {
        do {
            return try await parts.next()
        } catch {
            throw LostConnection(cause: error)
        }
    }

    /// The body as a value.
    ///
    /// - Throws: `bodyTooLarge`, `invalidRequest`.
    func decode<Value: Decodable>(_ type: Value.Type) async throws -> Value {
        let body = try await jsonBody()
        return try Self.decoded { try JSONDecoder().decode(type, from: Data(body.readableBytesView)) }
    }

    /// What `decode` returns.
    ///
    /// - Throws: `invalidRequest`, which says where the text is wrong, for a `DecodingError`.
    static func decoded<Value>(_ decode: () throws -> Value) throws -> Value {
        do {
            return try decode()
        } catch let error as DecodingError {
            throw APIError(error)
        }
    }

    /// The bytes of a JSON body.
    ///
    /// - Throws: `bodyTooLarge`.
    func jsonBody() async throws -> ByteBuffer {
        try await body(limit: APILimits.jsonBody, of: "a JSON body")
    }

    /// The bytes of an uploaded content, unpacked when they come deflated (RFC 1950).
    ///
    /// - Throws: `bodyTooLarge`, `invalidRequest`.
    func content() async throws -> [UInt8] {
        let limit = APILimits.content
        switch request.headers[.contentEncoding]?.lowercased() {
        case nil, "identity":
            return try await Array(body(limit: limit, of: "a content").readableBytesView)
        case "deflate":
            // What cannot be compressed grows by five bytes in every 16 KiB.
            let packed = try await body(limit: limit + limit / 1024, of: "a compressed content")
            do {
                return try Deflate.decompress(Array(packed.readableBytesView), limit: limit)
            } catch let error where error.code == .tooLarge {
                throw APIError(.bodyTooLarge, "a content may have at most \(limit) bytes, before compression")
            } catch {
                throw APIError(.invalidRequest, "the body \(error.message)")
            }
        case let other:
            throw APIError(
                .invalidRequest,
                "a content is sent as it is, or with 'Content-Encoding: deflate'",
                subject: other
            )
        }
    }
}
