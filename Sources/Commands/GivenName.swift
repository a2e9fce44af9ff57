/// Names that were given on the command line.
enum GivenName {
    /// Refuses a name without a character that shows, such as a shell's variable that is not set.
    ///
    /// `argument` is how the help calls it.
    /// - Throws: `CommandError` with code `usage`.
    static func check(_ name: String?, _ argument: String, _ way: String) throws(CommandError) {
        guard let name, !name.contains(where: { !$0.isWhitespace }) else { return }
        throw CommandError(.usage, argument, "it is empty; \(way)")
    }

    /// Refuses an empty id of a commit.
    ///
    /// - Throws: `CommandError` with code `usage`.
    static func checkCommit(_ id: String) throws(CommandError) {
        try check(id, "<id>", "'weft queue' shows the ids of commits")
    }

    /// Refuses an empty name of a node.
    ///
    /// - Throws: `CommandError` with code `usage`.
    static func checkNode(_ name: String, _ argument: String = "<node>") throws(CommandError) {
        try check(name, argument, "'weft node list' shows the nodes")
    }
}
