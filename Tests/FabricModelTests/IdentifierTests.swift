import FabricModel
import Foundation
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    static let time = Timestamp(seconds: 1_795_377_807)

    @Test("a new one is a UUID of version 7 with the time in front")
    func version() throws {
        for _ in 0..<500 {
            let id = CommitID.make(at: Self.time)
            #expect(try CommitID(id.text) == id)
            let uuid = try #require(UUID(uuidString: id.text))
            #expect(uuid.uuidString.lowercased() == id.text)
            #expect(uuid.uuid.6 >> 4 == 7)
            #expect(uuid.uuid.8 >> 6 == 0b10)
            let digits = id.text.replacing("-", with: "").prefix(12)
            #expect(Int64(digits, radix: 16) == Self.time.microseconds / 1000)
        }
    }

    @Test("no two are the same, and the printed ends of many differ")
    func random() {
        let ids = (0..<5000).map { _ in CommitID.make(at: Self.time) }
        #expect(Set(ids).count == 5000)
        #expect(Set(ids.map(\.short)).count > 4990)
        #expect(ids.allSatisfy { $0.short.count == 8 && $0.isAbbreviated(by: $0.short) })
    }

    @Test("all random bits of it vary")
    func randomBits() {
        var (ones, zeros) = ([UInt8](repeating: 0, count: 16), [UInt8](repeating: 0, count: 16))
        for _ in 0..<200 {
            guard let uuid = UUID(uuidString: NodeID.make(at: Self.time).text) else { continue }
            let bytes = withUnsafeBytes(of: uuid.uuid) { Array($0) }
            for index in 0..<16 {
                ones[index] |= bytes[index]
                zeros[index] |= ~bytes[index]
            }
        }
        let varying = zip(ones, zeros).map { $0 & $1 }
        #expect(varying == [0, 0, 0, 0, 0, 0, 0x0F, 0xFF, 0x3F] + [UInt8](repeating: 0xFF, count: 7))
    }

    @Test("later ones sort after earlier ones, by their text as well")
    func order() {
        let ids = (0..<300)
            .map { CommitID.make(at: Timestamp(microseconds: Self.time.microseconds + $0 * 1000)) }
        #expect(ids.sorted() == ids)
        #expect(ids.map(\.text).sorted() == ids.map(\.text))
    }

    @Test(
        "a time before 1970 or beyond 48 bits of milliseconds still gives a valid one",
        arguments: [Int64.min, -1, .max]
    )
    func oddTimes(microseconds: Int64) throws {
        let id = NodeID.make(at: Timestamp(microseconds: microseconds))
        #expect(try NodeID(id.text) == id)
    }

    @Test("the beginning or the end abbreviates it, so does the beginning of what is shown, and nothing else")
    func abbreviations() throws {
        let id = try CommitID("0199a1b2-c3d4-7e5f-8a6b-1c2d3e4f5a6b")
        for text in [
            "0", "0199a1b2", "0199a1b2-", id.text, "b", "3e4f5a6b", "3e4f", "3e4f5a6", "-1c2d3e4f5a6b",
        ] {
            #expect(id.isAbbreviated(by: text))
        }
        for text in ["", "199a", "c3d4", "e4f5", "2d3e", "3E4F5A6B", "0199a1b2c3d4", id.text + "0", " "] {
            #expect(!id.isAbbreviated(by: text))
        }
    }

    @Test(
        "what is no UUID in lower case is refused",
        arguments: [
            "", "0199a1b2", "0199a1b2-c3d4-7e5f-8a6b-1c2d3e4f5a6", "0199a1b2-c3d4-7e5f-8a6b-1c2d3e4f5a6b0",
            "0199A1B2-C3D4-7E5F-8A6B-1C2D3E4F5A6B", "0199a1b2c3d4-7e5f-8a6b-1c2d3e4f5a6b-",
            "g199a1b2-c3d4-7e5f-8a6b-1c2d3e4f5a6b",
            "0199a1b2_c3d4_7e5f_8a6b_1c2d3e4f5a6b", "０199a1b2-c3d4-7e5f-8a6b-1c2d3e4f5a",
        ]
    )
    func refused(text: String) {
        let error = #expect(throws: ModelError.self) { try NodeID(text) }
        #expect(error?.code == .invalidIdentifier)
        #expect(throws: ModelError.self) {
            try CanonicalJSON.decode(CommitID.self, from: Data("\"\(text)\"".utf8))
        }
    }
}
