import CZlib

/// Compresses one text after the other with the same working memory.
///
/// zlib allocates 256 KiB for each stream; on a hot path that costs more than compressing a small file. Not
/// `Sendable`: it belongs to one thread at a time.
public final class Compressor {
    // On the heap: zlib's state points back to the stream, which therefore must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    /// A compressor for one level.
    ///
    /// - Parameter level: from 0 (stored) to 9 (smallest); values beyond are brought into that range.
    public init(level: Int = 6) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let level = Int32(min(max(level, 0), 9))
        let status = deflateInit_(stream, level, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory for its state")
    }

    deinit {
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Compresses bytes into one complete stream.
    public func compress(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { compress($0) }
    }

    /// Compresses a buffer into one complete stream.
    public func compress(_ buffer: UnsafeRawBufferPointer) -> [UInt8] {
        deflateReset(stream)
        let bound = Int(deflateBound(stream, UInt(buffer.count)))
        var output: [UInt8] = []
        output.reserveCapacity(buffer.count < 1 << 20 ? bound : buffer.count / 2)
        run(buffer, piece: min(bound, 1 << 16)) { output.append(contentsOf: $0) }
        return output
    }

    /// Compresses a buffer piece by piece, so that the whole result never lies in memory.
    ///
    /// - Parameters:
    ///   - buffer: what to compress.
    ///   - sink: takes the pieces of the stream in order.
    /// - Throws: what `sink` throws; the compressor can be used again.
    public func compress<Failure: Error>(
        _ buffer: UnsafeRawBufferPointer,
        into sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        deflateReset(stream)
        try run(buffer, piece: 1 << 16, into: sink)
    }

    private func run<Failure: Error>(
        _ buffer: UnsafeRawBufferPointer,
        piece: Int,
        into sink: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let output = UnsafeMutableRawBufferPointer.allocate(byteCount: piece, alignment: 16)
        defer { output.deallocate() }
        var rest = buffer
        var isFinished = false
        while !isFinished {
            // zlib counts in 32 bits.
            let input = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(input.count))
            stream.pointee.next_in = UnsafeMutablePointer(
                mutating: input.bindMemory(to: UInt8.self).baseAddress
            )
            stream.pointee.avail_in = UInt32(input.count)
            let flush = rest.isEmpty ? Z_FINISH : Z_NO_FLUSH
            repeat {
                stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                isFinished = deflate(stream, flush) == Z_STREAM_END
                let count = output.count - Int(stream.pointee.avail_out)
                if count > 0 { try sink(UnsafeRawBufferPointer(rebasing: output[..<count])) }
            } while !isFinished && stream.pointee.avail_out == 0
        }
    }
}
