import FoundationEssentials
import Settings
import Testing

@Suite struct SettingsFileTests {
    private enum Mode: String, CaseIterable {
        case auto
        case manual
    }

    private let mode = Setting<Mode>.choice("feedback.mode", default: .auto)
    private let quiet = Setting<Int>.integer("feedback.quiet", default: 120, in: 1...3600, unit: "seconds")
    private let limit = Setting<Int>.size("contents.limit", default: 1 << 20, in: 0...(1 << 30))
    private let roots = Setting<[String]>(list: "roots", default: ["/etc"], allowed: "a list of paths") { $0 }

    private func read(_ text: String) throws -> SettingsFile {
        let keys: Set = [mode.key, quiet.key, limit.key, roots.key]
        return try SettingsFile(name: "weftd.yaml", data: Data(text.utf8), keys: keys)
    }

    @Test("values are read and the rest has its default")
    func values() throws {
        let file = try read("feedback:\n  mode: manual\ncontents: {limit: 2 KiB}\nroots: [/etc, /srv]\n")
        #expect(try file.value(mode) == .manual)
        #expect(try file.value(quiet) == 120)
        #expect(try file.value(limit) == 2048)
        #expect(try file.value(roots) == ["/etc", "/srv"])
    }

    @Test("a file without settings means the defaults", arguments: ["", "\n", "# only a comment\n", "---\n"])
    func empty(text: String) throws {
        #expect(try read(text).value(quiet) == 120)
    }

    @Test(
        "what cannot be used is refused in one line that names file, key and what is allowed",
        arguments: [
            (
                "feedback:\n  mode: never\n",
                "weftd.yaml: feedback.mode: 'never' is not allowed; it must be auto or manual"
            ),
            (
                "feedback:\n  qiet: 3\n",
                "weftd.yaml:2: feedback.qiet: is not a setting; allowed are feedback.mode"
            ),
            ("feedback: 3\n", "weftd.yaml:1: feedback: has keys: feedback.mode, feedback.quiet"),
            ("roots:\n  a: b\n", "weftd.yaml:1: roots: takes a value, not keys"),
            ("roots: /etc\n", "weftd.yaml: roots: '/etc' is not allowed; it must be a list of paths"),
            ("- a\n", "weftd.yaml: must hold keys and values"),
            ("a: [\n", "is not YAML"),
            ("contents: {limit: 9999 GiB}", "contents.limit: '9999 GiB' is not allowed"),
            ("contents: {limit: 99999999999999 TiB}", "is not allowed"),
            ("feedback: {quiet: 0}", "a whole number of seconds from 1 to 3600"),
        ]
    )
    func refusals(text: String, expected: String) throws {
        let error = try #require(throws: SettingsError.self) {
            let file = try read(text)
            _ = try (file.value(mode), file.value(quiet), file.value(limit), file.value(roots))
        }
        #expect(error.description.contains(expected), "\(error)")
        #expect(!error.description.contains("\n"))
    }

    @Test("a file that is not there is named")
    func missing() {
        #expect(throws: SettingsError.self) { try SettingsFile(path: "/nonexistent/weftd.yaml", keys: []) }
    }
}
