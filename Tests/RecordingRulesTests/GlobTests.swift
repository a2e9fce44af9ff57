import Testing

@testable import RecordingRules

@Suite("Path patterns")
struct GlobTests {
    @Test(
        "a pattern matches the whole text",
        arguments: [
            ("abc", "abc", true), ("abc", "abcd", false), ("abc", "ab", false), ("", "x", nil),
            ("*", "abc", true), ("*", "", true), ("*", "a/b", false), ("a*c", "abbbc", true),
            ("a*c", "ac", true),
            ("a*c*e", "abcde", true), ("a*c*e", "abcdf", false), ("*a*b*", "xxaxxbxx", true),
            ("?", "a", true), ("?", "/", false), ("a?c", "ac", false),
            ("**", "a/b/c", true), ("/etc/**", "/etc/a/b", true), ("/etc/**", "/etc", false),
            ("/etc/**/x", "/etc/x", true), ("/etc/**/x", "/etc/a/b/x", true), ("/etc/**/x", "/etc/ax", false),
            ("/etc/**/x*/y", "/etc/a/x1/b/x2/y", true), ("**/a", "a", true), ("**/a", "b/c/a", true),
            ("**/a", "ba", false), ("/a**z", "/a/b/z", true), ("/a/**/*.key", "/a/b/c.key.pem", false),
            ("/a/**/*.key", "/a/b.key/c.key", true), ("/a/*/b/**", "/a/x/b/c/d", true),
            ("[abc]", "b", true), ("[abc]", "d", false), ("[!abc]", "d", true), ("[!abc]", "a", false),
            ("[!abc]", "/", false), ("[a-f]x", "cx", true), ("[]x]", "]", true), ("[a-]", "-", true),
            ("[\\]]", "]", true), ("\\*", "*", true), ("\\*", "a", false), ("[^a]", "b", true),
            ("*.sw[a-p]", ".x.swp", true), ("*a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", false),
            ("[abc", "a", nil), ("[b-a]", "a", nil), ("a\\", "a", nil),
        ] as [(String, String, Bool?)]
    )
    func matches(pattern: String, text: String, expected: Bool?) {
        let glob = try? Glob(pattern.utf8)
        let result = glob.map { glob in Array(text.utf8).withUnsafeBufferPointer { glob.matches($0) } }
        #expect(result == expected)
    }

    @Test("a pattern of many stars is refused by a long text in no time")
    func effort() throws {
        let glob = try Glob(Array("/".utf8) + String(repeating: "*a", count: 40).utf8 + Array("b".utf8))
        let text = Array(("/" + String(repeating: "a", count: 4000)).utf8)
        let start = ContinuousClock.now
        #expect(!text.withUnsafeBufferPointer { glob.matches($0) })
        #expect(ContinuousClock.now - start < .seconds(1))
    }

    @Test("the first of several patterns answers, and a relative pattern with a slash is refused")
    func patterns() throws {
        var patterns = PathPatterns()
        for (index, pattern) in ["*.key", "/etc/**", "/etc/a.key", "a*"].enumerated() {
            try patterns.add(pattern, position: index)
        }
        func first(_ path: String) -> Int? {
            Array(path.utf8).withUnsafeBufferPointer { patterns.first($0, isDirectory: false) }
        }
        #expect(first("/etc/a.key") == 0)
        #expect(first("/etc/b") == 1)
        #expect(first("/usr/abc") == 3)
        #expect(first("/usr/b") == nil)
        #expect(throws: Glob.Refusal.self) { try patterns.add("etc/passwd", position: 4) }
        #expect(throws: Glob.Refusal.self) { try patterns.add("", position: 4) }
    }
}
