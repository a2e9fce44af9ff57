public import FabricModel

/// A component that is told of some changes, where no file tells of them.
public protocol ListeningComponent: Component {
    /// What degrades it now; `nil` for nothing.
    var problem: HealthWarning? { get }

    /// Says which resources tags have an entry for: of these more may be worth recording.
    func watch(units: Set<ResourceKey>)

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
