public import FabricModel

extension AccountComponent {
    /// Says of accounts that came as others went, which of them are the same with another name; and of users who have
    /// another primary group, whether the private one is gone.
    public func finish(_ changes: [Change]) throws(ComponentsError) -> [Change] {
        var feedback = AccountFeedback(changes)
        feedback.noteRenames()
        if feedback.hasLeftGroups { feedback.noteLostGroups(in: try read()) }
        return feedback.changes
    }
}
