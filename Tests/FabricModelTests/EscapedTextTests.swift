import FabricModel
import Testing

@Suite("Escaped text")
struct EscapedTextTests {
    @Test(
        "each byte has its one form",
        arguments: [
            ([], ""), ([0x41], "A"), ([0x20], " "), ([0x7E], "~"), ([0x5C], #"\\"#), ([0x0A], #"\n"#),
            ([0x09], #"\t"#), ([0x0D], #"\x0d"#), ([0x00], #"\x00"#), ([0x1B, 0x5B], #"\x1b["#),
            ([0x7F], #"\x7f"#), ([0xC3, 0xA9], #"\xc3\xa9"#), ([0xFF], #"\xff"#), ([0x22, 0x27], "\"'"),
        ] as [([UInt8], String)]
    )
    func forms(bytes: [UInt8], text: String) throws {
        #expect(EscapedText.escape(bytes) == text)
        #expect(try EscapedText.unescape(text) == bytes)
    }

    @Test("any bytes come back, through printable ASCII")
    func roundTrip() throws {
        var random = RandomValues(seed: 1)
        for _ in 0..<3000 {
            let bytes = random.bytes(60)
            let text = EscapedText.escape(bytes)
            #expect(text.utf8.allSatisfy { (0x20...0x7E).contains($0) })
            #expect(try EscapedText.unescape(text) == bytes)
            #expect(EscapedText.normalize(text) == text)
        }
    }

    @Test("every byte has exactly one escaped text")
    func canonical() {
        for byte in UInt8.min...UInt8.max {
            let long = "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            let isLongest = EscapedText.escape([byte]) == long
            #expect(((try? EscapedText.unescape(long)) != nil) == isLongest)
        }
    }

    @Test(
        "what escaping never writes is refused, naming the text",
        arguments: [
            "\\", "a\\", "\\q", "\\x", "\\x1", "\\x1G", "\\xFF", "\\X1b", "\\x41", "\\x5c", "\\x0a", "\\x09",
            "\\r",
            "\\0", "\\u00e9", "é", "a\nb", "\t", "\u{7F}", "\u{0}", "e\u{301}", "\\xc3\u{A9}",
        ]
    )
    func refused(text: String) {
        let error = #expect(throws: ModelError.self) { try EscapedText.unescape(text) }
        #expect(error?.code == .invalidEscape)
        #expect(error?.subject == EscapedText.escape(text.utf8))
    }

    @Test("random texts are read back exactly when escaping writes them")
    func randomTexts() {
        var random = RandomValues(seed: 2)
        for _ in 0..<5000 {
            let text = random.text(of: "\\\\\\xnt0159afAF ~", 0...12)
            if let bytes = try? EscapedText.unescape(text) { #expect(EscapedText.escape(bytes) == text) }
        }
    }

    @Test(
        "what a person types is taken as it is or escaped",
        arguments: [
            ("/etc/café", #"/etc/caf\xc3\xa9"#), (#"/etc/caf\xc3\xa9"#, #"/etc/caf\xc3\xa9"#),
            ("C:\\dir", #"C:\\dir"#), (#"C:\\dir"#, #"C:\\dir"#), ("a b", "a b"), ("a\nb", #"a\nb"#),
            ("", ""),
            // One raw character makes all of it raw.
            (#"é\n"#, #"\xc3\xa9\\n"#),
        ]
    )
    func normalize(typed: String, text: String) {
        #expect(EscapedText.normalize(typed) == text)
        #expect(EscapedText.normalize(text) == text)
    }
}
