import FabricModel
import Testing

@testable import Commands

@Suite("Text")
struct TextTests {
    @Test(
        "what could do something to a terminal is written as an escape",
        arguments: [
            ("plain ~ text", "plain ~ text"),
            ("\u{1B}[31mred", #"\x1b[31mred"#),
            ("a\nb\tc\rd\u{7F}", #"a\nb\tc\x0dd\x7f"#),
            ("\u{9B}31m", #"\xc2\x9b31m"#),
            ("\u{202E}gpj.exe", #"\xe2\x80\xaegpj.exe"#),
            ("a\u{2066}b\u{200B}c\u{FEFF}", #"a\xe2\x81\xa6b\xe2\x80\x8bc\xef\xbb\xbf"#),
            ("a\u{2028}b", #"a\xe2\x80\xa8b"#),
            ("\u{E000}\u{10FFFF}", #"\xee\x80\x80\xf4\x8f\xbf\xbf"#),
            ("caf\u{E9} 日本 e\u{301}", "caf\u{E9} 日本 e\u{301}"),
        ]
    )
    func escapes(text: String, printed: String) {
        #expect(Text(text).plain == printed)
        #expect(Text(text, .red).rendered(inColour: false) == printed)
    }

    @Test("a line of a file keeps its tabs and nothing else")
    func fileLine() {
        #expect(Text(fileLine: "+\tkey\u{1B}]0;x\u{7}").plain == "+\tkey\\x1b]0;x\\x07")
    }

    @Test("colour is what was asked for and only that")
    func colour() {
        let text = Text("a", .bold) + Text("b") + Text("\u{1B}[0m", .red) + Text("", .green)
        #expect(text.rendered(inColour: true) == "\u{1B}[1ma\u{1B}[0mb\u{1B}[31m\\x1b[0m\u{1B}[0m")
    }

    @Test(
        "columns are counted as a terminal does",
        arguments: [
            ("abc", 3), ("caf\u{E9}", 4), ("e\u{301}", 1), ("日本", 4), ("한글", 4), ("😀", 2), ("→", 1), ("", 0),
        ]
    )
    func width(text: String, columns: Int) {
        #expect(Text(text).width == columns)
    }

    @Test(
        "a text that is too long is cut where a character ends",
        arguments: [(7, "日本go"), (6, "日本go"), (5, "日本…"), (4, "日…"), (3, "日…"), (2, "…"), (1, "…")]
    )
    func truncation(limit: Int, result: String) {
        let text = Text("日本", .red) + Text("go")
        let cut = text.truncated(to: limit)
        #expect(cut.plain == result)
        #expect(cut.width <= limit)
    }

    @Test(
        "a text that is cut within keeps its end",
        arguments: [
            (40, "file:/etc/ssh/sshd_config"), (25, "file:/etc/ssh/sshd_config"),
            (24, "file:/e…/ssh/sshd_config"), (12, "fil…d_config"), (4, "f…ig"), (1, "…"),
        ]
    )
    func shortening(limit: Int, result: String) {
        #expect((Text("file:/etc", .red) + Text("/ssh/sshd_config")).shortened(to: limit).plain == result)
        #expect(Text("日本日本日本").shortened(to: 6).plain == "…日本")
    }

    @Test("a message of several lines is indented, without spaces on empty lines and the empty end")
    func lines() {
        #expect(Text.lines(of: "a\n\nb\u{1B}\n\n", indentedBy: "  ").map(\.plain) == ["  a", "", "  b\\x1b"])
        #expect(Text.lines(of: "", indentedBy: "  ").isEmpty)
    }
}

@Suite("Table")
struct TableTests {
    @Test("columns are aligned, whatever the width of their characters")
    func alignment() {
        let table = Table(
            header: ["ID", "COUNT", "NAME"],
            rows: [
                [Text("日本", .bold), "7", "x\u{1B}"],
                ["a", "1234567", ""],
                ["e\u{301}e", "12", "last"],
            ],
            alignedRight: [1]
        )
        #expect(
            table.lines().map(\.plain) == [
                "ID      COUNT  NAME",
                "日本        7  x\\x1b",
                "a     1234567",
                "e\u{301}e         12  last",
            ]
        )
    }

    @Test("cells are cut to the terminal, the last column first and none to nothing")
    func width() {
        let table = Table(rows: [["0123456789", Text(String(repeating: "x", count: 100))]])
        #expect(table.lines(width: 40).map(\.width) == [40])
        #expect(table.lines(width: 5).map(\.width) == [32])
        #expect(table.lines().map(\.width) == [112])
    }

    @Test("a wide column that is not the last is cut too, and so is a message before empty cells")
    func wideColumns() {
        let path = "/etc/" + String(repeating: "p", count: 60)
        let table = Table(
            header: ["RESOURCE", "WHY", "ID"],
            rows: [
                [Text(path), Text(String(repeating: "w", count: 90)), "1234abcd"],
                ["/etc/a", Text(String(repeating: "w", count: 90)), ""],
            ]
        )
        let lines = table.lines(width: 80)
        #expect(lines.allSatisfy { $0.width <= 80 })
        #expect(lines[1].plain.hasPrefix("/etc/ppp"))
        #expect(lines[1].plain.contains("p…  w"))
        #expect(lines[1].plain.hasSuffix("w…  1234abcd"))
        #expect(lines[2].plain.hasSuffix("w…"))
        #expect(table.lines(width: 20).map(\.width).max() == 36)
        #expect(table.lines().map(\.width).max() == 167)
    }

    @Test("a resource that is too long is cut within, so that its name stays")
    func resources() {
        let path = "file:/srv/" + String(repeating: "p/", count: 60) + "sshd_config"
        let table = Table(rows: [["edited", Text(path), "alice"]], resources: [1])
        let line = table.lines(width: 60)[0].plain
        #expect(line.hasPrefix("edited  file:/srv/p/p/…/p/p/"))
        #expect(line.hasSuffix("/p/sshd_config  alice"))
        #expect(TextWidth.of(line) == 60)
    }

    @Test("without a terminal nothing is cut, and one long cell does not widen the other rows")
    func noTerminal() {
        let path = "/etc/" + String(repeating: "p", count: 3000)
        let table = Table(header: ["PATH", "WHO"], rows: [[Text(path), "alice"], ["/etc/motd", "bob"]])
        #expect(table.lines().map(\.plain) == ["PATH       WHO", "\(path)  alice", "/etc/motd  bob"])
    }

    @Test("no rows are no lines but the header")
    func empty() {
        #expect(Table(rows: []).lines().isEmpty)
        #expect(Table(header: ["A", "B"], rows: []).lines().map(\.plain) == ["A  B"])
    }
}

@Suite("JSON output")
struct JSONTextTests {
    @Test("it is sorted, and escapes what a terminal would not simply show")
    func escapes() throws {
        let text = try JSONText.encode(["b": "caf\u{E9}/\u{202E}\u{1B}\u{9B}", "a": "\u{10FFFF}"])
        #expect(
            text == """
                {
                  "a" : "\\udbff\\udfff",
                  "b" : "caf\u{E9}/\\u202e\\u001b\\u009b"
                }
                """
        )
    }
}

@Suite("Time")
struct TimeTextTests {
    @Test(
        "a moment is told by its distance",
        arguments: [
            ("2026-11-22T20:09:59Z", "just now"), ("2026-11-22T20:10:30Z", "just now"),
            ("2026-11-22T20:09:20Z", "40 seconds ago"), ("2026-11-22T20:09:00Z", "1 minute ago"),
            ("2026-11-22T19:10:01Z", "59 minutes ago"), ("2026-11-22T18:10:00Z", "2 hours ago"),
            ("2026-11-20T20:10:00Z", "2 days ago"), ("2025-11-22T20:10:00Z", "2025-11-22"),
            ("2026-11-22T20:20:00Z", "in the future"),
        ]
    )
    func age(text: String, told: String) throws {
        let page = Page(now: WeftRunner.now, width: nil)
        #expect(page.age(of: try Timestamp(text)) == told)
    }

    @Test("a moment is told with both")
    func dated() {
        let page = Page(now: WeftRunner.now, width: nil)
        #expect(page.dated(Fixture.at) == "2026-11-22 20:03:27Z (6 minutes ago)")
    }
}
