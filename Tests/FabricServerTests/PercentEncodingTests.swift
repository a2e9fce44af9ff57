import Testing

@testable import FabricServer

@Suite struct PercentEncodingTests {
    @Test(
        "escapes stand for the bytes of UTF-8",
        arguments: [
            ("node:web1", "node:web1"), ("node%3Aweb1", "node:web1"), ("%c3%a9", "é"), ("a+b", "a+b"),
            ("", ""),
            ("%25", "%"), ("%2F", "/"),
        ]
    )
    func decoded(text: String, expected: String) {
        #expect(PercentEncoding.decode(text) == expected)
    }

    @Test("other escapes are refused", arguments: ["%", "%4", "%zz", "%ff", "%c3", "a%", "%%41"])
    func refused(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
    }
}
