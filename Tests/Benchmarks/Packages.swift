import Components
import FabricModel
import FoundationEssentials
import Glibc
import LinuxSystem
import SystemPackage
import TrialFabric

/// What looking at the package database costs, and how soon a transaction is recorded.
func measurePackages(_ programs: Programs) throws -> [Figure] {
    [try measurePoll(), try measureTransaction(programs)]
}

private func measurePoll() throws -> Figure {
    guard let database = try PackageDatabases.detect(preferred: nil) else {
        return Figure("packages.poll", failed: "this machine has no package database")
    }
    let looks = 1000
    let cost = try best(by: \.self) {
        let begin = processorSeconds()
        for _ in 0..<looks {
            _ = try database.stamp()
        }
        return (processorSeconds() - begin) * 1000 / Double(looks)
    }
    return Figure("packages.poll", cost, "ms CPU", .atMost(0.2), note: "\(database.system.rawValue)")
}

private func measureTransaction(_ programs: Programs) throws -> Figure {
    let folder = try TrialFolder()
    let rpm = try ScratchRPM(in: folder)
    try rpm.build("first", version: "1")
    try rpm.build("second", version: "1")
    try rpm.run("-i", "first-1-1.noarch.rpm")
    var options = TrialNode.Options(roots: [try folder.makeFolder("tree")])
    options.settings = "packages: {database: rpm}"
    options.environment = ["HOME": rpm.home.path]
    let node = try TrialNode(programs, in: folder, options)
    defer { node.stop() }
    let journal = try JournalReader(node)
    let seconds = try best(by: \.self) {
        let sequence = try journal.lastSequence()
        try rpm.run("-i", "second-1-1.noarch.rpm")
        let ended = monotonicSeconds()
        try journal.wait(for: sequence + 1)
        let seconds = monotonicSeconds() - ended
        try rpm.run("-e", "second")
        try journal.wait(for: sequence + 2)
        return max(0, seconds)
    }
    return Figure("packages.transaction", seconds, "s", .atMost(1), note: "rpm -i to the row in the journal")
}

private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
