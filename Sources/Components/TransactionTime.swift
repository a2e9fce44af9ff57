/// When a package manager changed packages, as its own log tells, which is to the second.
///
/// *Units*: nanoseconds since the epoch, in whole seconds.
public struct TransactionTime: Hashable, Sendable {
    /// The second in which it began.
    public var began: Int64
    /// The second in which it ended.
    public var ended: Int64

    /// A time from the seconds in which it began and ended.
    public init(began: Int64, ended: Int64) {
        self.began = began * Self.second
        self.ended = ended * Self.second
    }

    /// How much the log leaves open.
    public static let second: Int64 = 1_000_000_000
}
