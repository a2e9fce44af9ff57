/// Where a command reads and writes.
struct Console {
    /// Writes to standard output.
    var write: (String) -> Void
    /// Writes to standard error, after everything that was written to standard output.
    var writeError: (String) -> Void
    /// Reads a line of standard input without its end; `nil` at the end of the input.
    var readLine: () -> String?
    /// Asks on the terminal for a line that is not shown; `nil` when it is given up.
    ///
    /// - Throws: `CommandError` with code `interrupted`.
    var readSecret: (_ prompt: String) throws(CommandError) -> String?
    /// Whether a person sits before standard input.
    var isInputTerminal: Bool
    /// Whether standard output shows colours.
    var hasColour: Bool
    /// The terminal's columns; `nil` where standard output is none.
    var width: Int?
}
