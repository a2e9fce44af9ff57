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
                                        headers: web.proof,
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

extension TestClient.Configuration {
    /// A client that leaves a machine under load its time.
    fileprivate static let patient = TestClient.Configuration(timeout: .seconds(120))
}
