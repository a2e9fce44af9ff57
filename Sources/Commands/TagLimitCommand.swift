import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct TagLimitCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "limit",
        abstract: "Say how many nodes converge to a shared tag at a time.",
        discussion: """
            The others wait until one of them is done, and stay as they are when a step fails on one. Without a limit \
            of its own a tag has one of \(APILimits.defaultAtOnce).

            Example: weft tag limit web-server 2
            """
    )

    @Argument(help: "The shared tag.")
    var tag: String
    @Argument(help: ArgumentHelp("How many nodes at a time.", valueName: "count"))
    var count: Int
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard APILimits.atOnce.contains(count) else {
            let (lowest, highest) = (APILimits.atOnce.lowerBound, APILimits.atOnce.upperBound)
            throw ValidationError("give a whole number from \(lowest) to \(highest)")
        }
    }

    func run(in context: Context) throws -> ExitStatus {
        let summary = try context.server().limit(TagName(tag), to: count)
        let nodes = count == 1 ? "1 node converges" : "Up to \(count) nodes converge"
        try context.printer.show(summary, as: [Text("\(nodes) to \(summary.name) at a time.")])
        return .done
    }
}
