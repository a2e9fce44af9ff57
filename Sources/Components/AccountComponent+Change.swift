public import FabricModel

extension AccountComponent {
    /// Brings accounts to what is wanted by the system's own tools; only what differs is touched.
    ///
    /// Groups come before users, what goes comes last. Whatever needs what another request makes, or makes free, is tried
    /// again after that one. What goes by one name and comes by another gets that name, with all that it has, where that
    /// is said of it; else it goes first, and nothing that it had comes to the other one. A home that changes stays where it is with all that is in it, and an empty one is made
    /// where there is none; of a user who goes, home and mail stay.
    public func change(_ requests: [ChangeRequest]) -> [ResourceKey: ComponentsError] {
        do {
            var change = AccountChange(self, try read())
            return change.carryOut(requests)
        } catch {
            return Dictionary(requests.map { ($0.key, error) }) { first, _ in first }
        }
    }
}
