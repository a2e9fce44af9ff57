import FabricModel
import Foundation
import Testing

@testable import ServerStore

struct ChangeWriterTests {
    /// Every character that JSON treats in a way of its own, and some beyond.
    private static let ugly =
        (0...0x7F).map { String(UnicodeScalar(UInt8($0))) }.joined()
        + "\u{80}\u{2028}\u{FFFF}\u{1F600}/e\u{301}"

    private static func changes() throws -> [Change] {
        var full = Sample.file("one")
        full.attributes = ["user.a": ugly, "user.B": "", "security.capability": "\\x01"]
        full.owner = AccountReference(name: ugly, id: .max)
        var link = full
        (link.type, link.content, link.target) = (.symlink, nil, "../\\xff")
        let states: [ResourceState] = [
            .absent, .file(full), .file(link), .file(Sample.file("two", mode: 0o7777)),
            .file(try Sample.withheld(.tooLarge)), .file(try Sample.withheld(.journalFull)),
            .file(try Sample.withheld(.secret(rule: ugly))), try Sample.package("1:2~rc1-3"),
            try Sample.package("1", "2", system: .dpkg), .package(PackageState(system: .rpm, instances: [])),
        ]
        let actors = [
            Actor.unknown, Actor(tier: .exact, name: ugly), Actor(tier: .strong, session: ugly),
            Actor(tier: .inferred, name: "", session: "", evidence: ugly),
        ]
        var changes: [Change] = []
        for (index, before) in states.enumerated() {
            for (other, after) in states.enumerated() {
                changes.append(
                    Change(
                        key: try ResourceKey(
                            .file,
                            bytes: Array("/etc/\(ugly.replacing("/", with: "").dropFirst())".utf8)
                        ),
                        before: before,
                        after: after,
                        at: Timestamp(microseconds: Int64(index * 100 + other) * 86_399_999_999),
                        actor: actors[(index + other) % actors.count],
                        isLate: other.isMultiple(of: 3)
                    )
                )
            }
        }
        return changes
    }

    @Test("changes are written byte for byte as the canonical encoder writes them")
    func canonical() throws {
        var writer = ChangeWriter()
        for change in try Self.changes() {
            try writer.write([change])
            #expect(try writer.finish() == String(decoding: CanonicalJSON.encode([change]), as: UTF8.self))
        }
        try writer.write([])
        #expect(writer.finish() == "[]")
    }

    @Test("changes read back as they were")
    func reading() throws {
        var writer = ChangeWriter()
        let changes = try Self.changes()
        try writer.write(changes)
        #expect(try storedValue([Change].self, writer.finish()) == changes)
        for actor in changes.map(\.actor) {
            writer.write(actor)
            #expect(try storedValue(Actor.self, writer.finish()) == actor)
        }
    }
}
