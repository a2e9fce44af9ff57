public import FabricModel

/// A component that is told of some changes, where no file tells of them.
public protocol ListeningComponent: Component {
    /// What degrades it, or what it looks after, now.
    ///
    /// It asks the system, so it blocks.
    var warnings: [HealthWarning] { get }

    /// Says of which resources more may be worth recording: of those with an entry, and those that are recorded.
    ///
    /// - Parameters:
    ///   - resources: These.
    ///   - wanted: What tags want of those that have an entry.
    func watch(_ resources: Set<ResourceKey>, wanted: [ResourceKey: Entry])

    /// Tells which resources are to be looked at, until it is stopped; blocks the thread.
    ///
    /// - Parameter onChange: Takes the resources, and whether somebody's order was seen. Without one, what is found is to
    ///   be recorded as late.
    func run(onChange: (_ resources: Set<ResourceKey>, _ isOrdered: Bool) -> Void)

    /// Ends ``run(onChange:)``, from any thread; for good.
    func stop()

    /// Waits until everything that happened before the call was told of.
    ///
    /// - Returns: `false` when the time ran out, or nothing tells it.
    @discardableResult
    func flush(timeout: Duration) -> Bool
}
