import Testing

@testable import Components

@Suite("Control files")
struct ControlFileTests {
    private func read(_ text: String, _ fields: [String]) -> [[String?]] {
        var paragraphs: [[String?]] = []
        ControlFile(Array(text.utf8))
            .visit(fields) { values in
                paragraphs.append(values.map { value in value.map { String(decoding: $0, as: UTF8.self) } })
            }
        return paragraphs
    }

    @Test("paragraphs end at empty lines, the last one at the end, and empty lines are no paragraphs")
    func paragraphs() {
        let text = "\n\nPackage: a\nVersion: 1\n\n\n\nPackage: b\nOther: x"
        #expect(read(text, ["Package", "Version"]) == [["a", "1"], ["b", nil]])
        #expect(read("", ["Package"]).isEmpty)
        #expect(read("\n\n", ["Package"]).isEmpty)
    }

    @Test("a value goes on in lines that begin with a blank, and fields within it are none")
    func continuation() {
        let text =
            "Package: a\nConffiles:\n /etc/a 1\n /etc/b 2 obsolete\nVersion: 1\nDescription: x\n Version: 2\n"
        let expected: [[String?]] = [["a", "\n /etc/a 1\n /etc/b 2 obsolete", "1"]]
        #expect(read(text, ["Package", "Conffiles", "Version"]) == expected)
    }

    @Test("a field's name is compared whole, and the first of two counts")
    func names() {
        #expect(read("Pre-Package: x\nPackage-Type: y\nPackage:z\nPackage: w\n", ["Package"]) == [["z"]])
        #expect(read("Package\nNo colon here\n:\n", ["Package"]) == [[nil]])
    }
}
