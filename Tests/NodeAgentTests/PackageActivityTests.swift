import Components
import FabricModel
import Testing

@testable import NodeAgent

@Suite struct PackageActivityTests {
    private static let second = TransactionTime.second

    private func observation(changed: Int64?) -> Observation {
        Observation(
            key: ResourceKey(.file, checked: "/etc/alternatives/pager"),
            state: .absent,
            changed: changed
        )
    }

    @Test(
        "what became so while packages were changed became so while packages were being changed",
        arguments: [(100, false), (101, true), (200, true), (201, false), (nil, false)] as [(Int64?, Bool)]
    )
    func ended(_ changed: Int64?, _ isCovered: Bool) {
        #expect(PackageActivity.ended([101...200]).covers(observation(changed: changed)) == isCovered)
    }

    @Test(
        "while packages are being changed everything counts, and else nothing",
        arguments: [nil, 1] as [Int64?]
    )
    func running(_ changed: Int64?) {
        #expect(PackageActivity.running.covers(observation(changed: changed)))
        #expect(!PackageActivity.none.covers(observation(changed: changed)))
    }

    /// A transaction of whole seconds.
    private func transaction(_ began: Int64, _ ended: Int64) -> TransactionTime {
        TransactionTime(began: began, ended: ended)
    }

    @Test(
        "the last transaction ends with the database's last write, earlier ones before the second of their end"
    )
    func last() {
        let activity = PackageActivity(
            of: [transaction(10, 12), transaction(20, 21)],
            lastWrite: 21 * Self.second + 300
        )
        #expect(
            activity
                == .ended([10 * Self.second...12 * Self.second, 20 * Self.second...21 * Self.second + 300])
        )
    }

    @Test("a write of which the log knows nothing ends no transaction")
    func unlogged() {
        let activity = PackageActivity(of: [transaction(10, 12)], lastWrite: 50 * Self.second)
        #expect(activity == .ended([10 * Self.second...12 * Self.second]))
        #expect(PackageActivity(of: [], lastWrite: 50 * Self.second) == .none)
    }

    @Test("a clock that was put back makes no time that ends before it begins")
    func clock() {
        #expect(PackageActivity(of: [transaction(10, 12)], lastWrite: 5 * Self.second) == .none)
    }
}
