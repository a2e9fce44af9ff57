import FabricModel
import Facts
import FoundationEssentials
import TrialFabric

/// How long it takes to find out what this machine is, against ohai, which finds out the same and more.
func measureFacts() throws -> [Figure] {
    let name = "facts.collect"
    guard
        let ohai = ["/usr/bin/ohai", "/opt/chef/bin/ohai"].first(where: FileManager.default.isExecutableFile)
    else {
        return [Figure(name, failed: "ohai is missing; on Debian: apt-get install ohai")]
    }
    // Only what we have too, so that what ohai does besides is not held against it.
    let own = FactSurvey().collect()
    let attributes = own.facts.members.keys.sorted()
    guard own.problems.isEmpty else { throw TrialError("facts are missing: \(own.problems)") }
    let ours = try best(by: \.self) {
        let begin = monotonicSeconds()
        _ = FactSurvey().collect().facts.stableDigest
        return (monotonicSeconds() - begin) * 1000
    }
    let theirs = try best(by: \.self) {
        let begin = monotonicSeconds()
        let output = try runToEnd(URL(filePath: ohai), attributes, within: 120)
        guard output.status == 0 || output.status == 1 else {
            throw TrialError("ohai failed: \(output.errors)")
        }
        return (monotonicSeconds() - begin) * 1000
    }
    return [
        Figure(
            name,
            ours,
            "ms",
            reference: theirs,
            ratio: .atMost(0.1),
            note: "\(own.facts.leaves().count) facts; ohai for the same attributes"
        )
    ]
}
