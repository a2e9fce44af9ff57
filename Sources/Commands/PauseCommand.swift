import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct PauseCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Stop convergence at once: of the nodes of a tag, of a node, or of all.",
        discussion: """
            Nodes go on recording and sending; they change nothing until 'weft resume'. Without a name, and with \
            --list, what is paused is shown.

            Example: weft pause web-server -m "the new certificate is broken"
            """
    )

    @Argument(help: "A shared tag, or a node.")
    var name: String?
    @Flag(help: "Stop every node.")
    var all = false
    @Flag(help: "Show what is paused.")
    var list = false
    @Option(name: .shortAndLong, help: "Why.")
    var message: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (name == nil ? 0 : 1) + (all ? 1 : 0) + (list ? 1 : 0) <= 1 else {
            throw ValidationError("name a tag or a node, or give --all or --list alone")
        }
    }

    func run(in context: Context) throws -> ExitStatus {
        try GivenName.check(name, "<name>", "'weft tag list' and 'weft node list' show the names")
        let client = try context.server()
        guard name != nil || all else {
            try context.printer.show(client.pauses())
            return .done
        }
        let pause = try BrakedTag.find(name) { tag throws(ClientError) in
            try client.pause(tag, reason: message)
        }
        try context.printer.show(pause, as: [Text("Paused: \(pause.subject). \(pause.wayOut)")])
        return .done
    }
}

/// Finds out whether a name is a shared tag's or a node's, whose own tag is then meant.
enum BrakedTag {
    /// What `body` makes of the tag; `nil` stands for every node.
    static func find<Value>(
        _ name: String?,
        _ body: (TagName?) throws(ClientError) -> Value
    ) throws -> Value {
        guard let name else { return try body(nil) }
        do {
            return try body(TagName(name))
        } catch let error as ClientError where error.refusal?.code == .unknownTag {
            guard let node = try? NodeName(name) else { throw error }
            do {
                return try body(TagName(ownTagOf: node))
            } catch let other where other.refusal?.code == .unknownTag {
                throw ClientError(
                    .refused,
                    name,
                    "there is no tag and no node of this name; 'weft tag list' and 'weft node list' show them",
                    refusal: error.refusal,
                    status: error.status
                )
            }
        }
    }
}

extension Pause {
    /// What is paused, for a person.
    var subject: String {
        guard let tag else { return "every node" }
        return tag.node.map { "node \($0)" } ?? "the nodes of \(tag)"
    }

    /// How to end it.
    var wayOut: String {
        "'weft resume \(tag.map { $0.node?.text ?? $0.text } ?? "--all")' lets \(tag?.node == nil ? "them" : "it") go on."
    }

    /// What is paused, by whom, since when, why, and the way out.
    func lines(on page: Page) -> [Text] {
        let why = reason.map { ": \(firstLine($0))" } ?? ""
        let isOne = tag == nil || tag?.node != nil
        return [
            Text(isOne ? "\(subject) is paused" : "\(subject) are paused", .red)
                + Text(" by \(by), \(page.age(of: since))\(why)"),
            Text("Nothing is changed there. \(wayOut)"),
        ]
    }
}

extension PauseList: Displayable {
    func lines(on page: Page) -> [Text] {
        let stops = stops ?? []
        guard !pauses.isEmpty || !stops.isEmpty else { return ["Nothing is paused."] }
        let rows = pauses.map { pause in
            [
                Text(pause.subject), Text("by \(pause.by)"), Text(page.age(of: pause.since), .dim),
                Text(pause.reason.map { firstLine($0) } ?? ""),
            ]
        }
        let stopped = stops.map { stop in
            [
                Text("the nodes of \(stop.tag)"), Text("by a failure", .red),
                Text(page.age(of: stop.since), .dim),
                Text(stop.cause),
            ]
        }
        return Table(rows: rows + stopped).lines(width: page.width)
    }
}

extension RolloutStop {
    /// What failed and where, on one line.
    var cause: String {
        let what = key.map { "\($0) of \(tag)@\(revision)" } ?? "\(tag)@\(revision)"
        return "\(node), \(what): \(firstLine(message))"
    }

    /// What stopped, why, since when, and the way out.
    func lines(on page: Page) -> [Text] {
        [
            Text("\(tag) has stopped ", .red) + Text("\(page.age(of: since)): \(cause)"),
            Text(
                "No other node converges to it until that is mended, or 'weft resume \(tag)' lets them go on."
            ),
        ]
    }
}
