import ArgumentParser

struct NodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "See nodes and say which tags they include.",
        subcommands: [NodeListCommand.self, NodeShowCommand.self, NodeTagCommand.self]
    )
}
