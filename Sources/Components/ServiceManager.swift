public import FabricModel

/// How a unit is at work at one moment.
public enum UnitActivity: Hashable, Sendable {
    case running
    case stopped
    /// It ended by itself, and not well.
    case failed
    /// It is on its way to another one.
    case changing
}

/// What a service manager tells of the units that it runs.
public enum ServiceNews: Hashable, Sendable {
    /// A unit was started or stopped by somebody's order, which ended well.
    case ordered(unit: String, UnitActivity)
    /// What runs may have changed in any way: the system has started up, or news were missed.
    case unknown
}

/// The program that starts and stops services.
///
/// Units are named as it knows them. All of it blocks for as long as it takes.
public protocol ServiceManager: Sendable {
    /// What degrades it now, such as that nothing tells which units run; `nil` for nothing.
    var problem: HealthWarning? { get }

    /// Tells the news until it is stopped, trying again and again where it does not get them.
    ///
    /// - Parameters:
    ///   - isOfInterest: Whether it is recorded that a unit runs.
    ///   - onNews: Takes the news.
    func run(isOfInterest: (String) -> Bool, onNews: (ServiceNews) -> Void)

    /// Ends ``run(isOfInterest:onNews:)``, from any thread; for good.
    func stop()

    /// Waits until all news so far were told.
    ///
    /// - Returns: `false` when the time ran out, or nothing tells the news.
    func flush(timeout: Duration) -> Bool

    /// What units do; those of which nothing can be told are left out, all while the system starts up.
    ///
    /// - Throws: `ComponentsError` with code `programFailed`.
    func activity(of units: Set<String>) throws(ComponentsError) -> [String: UnitActivity]

    /// Whether something else than its enablement starts a unit when it is needed: a timer, a socket, a path, D-Bus.
    ///
    /// - Throws: `ComponentsError` with code `programFailed`.
    func isTriggered(_ unit: String) throws(ComponentsError) -> Bool

    /// Changes how a unit is started, or starts or stops it.
    ///
    /// - Throws: `ComponentsError` with code `programFailed`, the command as its subject, and the cause in its message.
    func fulfil(_ order: UnitOrder, _ unit: String) throws(ComponentsError)

    /// Reads all files of units again.
    ///
    /// - Throws: `ComponentsError` with code `programFailed`.
    func reload() throws(ComponentsError)
}

/// What a service manager can be told of a unit.
public enum UnitOrder: Hashable, Sendable {
    case mask
    case unmask
    /// To make the links that the unit's file names.
    case enable
    /// To remove all of its links.
    case disable
    /// To start it with another unit.
    case wantedBy(String)
    /// To start it with another unit, which fails without it.
    case requiredBy(String)
    case start
    case stop
    /// To start it anew, where it runs.
    case restart
    /// To have it read its settings again, where it runs; to start it anew, where it cannot.
    case reload
    /// To read the unit's files again, where they were changed since it did.
    case refresh
}
