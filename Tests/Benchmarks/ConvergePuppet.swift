import Components
import FabricAPI
import FabricClient
import FabricModel
import FoundationEssentials
import NodeControl
import TrialFabric

/// How long it takes to find out that 50 packages and 50 files are already what they should be, for both.
func measurePlanAgainstPuppet(_ programs: Programs) throws -> Figure {
    let name = "converge.puppet"
    guard let puppet = ["/usr/bin/puppet", "/opt/puppetlabs/bin/puppet"].first(where: isProgram) else {
        return Figure(name, failed: "puppet is missing; on Debian: apt-get install puppet-agent")
    }
    guard let database = try PackageDatabases.detect(preferred: nil) else {
        return Figure(name, failed: "this machine has no package database")
    }
    let packages = try database.packages().filter { $0.value.instances.count == 1 }.sorted { $0.key < $1.key }
        .prefix(50)
    let fabric = try TrialLoop(programs)
    let files = try (0..<50)
        .map { number in
            try fabric.folder.write("content of file \(number)\n", to: "tree/file-\(number)")
        }
    try fabric.start(settings: "packages: {database: auto}")
    let tag = try TagName("web")
    _ = try fabric.admin.createTag(tag)
    _ = try fabric.admin.include([tag], in: "trial")
    let items = try files.enumerated()
        .map { number, file in
            EditTag.Item(
                key: try ResourceKey("file:\(file.path)"),
                entry: .file(try state("content of file \(number)\n", fabric.admin))
            )
        }
    let wishes = packages.compactMap { key, state in
        state.newest.map { EditTag.Item(key: key, entry: .package(.atLeast($0))) }
    }
    _ = try fabric.admin.edit(tag, EditTag(items: items + wishes, message: "everything"))
    _ = try eventually("the node's configuration") { try fabric.node.control.plan().isKnown ? true : nil }
    let node = try fabric.node
    let plan = try best(by: \.self) {
        try seconds {
            try node.weft("plan")
        } check: { output in
            guard output.status == 0, output.text.contains("is what its tags say") else {
                throw TrialError("weft plan found something to do: \(output.text)\(output.errors)")
            }
        }
    }
    let manifest = try fabric.folder.write(manifest(packages.map(\.key.name), files), to: "everything.pp")
    let folders = ["--confdir", "--vardir", "--codedir"].flatMap { [$0, fabric.folder["puppet"].path] }
    let apply = try best(by: \.self) {
        try seconds {
            try runToEnd(
                URL(filePath: puppet),
                ["apply", "--detailed-exitcodes"] + folders + [manifest.path],
                within: 120
            )
        } check: { output in
            guard output.status == 0 else {
                throw TrialError("puppet apply found something to do: \(output.text)\(output.errors)")
            }
        }
    }
    return Figure(
        name,
        plan,
        "s",
        reference: apply,
        ratio: .atMost(0.05),
        note: "weft plan against puppet apply: \(packages.count) packages, \(files.count) files in place"
    )
}

private func isProgram(_ path: String) -> Bool { FileManager.default.isExecutableFile(atPath: path) }

private func seconds(
    _ run: () throws -> ProgramOutput,
    check: (ProgramOutput) throws -> Void
) throws -> Double {
    let begin = monotonicSeconds()
    let output = try run()
    let seconds = monotonicSeconds() - begin
    try check(output)
    return seconds
}

private func state(_ text: String, _ admin: FabricClient) throws -> FileState {
    let bytes = Array(text.utf8)
    let root = AccountReference(name: "root", id: 0)
    let content = FileContent(digest: try admin.upload(bytes), size: UInt64(bytes.count))
    return FileState(type: .regular, mode: 0o644, owner: root, group: root, content: content)
}

private func manifest(_ packages: [String], _ files: [URL]) -> String {
    let names = packages.map { "'\($0)'" }.joined(separator: ", ")
    let resources = files.enumerated()
        .map { number, file in
            """
            file { '\(file.path)':
              ensure => file, owner => 'root', group => 'root', mode => '0644', \
            content => "content of file \(number)\\n" }
            """
        }
    return (["package { [\(names)]: ensure => installed }"] + resources).joined(separator: "\n") + "\n"
}
