import FoundationEssentials
import Glibc
import NodeControl
import TrialFabric

/// Comparing an unchanged tree of 50,000 files with the record.
func measureRescan(_ programs: Programs) throws -> [Figure] {
    let folder = try TrialFolder()
    let tree = try folder.makeFolder("tree")
    for directory in 0..<1000 {
        let path = try folder.makeFolder("tree/\(directory)").path
        for file in 0..<50 { try writeFile("\(path)/\(file)", seed: directory * 50 + file) }
    }
    let node = try TrialNode(programs, in: folder, .init(roots: [tree]))
    defer { node.stop() }
    // The first comparison reads again what was written as the baseline was taken.
    try node.control.rescan()
    struct Run {
        var rescan: Double
        var find: Double
        var ratio: Double { rescan / find }
    }
    let run = try best(by: \Run.ratio) {
        let findBegin = monotonicSeconds()
        let find = try runToEnd(URL(filePath: "/usr/bin/find"), [tree.path, "-printf", "%T@ %s %i\n"])
        let findTime = monotonicSeconds() - findBegin
        guard find.text.utf8.count > 50_000 else { throw TrialError("find found little: \(find.errors)") }
        let begin = monotonicSeconds()
        try node.control.rescan()
        return Run(rescan: monotonicSeconds() - begin, find: findTime)
    }
    return [Figure("rescan.time", run.rescan * 1000, "ms", reference: run.find * 1000, ratio: .atMost(3))]
}
