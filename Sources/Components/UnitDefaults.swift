/// What a distribution makes of a unit whose package is installed.
///
/// *Source*: the records that the package manager's own scripts go by.
protocol UnitDefaults: Sendable {
    /// Whether a unit that is enabled with its package is started then, too.
    var startsWhatIsEnabled: Bool { get }

    /// What starts a unit right after its package was installed, as a state calls it.
    ///
    /// - Parameters:
    ///   - unit: The unit.
    ///   - others: Those that came with it.
    /// - Returns: Its links; none where nothing starts it.
    /// - Throws: `ComponentsError` with code `unreadableFile`.
    func links(of unit: UnitName, among others: Set<UnitName>) throws(ComponentsError) -> Set<String>

    /// Whether a removed package left a unit masked.
    ///
    /// - Throws: `ComponentsError` with code `unreadableFile`.
    func isLeftMasked(_ unit: UnitName) throws(ComponentsError) -> Bool
}
