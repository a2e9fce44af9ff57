import CZlib
import Compression
import Testing

@Suite("Deflate")
struct DeflateTests {
    /// A text to compress, named so that a test's log does not hold its bytes.
    struct Sample: CustomTestStringConvertible {
        let testDescription: String
        let bytes: [UInt8]
    }

    static let samples = [
        Sample(testDescription: "nothing", bytes: []),
        Sample(testDescription: "one byte", bytes: [0]),
        Sample(testDescription: "a line", bytes: Array("Port 22\n".utf8)),
        Sample(testDescription: "1 MiB of one letter", bytes: Array(repeating: 0x61, count: 1 << 20)),
        Sample(testDescription: "70,000 bytes of noise", bytes: noise(70_000)),
    ]

    /// Bytes that do not compress, the same at every run.
    static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 88_172_645_463_325_252
        return (0..<count)
            .map { _ in
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                return UInt8(truncatingIfNeeded: state >> 32)
            }
    }

    @Test("what was compressed unpacks to the same bytes", arguments: samples, [-5, 0, 1, 6, 9, 40])
    func roundTrip(sample: Sample, level: Int) throws {
        let sample = sample.bytes
        let packed = Deflate.compress(sample, level: level)
        #expect(try Deflate.decompress(packed, limit: sample.count) == sample)
    }

    @Test("the format is zlib's own, as other programs read it")
    func format() {
        let text = Array("Port 22\n".utf8)
        let packed = Deflate.compress(text)
        var output = [UInt8](repeating: 0, count: 64)
        var count = UInt(output.count)
        #expect(uncompress(&output, &count, packed, UInt(packed.count)) == Z_OK)
        #expect(Array(output.prefix(Int(count))) == text)
        #expect(packed.starts(with: [0x78]))
    }

    @Test("one compressor gives for each text what a new one gives")
    func reuse() {
        let compressor = Compressor(level: 3)
        for sample in (Self.samples + Self.samples.reversed()).map(\.bytes) {
            #expect(compressor.compress(sample) == Deflate.compress(sample, level: 3))
        }
    }

    @Test("the pieces handed to a sink are the stream", arguments: samples)
    func pieces(sample: Sample) throws {
        let sample = sample.bytes
        var packed: [UInt8] = []
        var most = 0
        let compressor = Compressor(level: 1)
        sample.withUnsafeBytes { buffer in
            compressor.compress(buffer) { piece in
                packed += piece
                most = max(most, piece.count)
            }
        }
        #expect(try Deflate.decompress(packed, limit: sample.count) == sample)
        #expect(most <= 1 << 16)
    }

    @Test("a compressor whose sink failed can be used again")
    func failingSink() throws {
        struct Full: Error {}
        let compressor = Compressor()
        let sample = Self.noise(300_000)
        #expect(throws: Full.self) {
            try sample.withUnsafeBytes { buffer in
                try compressor.compress(buffer) { _ throws(Full) in throw Full() }
            }
        }
        #expect(try Deflate.decompress(compressor.compress(sample), limit: sample.count) == sample)
    }

    @Test("a stream of exactly the limit passes, one byte more is refused", arguments: samples.dropFirst())
    func limit(sample: Sample) throws {
        let sample = sample.bytes
        let packed = Deflate.compress(sample)
        #expect(try Deflate.decompress(packed, limit: sample.count).count == sample.count)
        #expect(throws: CompressionError.self) { try Deflate.decompress(packed, limit: sample.count - 1) }
    }

    @Test("a bomb is refused at the limit and not unpacked beyond it")
    func bomb() throws {
        // 64 MiB of zeros in 64 kB.
        let compressor = Compressor(level: 9)
        let zeros = [UInt8](repeating: 0, count: 64 << 20)
        let packed = compressor.compress(zeros)
        #expect(packed.count < 1 << 17)
        let error = #expect(throws: CompressionError.self) { try Deflate.decompress(packed, limit: 1 << 16) }
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains("65536") == true)
    }

    @Test("a stream that was cut off is told from a damaged one")
    func truncated() throws {
        let packed = Deflate.compress(Self.noise(5000))
        for length in [0, 1, 2, 100, packed.count - 1] {
            let error = #expect(throws: CompressionError.self) {
                try Deflate.decompress(Array(packed.prefix(length)), limit: 1 << 20)
            }
            #expect(error?.code == .truncated, "\(length) bytes")
        }
    }

    @Test("what is no zlib stream is refused as damaged")
    func damaged() throws {
        var flipped = Deflate.compress(Array("a text that is long enough to be damaged in its middle".utf8))
        flipped[flipped.count - 1] ^= 1
        let trailing = Deflate.compress([1, 2, 3]) + [0]
        for bytes in [Array("GET / HTTP/1.1".utf8), flipped, trailing, [0x1F, 0x8B, 8, 0]] {
            let error = #expect(throws: CompressionError.self) {
                try Deflate.decompress(bytes, limit: 1 << 20)
            }
            #expect(error?.code == .damaged)
        }
    }

    @Test("a limit of zero takes an empty stream only, a negative one is no limit of more")
    func zeroLimit() throws {
        #expect(try Deflate.decompress(Deflate.compress([]), limit: 0).isEmpty)
        #expect(throws: CompressionError.self) { try Deflate.decompress(Deflate.compress([1]), limit: 0) }
        #expect(throws: CompressionError.self) { try Deflate.decompress(Deflate.compress([1]), limit: -1) }
        #expect(try Deflate.decompress(Deflate.compress([1]), limit: .max) == [1])
    }

    @Test("an error says what is wrong in words", arguments: CompressionError.Code.allCases)
    func description(code: CompressionError.Code) {
        #expect("\(CompressionError(code, "was cut off"))" == "was cut off")
        #expect(code.rawValue.contains("-"))
    }
}
