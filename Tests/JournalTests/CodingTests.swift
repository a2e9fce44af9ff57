import FabricModel
import Testing

@testable import Journal

@Suite("Stored form")
struct CodingTests {
    func decode(_ bytes: [UInt8]) throws -> ResourceState {
        try bytes.withUnsafeBytes { try StateCoding.decode($0) }
    }

    @Test("numbers of every size read back", arguments: [0, 1, 127, 128, 16_384, 1 << 62, .max] as [UInt64])
    func numbers(number: UInt64) throws {
        var writer = ByteWriter()
        writer.put(number)
        let (read, isAtEnd) = try writer.bytes.withUnsafeBytes { buffer in
            var reader = ByteReader(buffer)
            return (try reader.number(), reader.isAtEnd)
        }
        #expect(read == number)
        #expect(isAtEnd)
    }

    @Test("a number of more than 64 bits is refused")
    func overflow() {
        for bytes in [Array(repeating: 0xFF, count: 12), Array(repeating: 0xFF, count: 9) + [0x02]]
            as [[UInt8]]
        {
            #expect(throws: UnreadableRecord.self) {
                try bytes.withUnsafeBytes { buffer in
                    var reader = ByteReader(buffer)
                    _ = try reader.number()
                }
            }
        }
    }

    @Test("a state that was cut off or continued is refused", arguments: BaselineTests.states)
    func truncated(state: ResourceState) throws {
        let bytes = try #require(try StateCoding.encode(state))
        #expect(try decode(bytes) == state)
        for count in bytes.indices {
            #expect(throws: UnreadableRecord.self) { try decode(Array(bytes.prefix(count))) }
        }
        #expect(throws: UnreadableRecord.self) { try decode(bytes + [0]) }
    }

    @Test("bytes that are no state are refused or are one, and never crash")
    func garbage() {
        var refused = 0
        for seed in 1...20_000 as ClosedRange<UInt64> {
            var bytes = noise(Int(seed % 60), seed: seed)
            if !bytes.isEmpty, seed % 2 == 0 { bytes[0] = UInt8(1 + seed % 4 / 2) }
            do {
                _ = try decode(bytes)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 19_000)
    }

    @Test("a claimed length beyond the record is refused before memory is taken for it")
    func hugeLength() {
        // A package of the system named by nearly 2^63 letters.
        let bytes: [UInt8] = [2] + Array(repeating: 0xFF, count: 8) + [0x7F]
        #expect(throws: UnreadableRecord.self) { try decode(bytes) }
    }

    static let fewStates: [ResourceState] = {
        let digest = [UInt8](repeating: 7, count: 32)
            .withUnsafeBytes { ContentDigest(.keyed, rawBytes: $0) }
        let passwords: [UserState.Password?] = [
            UserState.Password.none, .notNeeded,
            digest.map { .set(digest: $0, isLocked: true, hash: "$6$a$b") },
        ]
        let users = passwords.compactMap(\.self)
            .map { password in
                UserState(
                    uid: .max,
                    group: AccountReference(name: nil, id: 0),
                    comment: "caf\\xe9",
                    home: "",
                    shell: "/bin/sh",
                    groups: ["b", "a"],
                    isSystem: true,
                    password: password,
                    aging: UserState.Aging(minimum: 0, expires: 20000, isDue: true),
                    subordinateUIDs: [.init(start: .max, count: 1)]
                )
            }
        let groups = [GroupState(gid: 0), GroupState(gid: .max, isSystem: true, guests: ["x\\xff"])]
        let services = [ServiceState(), ServiceState(links: ["multi-user.target.wants"], isRunning: true)]
        return users.map(ResourceState.user) + groups.map(ResourceState.group)
            + services.map(ResourceState.service)
    }()

    @Test(
        "accounts and services read back as they were, and not when cut off or continued",
        arguments: fewStates
    )
    func accountsAndServices(state: ResourceState) throws {
        let bytes = try #require(try StateCoding.encode(state))
        #expect(try decode(bytes) == state)
        for count in bytes.indices {
            #expect(throws: (any Error).self) { try decode(Array(bytes.prefix(count))) }
        }
        #expect(throws: (any Error).self) { try decode(bytes + [UInt8(ascii: "0")]) }
    }
}
