import Testing

@testable import NodeAgent

@Suite struct RulesTests {
    private static let folder =
        #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/conf"

    @Test(
        "a rule file that cannot be used is named with the setting that names it",
        arguments: ["files.ignore", "files.secrets", "files.checks"]
    )
    func missing(key: String) throws {
        var settings = NodeSettings()
        settings.ignoreRules = Self.folder + "/ignore.yaml"
        settings.secretRules = Self.folder + "/secrets.yaml"
        settings.checkRules = Self.folder + "/checks.yaml"
        _ = try Rules(settings)
        switch key {
        case "files.ignore": settings.ignoreRules = "/nonexistent"
        case "files.secrets": settings.secretRules = "/nonexistent"
        default: settings.checkRules = "/nonexistent"
        }
        let error = try #require(throws: AgentError.self) { try Rules(settings) }
        #expect("\(error)" == "\(key): /nonexistent: is not there")
    }

    @Test("a server's address that cannot be used is told as it was written")
    func address() throws {
        var settings = NodeSettings()
        settings.server = "http://weft.example:80"
        let error = try #require(throws: AgentError.self) {
            try Uplink.address(settings)
        }
        #expect(
            "\(error)".hasPrefix("server.url: http://weft.example:80: a server's address is https://HOST")
        )
    }
}
