import FabricModel
import Testing

@testable import NodeControl

@Suite("A state in one line")
struct StateSummaryTests {
    @Test("it names what counts, and neither content nor a whole digest")
    func lines() {
        let digits = Samples.file("Port 22\n").content?.digest.hexDigits.prefix(8) ?? ""
        let lines: [(ResourceState, String)] = [
            (.absent, "absent"),
            (
                .file(Samples.file("Port 22\n")),
                "file 0644 root:4711, 8 bytes, \(digits), 1 extended attribute"
            ),
            (.file(Samples.symlink), "symlink root:root -> /usr/share/zoneinfo/UTC"),
            (.package(Samples.package("1.22")), "1.22-1.el9 x86_64"),
        ]
        for (state, line) in lines { #expect(StateSummary.describe(state) == line) }
    }

    @Test("bytes that a terminal would take for commands are escaped")
    func escaped() {
        var state = Samples.file("a", withheld: .secret(rule: "\u{1B}[2J"))
        state.owner.name = "a\u{1B}b"
        let line = StateSummary.describe(ResourceState.file(state))
        #expect(line.contains("a\\x1bb:4711"))
        #expect(line.contains("secret (\\x1b[2J)"))
        #expect(!line.utf8.contains(0x1B))
    }
}

@Suite("One side of a difference")
struct DiffContentTests {
    @Test("text is text, and anything else is said")
    func forms() {
        #expect(DiffContent(bytes: Array("grün\r\n".utf8)) == DiffContent(text: "grün\r\n"))
        #expect(DiffContent(bytes: []) == DiffContent(text: ""))
        #expect(DiffContent(bytes: [1, 0, 2]) == DiffContent(note: "binary, 3 bytes"))
        let latin = DiffContent(bytes: Array("gr".utf8) + [0xFC] + Array("n €\n".utf8) + [0xE2, 0x82])
        #expect(latin.text == "gr\\xfcn €\n\\xe2\\x82")
        #expect(latin.note == "not UTF-8: such bytes are shown as \\xhh")
        let huge = [UInt8](repeating: 0x61, count: DiffContent.largestText + 1)
        #expect(DiffContent(bytes: huge) == DiffContent(note: "4194305 bytes, too large to show"))
        #expect(DiffContent(bytes: Array(huge.dropLast())).note == nil)
    }

    @Test("only a kept content is asked for")
    func states() throws {
        var asked: [ContentDigest] = []
        func content(_ state: ResourceState, _ bytes: [UInt8]? = nil) -> DiffContent {
            DiffContent(of: state) { digest in
                asked.append(digest)
                return bytes
            }
        }
        #expect(content(.absent) == .none)
        #expect(content(.file(Samples.symlink)) == .none)
        #expect(content(.package(Samples.package("1.2"))) == .none)
        #expect(content(.file(Samples.file("ab", withheld: .tooLarge))).note == "2 bytes, too large to keep")
        let secret = content(.file(Samples.file("ab", withheld: .secret(rule: "shadow"))))
        #expect(secret.note == "secret by the rule shadow, 2 bytes")
        #expect(
            content(.file(Samples.file("ab", withheld: .journalFull))).note?.contains("journal was full")
                == true
        )
        #expect(asked == [])
        #expect(content(.file(Samples.file("ab")), Array("ab".utf8)).text == "ab")
        #expect(content(.file(Samples.file("ab"))).note == "2 bytes, no longer kept")
        #expect(asked == [.sha256(Array("ab".utf8)), .sha256(Array("ab".utf8))])
    }

    @Test("a failure to read a content is passed on")
    func failure() {
        let error = NodeControlError(.unavailable, "the journal cannot be read")
        #expect(throws: error) {
            try DiffContent(of: .file(Samples.file("ab"))) { _ throws(NodeControlError) in throw error }
        }
    }
}

@Suite("What a person names")
struct ResourceSelectionTests {
    @Test(
        "a path means itself and what lies below, a key of a package itself",
        arguments: [
            ("/etc/ssh", ["file:/etc/ssh", "file:/etc/ssh/sshd_config", "file:/etc/ssh/a/b"]),
            ("/etc/ssh/", ["file:/etc/ssh", "file:/etc/ssh/sshd_config", "file:/etc/ssh/a/b"]),
            ("file:/etc/ssh", ["file:/etc/ssh", "file:/etc/ssh/sshd_config", "file:/etc/ssh/a/b"]),
            ("/", all.filter { $0.hasPrefix("file:") }),
            ("file:/", all.filter { $0.hasPrefix("file:") }),
            ("package:ssh", ["package:ssh"]),
            ("/etc/café", ["file:/etc/caf\\xc3\\xa9/menu"]),
            ("/etc/caf\\xc3\\xa9", ["file:/etc/caf\\xc3\\xa9/menu"]),
            ("/nowhere", []),
        ]
    )
    func contains(text: String, expected: [String]) throws {
        let selection = try ResourceSelection(text)
        #expect(Self.all.filter { selection.contains(Samples.named($0)) } == expected)
        #expect([selection].contains(Samples.named("package:nginx")) == false)
        #expect(try ResourceSelection(selection.description) == selection)
        let written = try CanonicalJSON.encode(selection)
        #expect(try CanonicalJSON.decode(ResourceSelection.self, from: written) == selection)
    }

    @Test(
        "relative paths, steps upwards and unknown kinds are refused",
        arguments: ["", "etc", "/a/../b", "/a//b", "x:y"]
    )
    func refused(text: String) {
        #expect(throws: ModelError.self) { try ResourceSelection(text) }
    }

    static let all = [
        "file:/etc/ssh", "file:/etc/ssh/sshd_config", "file:/etc/ssh/a/b", "file:/etc/ssh2",
        "file:/etc/ssh.conf",
        "file:/etc/caf\\xc3\\xa9/menu", "package:nginx", "package:ssh",
    ]
}
