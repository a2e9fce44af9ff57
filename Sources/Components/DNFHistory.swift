internal import GRDB
internal import LinuxSystem
internal import SystemPackage

/// When dnf 4 changed packages, as its history tells.
///
/// *Source*: `trans` in dnf's `history.sqlite`; a transaction that was cut off has no end.
enum DNFHistory {
    private static let count = 20

    /// The last transactions that ended, in the order in which they began; none where there is no history.
    static func transactions(in history: FilePath) throws -> [TransactionTime] {
        guard try FileStatus.at(history) != nil else { return [] }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(2)
        configuration.label = "dnf-history"
        let queue = try DatabaseQueue(path: history.string, configuration: configuration)
        let times = try queue.read { database in
            try Row.fetchAll(
                database,
                sql:
                    "SELECT dt_begin, dt_end FROM trans WHERE dt_end >= dt_begin ORDER BY id DESC LIMIT \(count)"
            )
            .map { TransactionTime(began: $0[0], ended: $0[1]) }
        }
        try queue.close()
        return times.reversed()
    }
}
