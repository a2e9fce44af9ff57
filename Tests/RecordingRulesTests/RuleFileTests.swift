import FoundationEssentials
import SystemPackage
import Testing

@testable import RecordingRules

@Suite("Rule files")
struct RuleFileTests {
    @Test(
        "what is wrong is said in one line with file, line, key and what is allowed",
        arguments: [
            (
                "- {path: '*~', reason: x, why: y}",
                "rules.yaml:1: [1].why: is not known; allowed are path, reason"
            ),
            ("- {path: '*~', reason: x}\n- {path: '*~'}", "rules.yaml:2: [2]: 'reason' is missing"),
            ("path: x", "rules.yaml:1: must be a list"),
            ("- just a text", "rules.yaml:1: [1]: must be a mapping of keys to values"),
            ("- {path: [a], reason: x}", "rules.yaml:1: [1].path: must be a text"),
            (
                "- {path: 'a/b', reason: x}",
                "rules.yaml: [1].path: 'a/b' has a slash and so must begin with '/' or '**/'"
            ),
            ("- {path: '[a', reason: x}", "rules.yaml: [1].path: '[a' has a '[' without its ']'"),
            ("- {path: a, path: b, reason: x}", "rules.yaml:1: 'path' is given twice"),
            ("", "rules.yaml: is empty"),
        ]
    )
    func ignoreRules(yaml: String, message: String) {
        let error = #expect(throws: RuleError.self) { try IgnoreRules(yaml: yaml, file: "rules.yaml") }
        #expect(error?.description == message)
    }

    @Test("text that is no YAML is refused with its line")
    func notYAML() {
        let error = #expect(throws: RuleError.self) {
            try IgnoreRules(yaml: "- {path: a\n- b: [", file: "rules.yaml")
        }
        #expect(error?.description.hasPrefix("rules.yaml:") == true)
        #expect(error?.description.contains("is not YAML") == true)
        #expect(error?.description.contains("\n") == false)
    }

    @Test(
        "secret rules refuse what they cannot use",
        arguments: [
            (
                "pathes: []",
                "rules.yaml:1: pathes: is not known; allowed are paths, contents, placeholders, words"
            ),
            (
                "contents:\n  - {rule: a, reason: b, keywords: [abc], pattern: 'a(b'}",
                "rules.yaml: contents[1].pattern: 'a(b' is no extended regular expression: Unmatched ( or \\("
            ),
            (
                "contents:\n  - {rule: a, reason: b, keywords: [ab], pattern: 'ab'}",
                "rules.yaml: contents[1].keywords: 'ab' must have three bytes or more"
            ),
            (
                "contents:\n  - {rule: a, reason: b, keywords: [abc], pattern: '(ab)c', value: 2}",
                "rules.yaml: contents[1].pattern: '(ab)c' has 1 groups, so 'value' must be one of them"
            ),
            (
                "contents:\n  - {rule: a, reason: b, keywords: [abc], pattern: abc, ignoreCase: maybe}",
                "rules.yaml:2: contents[1].ignoreCase: must be true or false"
            ),
            (
                "paths:\n  - {path: 'a/b', rule: a, reason: b}",
                "rules.yaml: paths[1].path: 'a/b' has a slash and so must begin with '/' or '**/'"
            ),
        ]
    )
    func secretRules(yaml: String, message: String) {
        let error = #expect(throws: RuleError.self) { try SecretRules(yaml: yaml, file: "rules.yaml") }
        #expect(error?.description == message)
    }

    @Test("a file that is not there, or is no text, is refused by its name")
    func missing() throws {
        let missing = FilePath("/nonexistent/rules.yaml")
        let error = #expect(throws: RuleError.self) { try IgnoreRules(contentsOf: missing) }
        #expect(error?.description == "\(missing): is not there")
        let folder = FileManager.default.temporaryDirectory.appending(path: "weft-rules-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let binary = FilePath(folder.appending(path: "binary.yaml").path)
        try Data([0x2D, 0x20, 0xFF, 0xFE]).write(to: URL(filePath: binary.string))
        let other = #expect(throws: RuleError.self) { try IgnoreRules(contentsOf: binary) }
        #expect(other?.description == "\(binary): is not UTF-8")
    }
}
