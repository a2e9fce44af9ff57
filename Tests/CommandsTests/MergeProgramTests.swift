import Testing

@testable import Commands

@Suite("Merging texts")
struct MergeProgramTests {
    private static let lines = (1...9).map { "line \($0)\n" }

    /// The lines, with some of them replaced.
    private static func text(_ replacements: [Int: String] = [:]) -> [UInt8] {
        lines.enumerated().flatMap { Array((replacements[$0.offset + 1] ?? $0.element).utf8) }
    }

    private func merge(_ theirs: [UInt8], _ ours: [UInt8]) -> MergeProgram.Outcome {
        MergeProgram.merge(
            MergeProgram.Side(text: Self.text(), label: "before"),
            MergeProgram.Side(text: theirs, label: "web@3"),
            MergeProgram.Side(text: ours, label: "change 1"),
            environment: ["PATH": "/usr/bin:/bin", "TMPDIR": "/tmp"]
        )
    }

    @Test("what both changed in different places is there")
    func merged() {
        let outcome = merge(Self.text([2: "theirs\n"]), Self.text([8: "ours\n"]))
        #expect(outcome == .merged(Self.text([2: "theirs\n", 8: "ours\n"])))
    }

    @Test("what both changed in one place stands side by side, between marks with the names of both")
    func marked() throws {
        let outcome = merge(Self.text([5: "theirs\n"]), Self.text([5: "ours\n"]))
        guard case .marked(let bytes) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        let text = String(decoding: bytes, as: UTF8.self)
        for part in ["<<<<<<< web@3\ntheirs\n", "=======\nours\n>>>>>>> change 1\n"] {
            #expect(text.contains(part), "\(text)")
        }
        #expect(MergeProgram.hasMarks(bytes))
        #expect(!MergeProgram.hasMarks(Self.text()))
    }

    @Test("bytes that are no UTF-8 come through, and what is no text is not merged")
    func bytes() {
        let latin: [UInt8] = [0xE9, 0x0A]
        let theirs = Self.text([2: "theirs\n"])
        #expect(merge(theirs, Self.text() + latin) == .merged(theirs + latin))
        #expect(merge(theirs, Self.text() + [0]) == .unavailable("it is no text"))
    }

    @Test("without the program the reason is said")
    func missing() {
        let side = MergeProgram.Side(text: [], label: "x")
        let outcome = MergeProgram.merge(side, side, side, environment: ["PATH": "/nonexistent"])
        #expect(outcome == .unavailable("the program diff3 was not found; install the package diffutils"))
    }
}
