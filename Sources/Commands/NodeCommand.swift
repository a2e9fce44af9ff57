import ArgumentParser

struct NodeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "See nodes and what they are, say which machines are nodes, and which tags they include.",
        subcommands: [
            NodeListCommand.self, NodeShowCommand.self, NodeFactsCommand.self, NodeFindCommand.self,
            NodeTagCommand.self, NodeWaitingCommand.self,
            NodeAcceptCommand.self, NodeDismissCommand.self, NodeRevokeCommand.self,
        ]
    )
}
