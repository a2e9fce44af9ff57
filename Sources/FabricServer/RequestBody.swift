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
    func decode<Value: Decodable & Sendable>(_ type: Value.Type) async throws -> Value {
        let body = try await jsonBody()
        return try await Self.decoded(body.readableBytes) {
            let text = Array(body.readableBytesView)
            try StrictJSON.check(text)
            return try JSONDecoder().decode(type, from: Data(text))
        }
    }

    /// What `decode` makes of a text of `count` bytes.
    ///
    /// - Throws: `invalidRequest`, which says where the text is wrong, for a `DecodingError`.
    static func decoded<Value: Sendable>(
        _ count: Int,
        _ decode: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        do {
            return try await processed(count, decode)
        } catch let error as DecodingError {
            throw APIError(error)
        }
    }

    /// What `process` makes of up to `count` bytes; many of them not on the connection's event loop, which serves others.
    static func processed<Value: Sendable>(
        _ count: Int,
        _ process: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        guard count > longestOnLoop else { return try process() }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) { try process() }
    }

    private static let longestOnLoop = 64 << 10

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
                return try await Self.processed(limit) {
                    try Deflate.decompress(Array(packed.readableBytesView), limit: limit)
                }
            } catch let error as CompressionError where error.code == .tooLarge {
                throw APIError(.bodyTooLarge, "a content may have at most \(limit) bytes, before compression")
            } catch let error as CompressionError {
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
