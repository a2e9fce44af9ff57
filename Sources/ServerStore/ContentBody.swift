internal import Compression
internal import FabricModel
internal import Foundation

/// A content's bytes as they are kept: deflated where that is smaller.
struct ContentBody: Sendable {
    /// How the bytes are kept; the raw value is stored.
    enum Encoding: Int, Sendable {
        case plain = 0
        case deflated = 1
    }

    var encoding: Encoding
    var bytes: Data

    /// The body for a content.
    init(of content: [UInt8]) {
        let deflated = Deflate.compress(content)
        encoding = deflated.count < content.count ? .deflated : .plain
        bytes = Data(encoding == .deflated ? deflated : content)
    }

    /// The body of a row.
    ///
    /// - Throws: `StoreError` with code `damaged`.
    init(encoding: Int, bytes: Data, digest: ContentDigest) throws {
        guard let encoding = Encoding(rawValue: encoding) else { throw Self.damaged(digest) }
        self.encoding = encoding
        self.bytes = bytes
    }

    /// The content that this is the body of, which has `size` bytes.
    ///
    /// - Throws: `StoreError` with code `damaged`.
    func content(size: Int, digest: ContentDigest) throws -> [UInt8] {
        do {
            let content: [UInt8]
            switch encoding {
            case .plain: content = Array(bytes)
            case .deflated: content = try Deflate.decompress(Array(bytes), limit: size)
            }
            guard content.count == size else { throw Self.damaged(digest) }
            return content
        } catch let error as CompressionError {
            throw Self.damaged(digest, error)
        }
    }

    private static func damaged(_ digest: ContentDigest, _ cause: (any Error)? = nil) -> StoreError {
        StoreError(
            .damaged,
            digest.text,
            "this content does not read back; restore a copy of the database",
            cause: cause
        )
    }
}
