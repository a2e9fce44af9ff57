/// The zlib format (RFC 1950), which HTTP calls `Content-Encoding: deflate`.
public enum Deflate {
    /// Compresses bytes; for many in a row use a ``Compressor``, which keeps its 256 KiB of working memory.
    ///
    /// The level goes from 0 (stored) to 9 (smallest); values beyond are brought into that range.
    public static func compress(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
        Compressor(level: level).compress(bytes)
    }

    /// Unpacks one complete stream, to at most `limit` bytes.
    ///
    /// A stream that holds more is refused after no more than that was unpacked, so a small bomb cannot fill the
    /// memory.
    ///
    /// - Throws: `CompressionError` with code `tooLarge`, `damaged` or `truncated`.
    public static func decompress(_ bytes: [UInt8], limit: Int) throws(CompressionError) -> [UInt8] {
        try bytes.withUnsafeBufferPointer { buffer throws(CompressionError) in
            try decompress(UnsafeRawBufferPointer(buffer), limit: limit)
        }
    }

    /// Unpacks one complete stream that lies in a buffer, to at most `limit` bytes.
    ///
    /// - Throws: `CompressionError` with code `tooLarge`, `damaged` or `truncated`.
    public static func decompress(
        _ buffer: UnsafeRawBufferPointer,
        limit: Int
    ) throws(CompressionError) -> [UInt8] {
        let stream = InflateStream()
        return try stream.unpack(buffer, limit: max(0, limit))
    }
}
