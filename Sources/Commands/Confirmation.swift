import FabricModel

/// Asks a person before something is done to nodes.
enum Confirmation {
    /// Shows a plan and asks whether to go on; where nobody can be asked, it stays with that.
    ///
    /// - Throws: `CommandError` with code `needsConfirmation`, with `advice`, where nobody can be asked; `declined`.
    static func ask(
        _ plan: some Displayable,
        _ subject: String,
        _ advice: String,
        _ context: Context
    ) throws {
        try context.printer.show(plan)
        guard context.console.isInputTerminal, !context.printer.isJSON else {
            throw CommandError(.needsConfirmation, subject, advice)
        }
        context.console.writeError("Go on? [y/N] ")
        guard let answer = context.console.readLine(), ["y", "yes"].contains(answer.lowercased()) else {
            throw CommandError(.declined, subject, "nothing was changed")
        }
    }
}
