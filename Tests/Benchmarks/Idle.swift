import FabricAPI
import FoundationEssentials
import Glibc
import LinuxSystem
import NodeControl
import TrialFabric

/// What an idle daemon costs, with 10,000 watched directories, after it has sent something.
func measureIdle(_ programs: Programs) throws -> [Figure] {
    let folder = try TrialFolder()
    let tree = try folder.makeFolder("tree")
    for directory in 0..<10_000 {
        guard mkdir(tree.appending(path: "\(directory)").path, 0o755) == 0 else {
            throw TrialError("no folder can be made")
        }
    }
    let server = try TrialServer(programs, in: folder)
    defer { server.stop() }
    var options = TrialNode.Options(roots: [tree])
    options.server = try server.enrolment()
    let node = try TrialNode(programs, in: folder, options)
    defer { node.stop() }
    try writeFile(tree.appending(path: "17/file").path, seed: 1)
    _ = try node.control.commit()
    _ = try eventually("the commit's arrival") { try node.control.status().unsentCommits == 0 ? true : nil }
    guard let pid = node.process?.pid else { throw TrialError("the node ended") }
    sleep(5)

    guard let before = try ProcessUsage.of(pid) else { throw TrialError("the node ended") }
    sleep(20)
    guard let after = try ProcessUsage.of(pid) else { throw TrialError("the node ended") }
    let mebibytes = Double(after.residentBytes) / Double(1 << 20)
    return [
        Figure(
            "idle.rss",
            mebibytes,
            "MB",
            .atMost(28),
            note: "\(try node.control.status().watchedDirectories) directories"
        ),
        Figure("idle.cpu", Double(after.cpuTicks - before.cpuTicks), "ticks in 20 s", .atMost(1)),
    ]
}
