import FabricAPI
import FabricModel
import FoundationEssentials
import HTTPTypes
import HummingbirdTesting
import Logging
import NIOCore
import ServerStore
import ServiceLifecycle
import Settings
import Synchronization
import SystemPackage
import Testing

@testable import FabricServer

/// The server on a real port.
@Suite(.timeLimit(.minutes(2))) struct LiveServerTests {
    @Test("a body without end is refused and the connection cut")
    func endlessBody() async throws {
        try await Bench.runLive { bench, client in
            let port = try #require(client.port)
            let token = bench.token(.admin)
            let answer = try await onThread {
                let connection = try RawConnection(port: port)
                let path = "/v1/contents/\(ContentDigest.sha256([]))"
                let head = "PUT \(path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n"
                #expect(connection.send(head + "Transfer-Encoding: chunked\r\n\r\n"))
                let chunk = "10000\r\n" + String(repeating: "a", count: 65536) + "\r\n"
                // The test's time limit ends this if the server does not.
                while connection.send(chunk) {}
                return connection.receive()
            }
            #expect(answer.isEmpty || answer.contains(" 413 "), "\(answer.prefix(200))")
        }
    }

    @Test("a large body without a right to send it is refused before it is read")
    func unauthenticatedBody() async throws {
        try await Bench.runLive { _, client in
            let port = try #require(client.port)
            let answer = try await onThread {
                let connection = try RawConnection(port: port)
                let path = "/v1/contents/\(ContentDigest.sha256([]))"
                #expect(
                    connection.send("PUT \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\nabc")
                )
                var answer = connection.receive()
                while true {
                    let more = connection.receive()
                    if more.isEmpty { return answer }
                    answer += more
                }
            }
            #expect(answer.hasPrefix("HTTP/1.1 401 "))
            #expect(answer.lowercased().contains("connection: close"))
        }
    }

    @Test(
        "what is not HTTP does not disturb others",
        arguments: ["\0\0\0\r\n\r\n", "GET /healthz HTTP/9.9\r\n\r\n", "PUT x\r\n\r\n"]
    )
    func notHTTP(text: String) async throws {
        try await Bench.runLive { bench, client in
            let port = try #require(client.port)
            _ = try await onThread {
                let connection = try RawConnection(port: port)
                #expect(connection.send(text))
                return connection.receive()
            }
            #expect(try await client.send(.get, "/v1/whoami", as: bench.token(.reader)).status == 200)
        }
    }

    @Test("32 connections upload at the same time, and each commit is held once")
    func concurrent() async throws {
        try await Bench.runLive { bench, client in
            let port = try #require(client.port)
            let change = Change(
                key: try ResourceKey("package:a"),
                before: .absent,
                after: .package(
                    PackageState(
                        system: .rpm,
                        instances: [.init(evr: try PackageVersion("1-1"), arch: "noarch")]
                    )
                ),
                at: Sample.time
            )
            let web = bench.web
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<32 {
                    group.addTask {
                        try await TestClient.withClient(
                            host: "127.0.0.1",
                            port: port,
                            configuration: .patient
                        ) { client in
                            for step in 0..<5 {
                                let sequence = Int64(number * 5 + step + 1)
                                let commit = Sample.commit([change], of: web.id, sequence: sequence)
                                let body = try CanonicalJSON.encode(CommitUpload(commits: [commit]))
                                for _ in 0..<2 {
                                    let answer = try await client.post(
                                        "/v1/nodes/\(web.id)/commits",
                                        headers: [.authorization: "Bearer \(web.token)"],
                                        body: ByteBuffer(bytes: body)
                                    )
                                    #expect(answer.status == .ok)
                                }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await bench.store.queue(node: nil).count == 160)
        }
    }
}

/// The server as the program runs it.
@Suite(.timeLimit(.minutes(2))) struct WeftServerTests {
    private static func settings(_ folder: String, port: Int = 0) throws -> ServerSettings {
        var settings = try ServerSettings(SettingsFile())
        settings.listen = ListenAddress(host: "127.0.0.1", port: port)
        settings.state = folder
        settings.secretRules = Bench.secretRules.string
        return settings
    }

    private static func temporaryFolder() -> String {
        "\(FileManager.default.temporaryDirectory.path)/weft-server-\(NodeID.make(at: Sample.time))"
    }

    /// Runs a server, and `body` while it listens; then stops it gracefully.
    private func run<Value: Sendable>(
        _ folder: String,
        _ body: @Sendable (ListenAddress, ServiceGroup, ConfigurationWatch) async throws -> Value
    ) async throws -> Value {
        let (addresses, listening) = AsyncStream.makeStream(of: ListenAddress.self)
        let logger = CollectedLog().logger
        let server = try await WeftServer(settings: Self.settings(folder), logger: logger) {
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
            try await TestClient.withClient(host: address.host, port: address.port, configuration: .patient) {
                client in
                let headers: HTTPFields = [.authorization: "Bearer \(token)"]
                let node = RegisterNode(id: .make(at: Sample.time), name: try NodeName("web1"))
                let body = ByteBuffer(bytes: try CanonicalJSON.encode(node))
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
    /// A client that leaves a machine under load its time.
    fileprivate static let patient = TestClient.Configuration(timeout: .seconds(120))
}
