import FabricModel
import Testing

@testable import NodeAgent

@Suite struct PackageActivityTests {
    private static let second: Int64 = 1_000_000_000

    private func observation(changed: Int64?) -> Observation {
        Observation(
            key: ResourceKey(.file, checked: "/etc/alternatives/pager"),
            state: .absent,
            changed: changed
        )
    }

    @Test(
        "what became so between two writes of the database became so while packages were being changed",
        arguments: [(100, false), (101, true), (200, true), (201, false), (nil, false)] as [(Int64?, Bool)]
    )
    func ended(_ changed: Int64?, _ isCovered: Bool) {
        #expect(PackageActivity.ended(101...200).covers(observation(changed: changed)) == isCovered)
    }

    @Test(
        "while packages are being changed everything counts, and else nothing",
        arguments: [nil, 1] as [Int64?]
    )
    func running(_ changed: Int64?) {
        #expect(PackageActivity.running.covers(observation(changed: changed)))
        #expect(!PackageActivity.none.covers(observation(changed: changed)))
    }

    @Test("a write ends the time that began with the write before")
    func writes() {
        var writes = DatabaseWrites()
        #expect(writes.activity == .none)
        writes.add(10 * Self.second)
        #expect(writes.activity == .none)
        writes.add(100 * Self.second)
        #expect(writes.activity == .ended(10 * Self.second + 1...100 * Self.second))
        writes.add(100 * Self.second)
        #expect(writes.activity == .ended(10 * Self.second + 1...100 * Self.second))
        writes.add(200 * Self.second)
        #expect(writes.activity == .ended(100 * Self.second + 1...200 * Self.second))
    }

    @Test("calls that follow each other closely are one time, and a clock that was put back changes nothing")
    func loop() {
        var writes = DatabaseWrites()
        for second in [10, 100, 101, 130, 20] { writes.add(Int64(second) * Self.second) }
        #expect(writes.activity == .ended(10 * Self.second + 1...130 * Self.second))
    }
}
