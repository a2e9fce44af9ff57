import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel

struct TagVerifyCommand: Subcommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that the history of a tag, or of all, is what was written.",
        discussion: """
            Each revision has a digest over itself and the digest of the one before \
            it. The server computes all of them again and names the first revision \
            that does not fit; the exit status is 1 then. 'weft tag log' shows the \
            digests: whoever has noted the last one can tell whether all of them \
            were written anew.

            Example: weft tag verify web-server
            """
    )

    @Argument(help: "The tag; without it all, deleted ones too.")
    var tag: String?
    @OptionGroup var output: OutputOptions

    func run(in context: Context) throws -> ExitStatus {
        let name = try tag.map { try TagName($0) }
        let client = try context.server()
        let tags = try name.map { [try client.verify($0)] } ?? client.verifications()
        try context.printer.show(VerificationList(tags: tags))
        return tags.allSatisfy { $0.fault == nil } ? .done : .failed
    }
}

extension VerificationList: Displayable {
    func lines(on page: Page) -> [Text] {
        let faults = tags.compactMap { tag in tag.fault.map { (tag.tag, $0) } }
        let told = faults.flatMap { tag, fault in
            Text.wrapped("\(tag)@\(fault.revision): \(fault.message)", in: page.width, .red)
        }
        if tags.count == 1, let tag = tags.first, faults.isEmpty {
            let head = tag.head.map { ", the last with digest \($0.short)" } ?? ""
            return [Text("\(tag.tag): \(counted(Int(tag.revisions), "revision")), all as written\(head)")]
        }
        let sound = tags.filter { $0.fault == nil }
        let revisions = sound.reduce(0) { $0 + Int($1.revisions) }
        guard !sound.isEmpty else { return told }
        return told + [
            Text("\(counted(sound.count, "tag")) as written, with \(counted(revisions, "revision"))")
        ]
    }
}
