import FabricAPI
import FabricIdentity
import FabricModel
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LinuxSystem
import Logging
import RecordingRules
import ServerStore
import Synchronization
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
    let authority: CertificateAuthority
    let time = SetTime(start)
    let web: Machine
    let mail: Machine

    var watch: ConfigurationWatch { routes.fabric.watch }

    /// A registered node with its certificate.
    struct Machine: Caller {
        var id: NodeID
        var name: NodeName
        var certificate: CertificateDocument

        var proof: HTTPFields { [Bench.peer: Data(certificate.der).base64EncodedString()] }
    }

    /// Stands for the certificate of the connection, as no server takes it.
    static let peer: HTTPField.Name = {
        guard let name = HTTPField.Name("Peer-Certificate") else {
            preconditionFailure("no name of a header")
        }
        return name
    }()

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
        let authority = try CertificateAuthority(name: "bench", at: Self.start)
        self.authority = authority
        let fabric = Fabric(
            store: store,
            authority: authority,
            watch: ConfigurationWatch(),
            secrets: try SecretRules(contentsOf: Self.secretRules),
            now: { [time] in time.now },
            logger: log.logger
        )
        let authentication = Authentication(
            store: store,
            authority: authority.certificate,
            peer: { request, _ in
                request.headers[Self.peer].flatMap { Data(base64Encoded: $0) }
                    .map { PeerCertificate(der: Array($0)) }
            },
            now: fabric.now
        )
        routes = Routes(fabric: fabric, authentication: authentication)
        var tokens: [Role: String] = [:]
        for role in Role.allCases {
            let token = BearerToken.make()
            let principal = Principal(name: "\(role.rawValue)-person", role: role)
            try await store.addToken(digest: token.digest, principal: principal, at: Self.start)
            tokens[role] = token.text
        }
        self.tokens = tokens
        let admin = BearerToken(text: tokens[.admin] ?? "")
        web = try await Self.register("web1", in: store, authority, admin)
        mail = try await Self.register("mail1", in: store, authority, admin)
    }

    private static func register(
        _ name: String,
        in store: SQLiteStore,
        _ authority: CertificateAuthority,
        _ admin: BearerToken
    ) async throws -> Machine {
        let id = NodeID.make(at: start)
        let name = try NodeName(name)
        let certificate = try authority.issue(
            SigningRequest(for: PrivateKey()),
            for: id,
            named: name,
            at: start,
            days: 30
        )
        let request = RegisterNode(id: id, name: name)
        try await store.register(request, Credential(certificate), by: .token(admin.digest), at: start)
        return Machine(id: id, name: name, certificate: certificate)
    }

    private var application: Application<RouterResponder<ServerContext>> {
        Application(
            responder: routes.responder(),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            logger: routes.fabric.logger
        )
    }

    func token(_ role: Role) -> String { tokens[role] ?? "" }

    /// Makes a token that is good for less than its role allows, or more, or ends by itself.
    func token(
        _ role: Role,
        _ name: String,
        _ scope: TokenScope? = nil,
        expires: Timestamp? = nil
    ) async throws -> String {
        let token = BearerToken.make()
        try await store.addToken(
            digest: token.digest,
            principal: Principal(name: name, role: role, scope: scope),
            for: nil,
            expires: expires,
            at: Self.start
        )
        return token.text
    }
}

/// A clock that stands until it is set.
final class SetTime: Sendable {
    private let value: Mutex<Timestamp>

    init(_ now: Timestamp) {
        value = Mutex(now)
    }

    var now: Timestamp { value.withLock(\.self) }

    func set(_ now: Timestamp) {
        value.withLock { $0 = now }
    }
}
