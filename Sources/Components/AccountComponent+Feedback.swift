public import FabricModel

extension AccountComponent {
    /// Says of accounts that came as others went, which of them are the same with another name.
    public func finish(_ changes: [Change]) throws(ComponentsError) -> [Change] {
        var feedback = AccountFeedback(changes)
        feedback.noteRenames()
        return feedback.changes
    }
}
