/// The programs by which a distribution changes its accounts, with everything that follows from that.
///
/// All of it blocks for as long as it takes: it belongs on a thread of its own.
public protocol AccountTools: Sendable {
    /// Does one thing.
    ///
    /// - Throws: `ComponentsError` with code `programFailed`, the command as its subject, and its status and last lines
    ///   in the message; never a hash.
    func carryOut(_ step: AccountStep) throws(ComponentsError)
}
