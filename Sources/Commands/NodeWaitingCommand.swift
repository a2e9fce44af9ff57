import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct NodeWaitingCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "waiting",
        abstract: "List the machines that ask to be nodes, with the fingerprints of their keys.",
        discussion: """
            What a machine says of itself is its own claim; its key tells it, which 'weft status' shows there.

            Example: weft node waiting
            """
    )

    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try context.printer.show(CandidateList(candidates: context.server().candidates()))
        return .done
    }
}

extension CandidateList: Displayable {
    func lines(on page: Page) -> [Text] {
        guard !candidates.isEmpty else { return ["No machine waits to be accepted."] }
        return Array(candidates.map { $0.lines(on: page) }.joined(separator: [""]))
    }
}

extension Candidate: Displayable {
    func lines(on page: Page) -> [Text] {
        let what = isKnown ? "asks for another certificate" : "asks to be a node"
        return [
            Text("\(name)", .bold) + Text(" \(what)"),
            Text("Key:        ") + Text(fingerprint, .bold),
            Text("Id:         \(id)"),
            Text("From:       \(address ?? "(unknown)")"),
            Text("System:     \(operatingSystem ?? "(unknown)")"),
            Text("Machine id: \(machineID ?? "(unknown)")"),
            Text("Since:      \(page.dated(askedAt))"),
        ]
    }
}

extension [Candidate] {
    /// The one that a name, an id, or an id's beginning or end means.
    ///
    /// - Throws: `CommandError` with code `unknownCandidate`, also where several are meant.
    func named(_ reference: String) throws(CommandError) -> Candidate {
        let named = filter { $0.name.text == reference }
        let meant =
            named.isEmpty
            ? filter { candidate in
                reference.utf8.count >= 4
                    && (candidate.id.text.hasPrefix(reference) || candidate.id.text.hasSuffix(reference))
            } : named
        if let candidate = meant.first, meant.count == 1 { return candidate }
        throw CommandError(
            .unknownCandidate,
            EscapedText.escape(reference.utf8),
            meant.isEmpty
                ? "no machine of this name waits to be accepted; 'weft node waiting' lists those that do"
                : "several machines are meant, and one of them may be somebody else's; give the id that "
                    + "'weft status' shows on the machine: \(meant.map(\.id.text).joined(separator: ", "))"
        )
    }
}
