import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel
import NodeControl

struct ShowCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a feedback commit: who, when, why, and its changes with unified diffs.",
        discussion: """
            The number before a change is what --changes of 'weft approve' and 'weft reject' names. Contents need the \
            role reviewer; without it the attributes alone are shown, and the exit status is 3. Of many updates of packages \
            the first are shown.

            Below a change that is in conflict with a tag of the node stands who wants what instead, and how that differs from \
            what the file was before the change.

            Example: weft show 4f2a91c0
            """
    )

    @Argument(help: "The commit's id, or the beginning or end of it or of what 'weft queue' shows.")
    var id: String
    @Flag(help: "Show every update of a package, also where there are many.")
    var all = false
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try GivenName.checkCommit(id)
        let client = try context.server()
        let commit = try client.commit(id)
        guard !context.printer.isJSON else {
            try context.printer.showJSON(commit)
            return .done
        }
        context.printer.write(commit.header(on: context.printer.page))
        var contents = ReviewedContents(client)
        var status = ExitStatus.done
        let folded = all ? [] : commit.foldedUpdates
        let hidden = Set(folded)
        for reviewed in commit.changes {
            if reviewed.number == folded.first {
                let numbers = ChangeNumbers.write(folded)
                context.printer.write("")
                context.printer.write(
                    Text("(\(numbers)) ", .bold)
                        + Text("and \(counted(folded.count, "more update")); --all lists them")
                )
            }
            guard !hidden.contains(reviewed.number) else { continue }
            context.printer.write("")
            let text = ChangeText(
                change: reviewed.change,
                number: reviewed.number,
                notes: reviewed.notes(author: commit.author, on: context.printer.page)
            )
            context.printer.write(text.head)
            if try !writeContents(of: text, &contents, context) { status = .partlyDone }
            guard let conflict = reviewed.conflict.map({ ConflictText($0, with: reviewed.change) }) else {
                continue
            }
            context.printer.write(conflict.head(on: context.printer.page))
            guard let wanted = conflict.wanted else { continue }
            context.printer.write(wanted.attributes)
            if try !writeContents(of: wanted, &contents, context) { status = .partlyDone }
        }
        return contents.isRefused ? .partlyDone : status
    }

    /// Compares the contents, where there are any; false where that could not be done.
    private func writeContents(
        of text: ChangeText,
        _ contents: inout ReviewedContents,
        _ context: Context
    ) throws -> Bool {
        guard text.hasContent else { return true }
        let (lines, failure) = text.body(
            before: try contents.of(text.change.before),
            after: try contents.of(text.change.after),
            environment: context.environment
        )
        context.printer.write(lines)
        return failure == nil
    }
}

extension CommitDetail {
    /// What stands above the changes.
    func header(on page: Page) -> [Text] {
        let undecided = changes.filter { $0.decision == nil }.count
        let conflicts = changes.count { $0.conflict != nil }
        let state =
            undecided == 0
            ? "decided"
            : "\(undecided) of \(counted(changes.count, "change")) undecided"
                + (conflicts == 0 ? "" : ", \(counted(conflicts, "conflict"))")
        return [
            Text("commit \(id)", .yellow),
            Text("Node:    \(nodeName), its commit \(sequence)"),
            Text("Author:  \(author.long)"),
            Text("Date:    \(page.dated(at))"),
            Text("Sent:    \(trigger.label)"),
            Text("State:   \(state)"),
            "",
        ] + Text.lines(of: message, indentedBy: "    ")
    }
}

extension CommitDetail {
    /// So many updates of packages are shown of more than ``mostUpdates``.
    private static let firstUpdates = 5
    private static let mostUpdates = 10

    /// The numbers of updates of packages that are counted instead of shown: one update of a system has hundreds.
    fileprivate var foldedUpdates: [Int] {
        let updates = changes.filter {
            $0.change.key.kind == .package && ChangeVerb(of: $0.change) == .updated && $0.conflict == nil
        }
        return updates.count > Self.mostUpdates ? updates.dropFirst(Self.firstUpdates).map(\.number) : []
    }
}

extension ReviewedChange {
    /// Who made it, where that is not the commit's author, and what became of it.
    fileprivate func notes(author: Actor, on page: Page) -> [Text] {
        var notes: [Text] = []
        if change.actor.name != author.name, change.actor.tier != .unknown {
            notes.append(Text("by \(change.actor.long)"))
        }
        if let decision { notes += decision.lines(on: page) }
        return notes
    }
}

extension Decision {
    fileprivate func lines(on page: Page) -> [Text] {
        let when = "by \(by), \(page.age(of: at))"
        let what =
            switch outcome {
            case .approved:
                Text(revision.map { "approved into \($0)" } ?? "approved; the tag said so already", .green)
            case .tolerated: Text("rejected, and tolerated on the node", .red)
            case .rolledBack: Text("rejected, to be rolled back on the node", .red)
            }
        return [what + Text(" \(when)")] + Text.lines(of: reason ?? "", indentedBy: "  ")
    }
}

extension FeedbackCommit.Trigger {
    fileprivate var label: String {
        switch self {
        case .manual: "with 'weft commit'"
        case .logout: "when the last who took part had logged out"
        case .quiet: "when nothing more had happened for a while"
        case .deadline: "when it had been open for as long as it may"
        }
    }
}
