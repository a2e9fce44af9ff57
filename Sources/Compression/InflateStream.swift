import CZlib

/// zlib's state for unpacking one stream.
final class InflateStream {
    // On the heap: zlib's state points back to the stream, which therefore must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(status == Z_OK, "zlib has no memory for its state")
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    func unpack(_ input: UnsafeRawBufferPointer, limit: Int) throws(CompressionError) -> [UInt8] {
        guard input.count <= UInt32.max else {
            throw CompressionError(.tooLarge, "the compressed bytes are more than 4 GiB")
        }
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.bindMemory(to: UInt8.self).baseAddress
        )
        stream.pointee.avail_in = UInt32(input.count)
        var output: [UInt8] = []
        // One byte over the limit tells a stream that ends there from one that goes on.
        let most = limit < Int.max ? limit + 1 : limit
        while true {
            let room = min(most - output.count, max(4096, output.count, input.count * 3))
            let status = append(to: &output, room: room)
            if output.count > limit {
                throw CompressionError(.tooLarge, "unpacks to more than the limit of \(limit) bytes")
            }
            switch status {
            case Z_STREAM_END:
                guard stream.pointee.avail_in == 0 else {
                    throw CompressionError(.damaged, "has \(stream.pointee.avail_in) bytes after its end")
                }
                return output
            case Z_OK: continue
            case Z_BUF_ERROR: throw CompressionError(.truncated, "ends too early; it was cut off on its way")
            default: throw CompressionError(.damaged, "is no zlib stream, or a damaged one")
            }
        }
    }

    private func append(to output: inout [UInt8], room: Int) -> Int32 {
        var status = Z_OK
        let piece = [UInt8](unsafeUninitializedCapacity: min(room, Int(Int32.max))) { buffer, count in
            stream.pointee.next_out = buffer.baseAddress
            stream.pointee.avail_out = UInt32(buffer.count)
            status = inflate(stream, Z_NO_FLUSH)
            count = buffer.count - Int(stream.pointee.avail_out)
        }
        if output.isEmpty { output = piece } else { output += piece }
        return status
    }
}
