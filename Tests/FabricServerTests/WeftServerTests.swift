import FabricAPI
import FabricIdentity
import FabricModel
import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Settings
import SystemPackage
import Testing

@testable import FabricServer

/// The server as the program runs it.
@Suite(.timeLimit(.minutes(2))) struct WeftServerTests {
    private static func settings(_ folder: String, port: Int = 0) throws -> ServerSettings {
        var settings = try ServerSettings(SettingsFile())
        settings.listen = ListenAddress(host: "127.0.0.1", port: port)
        settings.state = folder
        settings.secretRules = Bench.secretRules.string
        return settings
    }

    /// Makes the authority, where it is not there.
    private static func initialise(_ folder: String) throws {
        guard !FileManager.default.fileExists(atPath: "\(folder)/identity/ca.crt") else { return }
        _ = try ServerIdentity.make(settings(folder), name: "test", hosts: ["127.0.0.1", "localhost"])
    }

    private static func temporaryFolder() -> String {
        "\(FileManager.default.temporaryDirectory.path)/weft-server-\(NodeID.make(at: Sample.time))"
    }

    /// Runs a server in a folder of its own, and `body` while it listens.
    static func withServer(
        hosts: [String] = ["127.0.0.1"],
        own: (certificate: CertificateDocument, key: PrivateKey)? = nil,
        _ body: @Sendable (ListenAddress, String) async throws -> Void
    ) async throws {
        let folder = temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var settings = try settings(folder)
        _ = try ServerIdentity.make(settings, name: "test", hosts: hosts)
        if let own {
            (settings.certificate, settings.certificateKey) = ("\(folder)/own.crt", "\(folder)/own.key")
            try Data(own.certificate.pem.utf8).write(to: URL(filePath: "\(folder)/own.crt"))
            try Data(own.key.pem.utf8).write(to: URL(filePath: "\(folder)/own.key"))
        }
        try await run(settings) { address, _, _ in try await body(address, folder) }
    }

    /// A new token for a server's state.
    static func token(_ role: Role, _ folder: String) async throws -> String {
        try await TokenAdministration.create(role: role.rawValue, name: "test", state: folder)
    }

    /// Runs a server, and `body` while it listens; then stops it gracefully.
    private func run<Value: Sendable>(
        _ folder: String,
        _ body: @Sendable (ListenAddress, ServiceGroup, ConfigurationWatch) async throws -> Value
    ) async throws -> Value {
        try Self.initialise(folder)
        return try await Self.run(Self.settings(folder), body)
    }

    private static func run<Value: Sendable>(
        _ settings: ServerSettings,
        _ body: @Sendable (ListenAddress, ServiceGroup, ConfigurationWatch) async throws -> Value
    ) async throws -> Value {
        let (addresses, listening) = AsyncStream.makeStream(of: ListenAddress.self)
        let logger = CollectedLog().logger
        let server = try await WeftServer(settings: settings, logger: logger) {
            listening.yield($0)
        }
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        async let ended: Void = group.run()
        var all = addresses.makeAsyncIterator()
        let address = try #require(await all.next())
        let value = try await body(address, group, server.watch)
        await group.triggerGracefulShutdown()
        try await ended
        return value
    }

    @Test("long polls end at once when the server stops, and the port is free again")
    func shutdown() async throws {
        let folder = Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let address = try await run(folder) { address, group, watch in
            let token = try await TokenAdministration.create(role: "admin", name: "alice", state: folder)
            try await TestClient.withClient(
                host: address.host,
                port: address.port,
                configuration: .patient(trusting: "\(folder)/identity/ca.crt")
            ) { client in
                let headers: HTTPFields = [.authorization: "Bearer \(token)"]
                let enrolment = Enrolment(
                    node: RegisterNode(id: .make(at: Sample.time), name: try NodeName("web1")),
                    request: try SigningRequest(for: PrivateKey()).pem
                )
                let body = ByteBuffer(bytes: try CanonicalJSON.encode(enrolment))
                #expect(try await client.post("/v1/nodes", headers: headers, body: body).status == .created)
                let path = "/v1/nodes/web1/configuration"
                let etag = try #require(try await client.get(path, headers: headers).headers[.eTag])
                let opaque = etag.dropFirst().dropLast()
                async let waiting = client.get("\(path)?since=\(opaque)&wait=300", headers: headers)
                try await watch.waiters(1)
                let clock = ContinuousClock()
                let started = clock.now
                await group.triggerGracefulShutdown()
                #expect(try await waiting.status == .notModified)
                #expect(clock.now - started < .seconds(10))
            }
            return address
        }
        #expect(throws: RawConnection.Refused.self) { _ = try RawConnection(port: address.port) }
        try await run(folder) { again, _, _ in #expect(again.port != 0) }
    }

    @Test("a second server on the same state is refused, naming the first's process")
    func secondServer() async throws {
        let folder = Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await run(folder) { _, _, _ in
            let error = await #expect(throws: ServerError.self) {
                try await WeftServer(
                    settings: Self.settings(folder),
                    logger: CollectedLog().logger,
                    announce: { _ in }
                )
            }
            #expect(error?.code == .stateInUse)
            #expect(error?.message.contains("\(ProcessInfo.processInfo.processIdentifier)") == true)
        }
    }

    @Test("a port that is taken is named")
    func portTaken() async throws {
        let (one, two) = (Self.temporaryFolder(), Self.temporaryFolder())
        defer { for folder in [one, two] { try? FileManager.default.removeItem(atPath: folder) } }
        try await run(one) { address, _, _ in
            let logger = CollectedLog().logger
            try Self.initialise(two)
            let server = try await WeftServer(
                settings: Self.settings(two, port: address.port),
                logger: logger,
                announce: { _ in }
            )
            let error = await #expect(throws: ServerError.self) {
                try await ServiceGroup(configuration: .init(services: [server], logger: logger)).run()
            }
            #expect(error?.code == .addressInUse)
            #expect(error?.description.contains("\(address)") == true)
        }
    }

    @Test("a state that cannot be used is named", arguments: ["/proc/weft-server", "/dev/null", "/etc"])
    func unusableState(folder: String) async throws {
        let error = await #expect(throws: ServerError.self) {
            try await WeftServer(
                settings: Self.settings(folder),
                logger: CollectedLog().logger,
                announce: { _ in }
            )
        }
        #expect(error?.code == .stateUnusable)
        #expect(error?.subject == "state: \(folder)")
    }
}

extension TestClient.Configuration {
    /// A client that leaves a machine under load its time, and believes the servers of an authority.
    fileprivate static func patient(trusting file: String) -> TestClient.Configuration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(file)
        return TestClient.Configuration(
            tlsConfiguration: configuration,
            timeout: .seconds(120),
            serverName: "localhost"
        )
    }
}
