import FoundationEssentials
import NodeAgent
import Settings
import Testing

@Suite struct NodeSettingsTests {
    private static let shipped =
        #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/conf/weftd.yaml"

    @Test("the shipped file parses, and names every key with its default")
    func shippedFile() throws {
        let shipped = try NodeSettings(path: Self.shipped)
        let defaults = NodeSettings()
        #expect(shipped.state == defaults.state)

        // Uncommented, it says of every key what the default is; the address and the name have none.
        let text = try String(contentsOf: URL(filePath: Self.shipped), encoding: .utf8)
        let lines = text.split(separator: "\n")
            .compactMap { line -> Substring? in
                // Prose has one blank after its sign; settings have none, or two and more where they are nested.
                guard line.hasPrefix("#"), !line.hasPrefix("# ") || line.hasPrefix("#  ") else { return nil }
                let setting = line.dropFirst()
                return setting.drop { $0 == " " }.hasPrefix("#") ? nil : setting
            }
        let file = try SettingsFile(
            name: "weftd.yaml",
            data: Data(lines.joined(separator: "\n").utf8),
            keys: NodeSettings.keys
        )
        var uncommented = try NodeSettings(file: file)
        #expect(uncommented.server == "https://weft.example.org:8440")
        #expect(uncommented.name == "web1")
        uncommented.server = defaults.server
        uncommented.name = defaults.name
        #expect("\(uncommented)" == "\(defaults)")
        for key in NodeSettings.keys {
            let last = try #require(key.split(separator: ".").last)
            #expect(lines.contains { $0.contains("\(last):") }, "\(key) is not in the file")
        }
    }

    @Test(
        "a value that is not allowed is refused by name",
        arguments: [
            ("state: relative", "state: 'relative' is not allowed; it must be an absolute path"),
            ("state: /a/../b", "state: '/a/../b'"),
            ("files: {roots: [etc]}", "files.roots: [etc] is not allowed"),
            ("files: {homes: [../x]}", "files.homes"),
            (
                "feedback: {mode: sometimes}",
                "feedback.mode: 'sometimes' is not allowed; it must be auto or manual"
            ),
            ("feedback: {quiet: -1}", "feedback.quiet"),
            ("packages: {database: portage}", "auto or rpm or dpkg or off"),
            ("server: {url: example.org}", "server.url"),
            ("node: {name: Web 1}", "node.name"),
            ("sttae: /x", "sttae: is not a setting"),
        ]
    )
    func refusals(text: String, expected: String) throws {
        let error = try #require(throws: SettingsError.self) {
            try NodeSettings(
                file: SettingsFile(name: "weftd.yaml", data: Data(text.utf8), keys: NodeSettings.keys)
            )
        }
        #expect(error.description.contains(expected), "\(error)")
    }
}
