/// How a watcher behaves.
public struct WatchSettings: Hashable, Sendable {
    /// How long a file that stays open for writing must be quiet before it is looked at.
    public var quietPeriod: Duration
    /// The longest time between two looks at a file that is written without a pause.
    public var longestDelay: Duration
    /// How often a subtree that cannot be watched is compared with the record.
    public var pollInterval: Duration
    /// The most inotify watches to use; nil leaves it to the kernel's limit.
    public var maximumWatches: Int?

    /// Settings with the values that suit a node.
    public init(
        quietPeriod: Duration = .seconds(1),
        longestDelay: Duration = .seconds(5),
        pollInterval: Duration = .seconds(30),
        maximumWatches: Int? = nil
    ) {
        self.quietPeriod = quietPeriod
        self.longestDelay = longestDelay
        self.pollInterval = pollInterval
        self.maximumWatches = maximumWatches
    }
}
