import FabricModel
import FoundationEssentials
import Logging
import Settings
import Testing

@testable import FabricServer

@Suite struct ServerSettingsTests {
    /// The file as it is shipped.
    private static let shipped =
        URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path + "/conf/weft-server.yaml"

    @Test("the shipped file has every key, with its default")
    func shippedFile() throws {
        let text = try String(contentsOf: URL(filePath: Self.shipped), encoding: .utf8)
        let shipped = try ServerSettings(path: Self.shipped)
        let defaults = try ServerSettings(SettingsFile())
        #expect(shipped.listen == defaults.listen)
        #expect(shipped.state == defaults.state)
        #expect(shipped.secretRules == defaults.secretRules)
        #expect(shipped.certificate == nil)
        #expect(shipped.certificateDays == defaults.certificateDays)
        #expect(shipped.logLevel == defaults.logLevel)
        #expect(shipped.idleTimeout == defaults.idleTimeout)
        #expect(shipped.connectionLimit == defaults.connectionLimit)
        #expect(shipped.retention == defaults.retention)
        #expect(defaults.listen.description == "127.0.0.1:8440")
        for key in ServerSettings.keys {
            let name = key.split(separator: ".").last ?? ""
            #expect(text.contains("\(name): "), "\(key)")
        }
    }

    @Test("every key is read")
    func values() throws {
        let text = """
            listen: "[::1]:9000"
            state: /srv/weft
            secrets: /srv/secrets.yaml
            log: {level: debug}
            tls: {certificate: /srv/tls/weft.crt, key: /srv/tls/weft.key}
            nodes: {certificate-days: 7}
            connections:
              idle: 5
              limit: 10
            retention: {uploads: 0}
            """
        let file = try SettingsFile(name: "x.yaml", data: Data(text.utf8), keys: ServerSettings.keys)
        let settings = try ServerSettings(file)
        #expect(settings.listen == ListenAddress(host: "::1", port: 9000))
        #expect(settings.state == "/srv/weft")
        #expect(settings.secretRules == "/srv/secrets.yaml")
        #expect(settings.certificate == "/srv/tls/weft.crt")
        #expect(settings.certificateKey == "/srv/tls/weft.key")
        #expect(settings.certificateDays == 7)
        #expect(settings.logLevel == .debug)
        #expect(settings.idleTimeout == 5)
        #expect(settings.connectionLimit == 10)
        #expect(settings.retention.uploadDays == nil)
    }

    @Test(
        "what is not allowed is refused in one line that names file, key and what is",
        arguments: [
            ("listen: 8440", "listen", "HOST:PORT"), ("state: weft", "state", "absolute path"),
            ("log: {level: loud}", "log.level", "notice"),
            ("tls: {certificate: weft.crt}", "tls.certificate", "absolute path"),
            ("tls: {certificate: /a.crt}", "tls.key", "given together"),
            ("tls: {key: /a.key}", "tls.certificate", "given together"),
            ("nodes: {certificate-days: 0}", "nodes.certificate-days", "from 1"),
            ("connections: {idle: 0}", "connections.idle", "from 1"),
            ("connections: {limit: many}", "connections.limit", "whole number"),
            ("port: 1", "port", "listen"),
        ]
    )
    func refusals(text: String, key: String, allowed: String) throws {
        let error = try #require(throws: SettingsError.self) {
            let file = try SettingsFile(name: "x.yaml", data: Data(text.utf8), keys: ServerSettings.keys)
            _ = try ServerSettings(file)
        }
        #expect(error.key == key)
        #expect(error.description.contains("x.yaml"))
        #expect(error.description.contains(allowed))
        #expect(!error.description.contains("\n"))
    }

    @Test(
        "addresses are read with their port",
        arguments: [
            "127.0.0.1:8440", "127.1.2.3:0", "[::1]:65535", "localhost:80", "0.0.0.0:8440", "[::]:8440",
            "example.org:80",
        ]
    )
    func addresses(text: String) throws {
        let address = try #require(ListenAddress(text))
        #expect(ListenAddress(address.description) == address)
    }

    @Test(
        "what is no address is refused",
        arguments: [
            "", ":", "8440", ":8440", "host:", "host:65536", "host:-1", "host:+1", "::1:80", "[::1]", "[a]:1",
            "a b:1",
        ]
    )
    func noAddress(text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
