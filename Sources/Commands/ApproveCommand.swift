import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct ApproveCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Take changes of a feedback commit into a tag: all of them or none.",
        discussion: """
            Into the node's own tag, unless --into names a shared one; from there all nodes that include it get them. \
            Where more than one node changes by it, these are listed, and someone has to say yes.

            Where the tag says something else than the change began with, files are merged, line by line with diff3; the merge is \
            shown, and someone has to say yes to it. Where both changed the same, nothing is written and the exit status is \
            13, unless --edit opens an editor ($VISUAL, $EDITOR or vi) with both, or --theirs (the tag's) or --ours (the \
            change's) takes one side.

            Overrides in own tags of nodes that say what the shared tag then says are dropped; nothing changes on these nodes. \
            Units given with --restart and --reload follow the files and packages of the approval whenever a node changes them.

            Example: weft approve 4f2a91c0 --into web-server --changes 1,3-5 --restart nginx
            """
    )

    @Argument(help: "The commit's id, or the beginning or end of it or of what 'weft queue' shows.")
    var id: String
    @Option(help: ArgumentHelp("A shared tag; 'node' is the node's own tag.", valueName: "tag"))
    var into = "node"
    @OptionGroup var selection: ChangeSelection
    @Option(name: .shortAndLong, help: "The revision's message; without it the commit's.")
    var message: String?
    @OptionGroup var clash: ClashOptions
    @OptionGroup var units: UnitOptions
    @OptionGroup var consent: ConsentOptions
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        try GivenName.checkCommit(id)
        let tag = into == "node" ? nil : try TagName(into)
        let client = try context.server()
        let flags = try units.flags
        guard flags.map({ !$0.isEmpty }) ?? true else {
            throw CommandError(
                .usage,
                id,
                "an approval adds units and takes none away; 'weft tag set TAG RESOURCE --restart none' does"
            )
        }
        var approval = Approval(into: tag, changes: try selection.numbers, message: message, flags: flags)
        do {
            return try carryOut(approval, [], tag, client, context)
        } catch let error as ClientError where error.refusal?.code == .conflict {
            let merges = try resolve(&approval, client, context)
            guard approval.resolutions != nil else { throw error }
            return try carryOut(approval, merges, tag, client, context)
        }
    }

    /// Asks where somebody has to be asked, and approves.
    private func carryOut(
        _ approval: Approval,
        _ merges: [Text],
        _ tag: TagName?,
        _ client: FabricClient,
        _ context: Context
    ) throws -> ExitStatus {
        var approval = approval
        // Nothing is merged unseen, not even where nobody is asked.
        if consent.yes, !context.printer.isJSON { context.printer.write(merges) }
        let isAllowed = try consent.allow(tag, id, context, always: !merges.isEmpty) {
            approval.dryRun = true
            let plan = try client.approve(id, approval)
            return (PlannedApproval(result: plan, merges: merges), plan.nodes.count)
        }
        guard isAllowed else { return .done }
        approval.dryRun = false
        try context.printer.show(client.approve(id, approval))
        return .done
    }

    /// Resolves what clashes with the tag; the lines that show what was merged.
    private func resolve(
        _ approval: inout Approval,
        _ client: FabricClient,
        _ context: Context
    ) throws -> [Text] {
        let changes = approval.changes
        let clashes = try client.clashes(id, into: approval.into)
            .filter { changes?.contains($0.number) ?? true }
        guard !clashes.isEmpty else { return [] }
        let resolver = ClashResolver(client: client, context: context, choice: clash.choice)
        let tag = try approval.into ?? TagName(ownTagOf: client.commit(id).nodeName)
        let outcome = try resolver.resolve(clashes, with: tag)
        approval.resolutions = outcome.resolutions.isEmpty ? nil : outcome.resolutions
        return try outcome.merges.flatMap { try $0.lines(client, context.environment) + [""] }
    }
}

/// What an approval would do, which where the tag said all of it already does not show by itself.
private struct PlannedApproval: Displayable {
    var result: ApprovalResult
    /// What was merged for it.
    var merges: [Text]

    func lines(on page: Page) -> [Text] { merges + result.lines(isPlan: true) }

    func encode(to encoder: any Encoder) throws { try result.encode(to: encoder) }
}

/// For commands that decide on changes of a commit.
struct ChangeSelection: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only these changes, such as 1,3-5; without it all that wait.",
            valueName: "numbers"
        )
    )
    var changes: String?

    var numbers: [Int]? {
        get throws { try changes.map(ChangeNumbers.read) }
    }
}

extension ApprovalResult: Displayable {
    func lines(on page: Page) -> [Text] { lines(isPlan: revision == nil && !items.isEmpty) }

    /// The lines; where the tag said all of it already, only whoever asked knows whether it was a plan.
    func lines(isPlan: Bool) -> [Text] {
        var lines: [Text] = []
        if !items.isEmpty {
            lines.append(
                revision.map { Text("Approved as \($0.reference):", .green) }
                    ?? Text("This would be done:", .bold)
            )
            lines += items.map(\.line)
            lines += ReachText.lines(nodes, effects, of: items, author: author)
            lines += ReachText.lines(shadowed)
        }
        lines += dropped.lines(isPlan: isPlan)
        if !unchanged.isEmpty {
            let said =
                unchanged.count == 1 ? "Change \(unchanged[0])" : "Changes \(ChangeNumbers.write(unchanged))"
            lines.append(Text("\(said): the tag said so already."))
        }
        return lines
    }
}

extension [NodeOverride] {
    /// Which entries of own tags go.
    func lines(isPlan: Bool) -> [Text] {
        map { Text("\(isPlan ? "would drop" : "drops") the override of \($0.node): \($0.key)") }
    }
}
