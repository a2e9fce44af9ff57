import ArgumentParser

struct TagCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag",
        abstract: "See and edit tags: named sets of resource states that nodes include.",
        discussion: """
            A shared tag has a name such as web-server; node:web1 is the own tag of the node web1, which always wins.
            """,
        subcommands: [
            TagListCommand.self, TagShowCommand.self, TagAtCommand.self, TagLogCommand.self,
            TagDiffCommand.self, TagCreateCommand.self,
            TagVerifyCommand.self, TagDeleteCommand.self, TagLimitCommand.self,
            TagSetCommand.self, TagUnsetCommand.self, TagAbsentCommand.self,
        ]
    )
}
