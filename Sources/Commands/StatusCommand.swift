import ArgumentParser
import FabricModel
import NodeControl

struct StatusCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what changed on this machine and where it stands.",
        discussion: """
            Example: weft status --exit-code
              ends with 4 where something is open, waits, was rejected or clashes.
            """
    )

    @Flag(help: "End with 4 unless the node is clean.")
    var exitCode = false
    @OptionGroup var daemon: DaemonOptions
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let status = try context.daemon(daemon).status()
        try context.printer.show(status)
        return exitCode && status.state != .clean ? .drift : .done
    }
}

extension NodeStatus: Displayable {
    func lines(on page: Page) -> [Text] {
        let parts = [
            summary, serverLines(page), open(page), held(page), planned, unsent(page), warningLines, footer,
        ]
        return Array(parts.filter { !$0.isEmpty }.joined(separator: [""]))
    }

    private var summary: [Text] {
        let style: Text.Style =
            switch state {
            case .clean: .green
            case .pending: .yellow
            case .drifted, .conflicted, .failed: .red
            }
        return [Text("\(name)", .bold) + " is " + Text(state.rawValue, style)]
    }

    private func serverLines(_ page: Page) -> [Text] {
        var line = Text("Server:  ")
        switch server.state {
        case .unconfigured: line += "none; changes are only recorded here"
        case .connecting, .connected: line += Text("\(server.address ?? "") (\(server.state.rawValue))")
        case .unreachable:
            line += Text("\(server.address ?? ""): ") + Text(server.lastError ?? "cannot be reached", .red)
        case .waiting:
            line += Text(server.address ?? "") + " (" + Text(server.state.rawValue, .yellow) + ")"
            line += Text(" \(server.lastError ?? "")")
        case .refused:
            line += Text(server.address ?? "") + " (" + Text(server.state.rawValue, .red) + ")"
            // The warning below says the same with the way out.
            if let error = server.lastError, !warnings.contains(where: { $0.message.contains(error) }) {
                line += Text(" \(error)")
            }
        }
        if ![.connected, .waiting].contains(server.state), let contact = server.lastContact {
            line += Text(", last contact \(page.age(of: contact))")
        }
        let kinds = resources.sorted { $0.key < $1.key }.map { counted($0.value, $0.key) }
        return [
            line,
            Text(
                "Watches: \(watchedDirectories == 1 ? "1 directory" : "\(watchedDirectories) directories") below \(places)"
            ),
            Text(
                "Policy:  \(policy == .apply ? "apply: it becomes what its tags say" : "observe: nothing here is changed")"
            ),
            Text("Records: \(kinds.isEmpty ? "nothing yet" : kinds.joined(separator: ", "))"),
            Text(
                "Commits: \(feedback == .auto ? "by itself at logout or when it is quiet" : "only with 'weft commit'")"
            ),
        ]
    }

    /// The watched trees, the first of them where there are many homes.
    private var places: String {
        let most = 5
        guard roots.count > most else { return roots.joined(separator: ", ") }
        return roots.prefix(most - 1).joined(separator: ", ") + " and \(roots.count - most + 1) more"
    }

    private func open(_ page: Page) -> [Text] {
        guard openChangeCount > 0 else { return [] }
        let table = Table(
            rows: openChanges.map { change in
                [
                    Text("    \(change.what.rawValue)", .yellow), Text("\(change.key)"),
                    Text(change.actor.short),
                    Text(page.age(of: change.since), .dim),
                ]
            },
            resources: [1]
        )
        return [
            Text("Open changes, in no commit yet:", .bold),
            Text(
                "  (\"weft diff\" shows them, \"weft commit -m WHY\" sends them, \"weft discard PATH\" undoes one)",
                .dim
            ),
        ] + table.lines(width: page.width) + more(openChanges.count, of: openChangeCount)
    }

    private func held(_ page: Page) -> [Text] {
        guard heldResourceCount > 0 else { return [] }
        let table = Table(
            rows: heldResources.map { held in
                let isOpen = [.undecided, .unsent].contains(held.reason)
                return [
                    Text("    \(held.reason.label)", isOpen ? .yellow : .red), Text("\(held.key)"),
                    Text(held.commit.map { "in \($0.short)" } ?? ""), Text(page.age(of: held.since), .dim),
                ]
            },
            resources: [1]
        )
        // What a reviewer said is to be read as a whole, so it has a line of its own.
        let lines = zip(table.lines(width: page.width), heldResources)
            .flatMap { line, held in
                [line] + decision(on: held, page)
            }
        return [Text("Committed, and not agreed with the server:", .bold)] + lines
            + more(heldResources.count, of: heldResourceCount)
    }

    private func decision(on held: HeldResource, _ page: Page) -> [Text] {
        let parts = [held.by.map { "by \($0)" }, held.message.map { firstLine($0) }, note(on: held)]
        let text = parts.compactMap { $0 }.joined(separator: ": ")
        return text.isEmpty ? [] : Text.wrapped(text, indentedBy: "        ", in: page.width)
    }

    /// What becomes of a change that is to be put back.
    private func note(on held: HeldResource) -> String? {
        guard held.reason == .rollBack else { return nil }
        return policy == .observe
            ? "the reviewer asks to roll it back; this node only observes" : "is to be rolled back"
    }

    private var planned: [Text] {
        var lines: [Text] = []
        if plannedSteps > 0 {
            let resources = plannedSteps == 1 ? "1 resource is" : "\(plannedSteps) resources are"
            lines.append(
                Text("\(resources) not what the tags of this machine say (\"weft plan\" shows it)", .yellow)
            )
        }
        if failedSteps > 0 {
            lines.append(Text("\(counted(failedSteps, "step")) failed (\"weft plan\" says why)", .red))
        }
        return lines
    }

    private func unsent(_ page: Page) -> [Text] {
        guard unsentCommits > 0 else { return [] }
        let since = oldestUnsent.map { ", the oldest made \(page.age(of: $0))" } ?? ""
        return [Text("\(counted(unsentCommits, "commit")) not sent yet\(since)", .yellow)]
    }

    private var warningLines: [Text] {
        warnings.map { warning in
            Text("warning: ", .red) + Text("\(warning.subject.map { "\($0): " } ?? "")\(warning.message)")
        }
    }

    private var footer: [Text] {
        let isQuiet =
            openChangeCount == 0 && heldResourceCount == 0 && unsentCommits == 0
            && plannedSteps == 0 && state == .clean
        return isQuiet ? [Text("Nothing is open: everything is as it was last decided.", .dim)] : []
    }

    private func more(_ shown: Int, of count: Int) -> [Text] {
        shown < count ? [Text("    … and \(count - shown) more", .dim)] : []
    }
}

extension HeldResource.Reason {
    fileprivate var label: String {
        switch self {
        case .unsent: "not sent yet"
        case .undecided: "waits for review"
        case .rejected, .rollBack: "rejected"
        case .conflicted: "conflict"
        }
    }
}
