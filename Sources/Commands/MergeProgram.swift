/// Merges two changes of one text with the program diff3(1), which comes with diff.
///
/// It has merged texts since before there was a network to fetch another one from; what it cannot merge it marks.
enum MergeProgram {
    /// What came of a merge.
    enum Outcome: Equatable {
        case merged([UInt8])
        /// Both changed the same lines: the text has them side by side, between the usual marks.
        case marked([UInt8])
        /// There is no result, for this reason.
        case unavailable(String)
    }

    /// A text, and what the marks call it.
    struct Side {
        var text: [UInt8]
        var label: String
    }

    /// Merges what two sides made of a text.
    static func merge(
        _ base: Side,
        _ theirs: Side,
        _ ours: Side,
        environment: [String: String]
    ) -> Outcome {
        guard ![base, theirs, ours].contains(where: { $0.text.contains(0) }) else {
            return .unavailable("it is no text")
        }
        let program = TextProgram(name: "diff3", package: "diffutils", environment: environment)
        let labels = [theirs, base, ours].flatMap { ["--label", $0.label] }
        switch program.run(["-a", "-m"] + labels, [theirs.text, base.text, ours.text]) {
        case .unavailable(let reason): return .unavailable(reason)
        case .ended(0, let bytes): return .merged(bytes)
        case .ended(1, let bytes): return .marked(bytes)
        case .ended(let status, _): return .unavailable("diff3 failed with status \(status)")
        }
    }

    /// Whether a text has marks of a merge that nobody has resolved.
    static func hasMarks(_ text: [UInt8]) -> Bool {
        text.split(separator: UInt8(ascii: "\n"))
            .contains { line in
                ["<<<<<<< ", "||||||| ", ">>>>>>> "].contains { line.starts(with: $0.utf8) }
            }
    }
}
