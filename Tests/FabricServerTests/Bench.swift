import FabricAPI
import FabricModel
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LinuxSystem
import Logging
import RecordingRules
import ServerStore
import SystemPackage
import Testing

@testable import FabricServer

/// A server over a store of its own, with a token for each role and two nodes.
struct Bench: Sendable {
    let store: SQLiteStore
    let routes: Routes
    let folder: String
    let log = CollectedLog()
    let tokens: [Role: String]
    let web: Machine
    let mail: Machine

    var watch: ConfigurationWatch { routes.fabric.watch }

    /// A registered node.
    struct Machine: Sendable {
        var id: NodeID
        var name: NodeName
        var token: String
    }

    /// The rules as they are shipped.
    static let secretRules: FilePath = {
        let checkout = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return FilePath("/\(checkout)/conf/secrets.yaml")
    }()

    static let start = Timestamp(seconds: 1_790_000_000)

    /// Runs `body` against the routes, without a socket.
    static func run<Value: Sendable>(
        _ body: @Sendable (Bench, any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        try await with { bench in
            try await bench.application.test(.router) { try await body(bench, $0) }
        }
    }

    /// Runs `body` against the routes on a real port of this machine.
    static func runLive<Value: Sendable>(
        _ body: @Sendable (Bench, any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        try await with { bench in
            try await bench.application.test(.live) { try await body(bench, $0) }
        }
    }

    static func with<Value: Sendable>(
        _ body: @Sendable (Bench) async throws -> Value
    ) async throws -> Value {
        let folder = "\(FileManager.default.temporaryDirectory.path)/weft-server-\(NodeID.make(at: start))"
        let store = try await SQLiteStore(folder: folder)
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(Bench(store, folder: folder)))
        } catch {
            outcome = .failure(error)
        }
        try await store.close()
        try FileManager.default.removeItem(atPath: folder)
        return try outcome.get()
    }

    private init(_ store: SQLiteStore, folder: String) async throws {
        self.store = store
        self.folder = folder
        let fabric = Fabric(
            store: store,
            watch: ConfigurationWatch(),
            secrets: try SecretRules(contentsOf: Self.secretRules),
            now: { Self.start },
            logger: log.logger
        )
        routes = Routes(fabric: fabric, authentication: Authentication(store: store))
        var tokens: [Role: String] = [:]
        for role in Role.allCases {
            let token = BearerToken.make()
            let principal = Principal(name: "\(role.rawValue)-person", role: role)
            try await store.addToken(digest: token.digest, principal: principal, at: Self.start)
            tokens[role] = token.text
        }
        self.tokens = tokens
        let admin = BearerToken(text: tokens[.admin] ?? "")
        web = try await Self.register("web1", in: store, admin)
        mail = try await Self.register("mail1", in: store, admin)
    }

    private static func register(
        _ name: String,
        in store: SQLiteStore,
        _ admin: BearerToken
    ) async throws -> Machine {
        let token = BearerToken.make()
        let machine = Machine(id: .make(at: start), name: try NodeName(name), token: token.text)
        let request = RegisterNode(id: machine.id, name: machine.name)
        try await store.register(request, tokenDigest: token.digest, with: admin.digest, at: start)
        return machine
    }

    private var application: Application<RouterResponder<ServerContext>> {
        Application(
            responder: routes.responder(),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            logger: routes.fabric.logger
        )
    }

    func token(_ role: Role) -> String { tokens[role] ?? "" }
}
