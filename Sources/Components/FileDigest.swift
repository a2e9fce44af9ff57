internal import Crypto

/// The digests with which package managers describe contents.
public enum FileDigest {
    /// How a digest is made.
    public enum Algorithm: String, CaseIterable, Sendable {
        case md5
        case sha1
        case sha256
        case sha384
        case sha512
    }

    /// The hex digits, in lower case, of a content's digest.
    public static func hex(_ algorithm: Algorithm, of content: [UInt8]) -> String {
        switch algorithm {
        // Package managers chose these two long ago; a file that was forged to equal its package's is out of scope.
        case .md5: hex(Insecure.MD5.hash(data: content))
        case .sha1: hex(Insecure.SHA1.hash(data: content))
        case .sha256: hex(SHA256.hash(data: content))
        case .sha384: hex(SHA384.hash(data: content))
        case .sha512: hex(SHA512.hash(data: content))
        }
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}
