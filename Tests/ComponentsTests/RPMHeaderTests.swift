import FabricModel
import SystemPackage
import Testing

@testable import Components

@Suite("rpm headers")
struct RPMHeaderTests {
    /// A header as rpm's database holds it.
    static func blob(_ fields: [(tag: UInt32, form: UInt32, count: UInt32, data: [UInt8])]) -> [UInt8] {
        func number(_ value: UInt32) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
        }
        var index: [UInt8] = []
        var data: [UInt8] = []
        for field in fields {
            index += number(field.tag) + number(field.form) + number(UInt32(data.count)) + number(field.count)
            data += field.data
        }
        return number(UInt32(fields.count)) + number(UInt32(data.count)) + index + data
    }

    private static let good = blob([
        (1000, 6, 1, Array("nginx\0".utf8)), (1001, 6, 1, Array("1.22\0".utf8)),
        (1002, 6, 1, Array("3.el9\0".utf8)),
        (1003, 4, 1, [0, 0, 0, 2]), (1022, 6, 1, Array("x86_64\0".utf8)),
        (1117, 8, 2, Array("a\0b\0".utf8)), (1116, 4, 2, [0, 0, 0, 0, 0, 0, 0, 1]),
        (1030, 3, 2, [0x81, 0xA4, 0x41, 0xED]),
    ])

    @Test("a package's name, version and architecture")
    func package() throws {
        try Self.good.withUnsafeBytes { bytes in
            let header = try RPMHeader(bytes)
            let package = try #require(try RPMPackage(header))
            #expect(package.name == "nginx")
            #expect(package.evr.description == "2:1.22-3.el9")
            #expect(package.arch == "x86_64")
            #expect(try header.strings(.baseNames).map { String(decoding: $0, as: UTF8.self) } == ["a", "b"])
            #expect(try header.numbers(.dirIndexes) == [0, 1])
            #expect(try header.numbers(.fileModes) == [0o100644, 0o040755])
            #expect(try header.strings(.fileDigests).isEmpty)
        }
    }

    @Test("a signing key is no package")
    func key() throws {
        let blob = Self.blob([
            (1000, 6, 1, Array("gpg-pubkey\0".utf8)), (1001, 6, 1, Array("a1b2c3d4\0".utf8)),
            (1002, 6, 1, Array("5f5e1000\0".utf8)),
        ])
        try blob.withUnsafeBytes { bytes in
            let package = try RPMPackage(RPMHeader(bytes))
            #expect(package == nil)
        }
    }

    @Test(
        "what is no header is refused",
        arguments: [
            [], [0, 0, 0, 1], Array(good.dropLast()), good + [0], [UInt8](repeating: 0xFF, count: 64),
            blob([
                (1000, 6, 1, Array("endless".utf8)), (1001, 6, 1, Array("1".utf8)),
                (1002, 6, 1, Array("1".utf8)),
            ]),
            blob([(1000, 4, 1, [0, 0, 0, 1]), (1001, 6, 1, [0x31, 0]), (1002, 6, 1, [0x31, 0])]),
            blob([(1000, 6, 1, [0])]), blob([(1, 99, 1, [0])]),
        ] as [[UInt8]]
    )
    func malformed(blob: [UInt8]) {
        #expect(throws: RPMHeader.Malformed.self) {
            try blob.withUnsafeBytes { _ = try RPMPackage(RPMHeader($0)) }
        }
    }

    @Test("no bytes crash the reader, whatever they claim to hold")
    func noise() throws {
        let filter = try ShippedPathFilter(root: "/", roots: ["/"])
        var random = SystemRandomNumberGenerator()
        for round in 0..<3_000 {
            var bytes = Self.good
            for _ in 0...(round % 4) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
                    in: 0...255,
                    using: &random
                )
            }
            bytes.withUnsafeBytes { raw in
                guard let header = try? RPMHeader(raw) else { return }
                _ = try? RPMPackage(header)
                _ = try? RPMShippedFiles(filter: filter).files(of: header, named: "x")
            }
        }
    }
}
