import FoundationEssentials
import Glibc
import TrialFabric

/// How long after close(2) an edit is durably recorded, one edit at a time.
func measureCapture(_ programs: Programs) throws -> [Figure] {
    struct Run {
        var capture: [Double]
        var reference: [Double]
        var ratio: Double { percentile(0.5, of: capture) / percentile(0.5, of: reference) }
    }
    let run = try best(by: \Run.ratio) {
        let folder = try TrialFolder()
        let tree = try folder.makeFolder("tree")
        let node = try TrialNode(programs, in: folder, .init(roots: [tree]))
        defer { node.stop() }
        let journal = try JournalReader(node)
        let append = try AppendFile(folder["reference"])
        var run = Run(capture: [], reference: [])
        var sequence = try journal.lastSequence()
        for edit in 0..<600 {
            run.reference.append(try append.append())
            let file = tree.appending(path: "file-\(edit % 20)")
            let closed = try writeFile(file.path, seed: edit)
            sequence += 1
            try journal.wait(for: sequence)
            run.capture.append((monotonicSeconds() - closed) * 1000)
        }
        return run
    }
    let reference = percentile(0.5, of: run.reference)
    return [
        Figure(
            "capture.p50",
            percentile(0.5, of: run.capture),
            "ms",
            reference: reference,
            ratio: .atMost(6)
        ),
        Figure(
            "capture.p99",
            percentile(0.99, of: run.capture),
            "ms",
            reference: reference,
            ratio: .atMost(30)
        ),
    ]
}

/// Writes a file of 2 KiB that no other seed makes; when it was closed.
@discardableResult
func writeFile(_ path: String, seed: Int) throws -> Double {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw TrialError("\(path) cannot be written") }
    let content = fileContent(seed)
    let isWritten = write(descriptor, content, content.count) == content.count
    close(descriptor)
    guard isWritten else { throw TrialError("\(path) cannot be written") }
    return monotonicSeconds()
}

/// 2 KiB that read like a configuration file and differ in every line from seed to seed.
func fileContent(_ seed: Int) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(2100)
    var line = 0
    while text.count < 2048 {
        text += "Option\(line) value-\(seed)-\(line * 7919 % 1000) # what this option does\n".utf8
        line += 1
    }
    return Array(text.prefix(2048))
}
