import FabricAPI
import FabricClient
import FabricIdentity
import FabricModel
import FoundationEssentials
import LinuxSystem
import ScriptedServer
import Synchronization
import SystemPackage
import Testing

@testable import NodeAgent

/// How a node gets its certificate and keeps it good, against a server that a test plays.
@Suite struct RegistrationTests {
    private static let start = Timestamp(microseconds: WallClock.microseconds())

    /// A server that signs, and what else it is to say.
    private final class Issuer: Sendable {
        private struct State {
            var authority: CertificateAuthority
            var answers: [String: HTTPTestServer.Answer] = [:]
            var now: Timestamp
        }

        private let state: Mutex<State>

        init() throws {
            state = Mutex(
                State(authority: try CertificateAuthority(name: "test", at: start), now: start)
            )
        }

        var now: Timestamp {
            get { state.withLock(\.now) }
            set { state.withLock { $0.now = newValue } }
        }

        /// Answers `METHOD TARGET` otherwise than by a certificate; `nil` ends that.
        func say(_ answer: HTTPTestServer.Answer?, to request: String) {
            state.withLock { $0.answers[request] = answer }
        }

        func answer(_ request: HTTPTestServer.Request) -> HTTPTestServer.Answer {
            let (authority, answer, now) = state.withLock { state in
                (state.authority, state.answers["\(request.method) \(request.target)"], state.now)
            }
            if let answer { return answer }
            do {
                let body = Data(request.body)
                let enrolment = try? CanonicalJSON.decode(Enrolment.self, from: body)
                let pem = try enrolment?.request ?? CanonicalJSON.decode(Renewal.self, from: body).request
                let node = enrolment?.node.id ?? NodeID.make(at: now)
                let certificate = try authority.issue(
                    SigningRequest(pem: pem),
                    for: node,
                    named: NodeName("web1"),
                    at: now,
                    days: 30
                )
                let credentials = NodeCredentials(node: node, certificate: certificate.pem)
                return .answer(201, body: Array(try CanonicalJSON.encode(credentials)))
            } catch {
                return .json(#"{"error":{"code":"invalid-request","message":"\(error)"}}"#, status: 400)
            }
        }
    }

    private struct Bench {
        let issuer: Issuer
        let server: HTTPTestServer
        let folder: FilePath
        let registration: Registration

        var identity: NodeIdentity { registration.identity }

        func asked() -> [String] { server.requests.map { "\($0.method) \($0.target)" } }
    }

    private static let enrolment = "POST /v1/nodes"
    private static let waiting = HTTPTestServer.Answer.json("{}", status: 202)

    private static func refusal(_ code: APIError.Code, _ status: Int = 401) -> HTTPTestServer.Answer {
        .json(#"{"error":{"code":"\#(code.rawValue)","message":"no"}}"#, status: status)
    }

    private static func use(token: String? = "weft_1", _ body: (Bench) throws -> Void) throws {
        let issuer = try Issuer()
        let server = try HTTPTestServer { issuer.answer($0) }
        defer { server.stop() }
        let folder = FileManager.default.temporaryDirectory.appending(path: "weft-node-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        if let token { try Data("\(token)\n".utf8).write(to: folder.appending(path: "token")) }
        try body(try bench(issuer, server, FilePath(folder.path)))
    }

    private static func bench(_ issuer: Issuer, _ server: HTTPTestServer, _ folder: FilePath) throws -> Bench
    {
        let address = try ServerAddress(server.url)
        return Bench(
            issuer: issuer,
            server: server,
            folder: folder,
            registration: try Registration(
                identity: NodeIdentity(folder: folder, name: NodeName("web1"), now: start),
                server: address,
                authority: KnownAuthority(of: address, server.authority.fingerprint, folder: folder),
                tokenFile: folder.appending("token"),
                facts: HostFacts.read(),
                now: { issuer.now }
            )
        )
    }

    @Test("a node enrols once with its token; its key stays with it, and for root alone")
    func enrol() throws {
        try Self.use { bench in
            #expect(!bench.registration.isEnrolled)
            for _ in 0..<2 { _ = try bench.registration.client() }
            #expect(bench.asked() == [Self.enrolment])
            let request = try #require(bench.server.requests.first)
            #expect(request.headers["authorization"] == "Bearer weft_1")
            #expect(!request.text.contains("PRIVATE KEY"))
            #expect(bench.registration.isEnrolled)
            let file = try #require(bench.identity.clientCertificate?.file)
            #expect(try FileStatus.at(FilePath(file))?.permissions == 0o600)
            #expect(try FileStatus.at(bench.folder.appending("request.key")) == nil)
            let kept = try String(contentsOf: URL(filePath: file), encoding: .utf8)
            #expect(kept.contains("PRIVATE KEY"))
            let again = try Self.bench(bench.issuer, bench.server, bench.folder)
            #expect(again.identity.id == bench.identity.id)
            #expect(again.identity.certificate == bench.identity.certificate)
        }
    }

    @Test("without a token a node waits with one key until it is accepted, and says which key it is")
    func candidate() throws {
        try Self.use(token: nil) { bench in
            bench.issuer.say(Self.waiting, to: Self.enrolment)
            var messages: Set<String> = []
            for _ in 0..<3 {
                let error = try #require(throws: ClientError.self) { try bench.registration.client() }
                #expect(error.code == .notAccepted)
                #expect(error.retryAfter == 10)
                messages.insert(error.message)
            }
            #expect(messages.count == 1)
            let key = try bench.identity.requestKey().fingerprint
            #expect(messages.first?.contains("\(key)") == true)
            #expect(messages.first?.contains("weft node accept web1") == true)
            #expect(try FileStatus.at(bench.folder.appending("request.key"))?.permissions == 0o600)
            bench.issuer.say(nil, to: Self.enrolment)
            _ = try bench.registration.client()
            #expect(bench.identity.certificate?.keyFingerprint == key)
        }
    }

    @Test(
        "with a token that is of no use a node waits, and says why",
        arguments: [APIError.Code.tokenUsed, .unauthenticated, .alreadyRegistered, .forbidden]
    )
    func uselessToken(code: APIError.Code) throws {
        let issuer = try Issuer()
        let server = try HTTPTestServer { request in
            request.headers["authorization"] == nil ? Self.waiting : Self.refusal(code, 403)
        }
        defer { server.stop() }
        try Self.use { bench in
            let played = try Self.bench(issuer, server, bench.folder)
            let error = try #require(throws: ClientError.self) { try played.registration.client() }
            #expect(error.code == .notAccepted)
            #expect(error.message.hasSuffix("its enrolment token was not taken: no"))
        }
    }

    @Test("a certificate is renewed at two thirds of its time, for a new key")
    func renew() throws {
        try Self.use { bench in
            _ = try bench.registration.client()
            let first = try #require(bench.identity.certificate)
            let firstFile = try #require(bench.identity.clientCertificate?.file)
            bench.issuer.now = Self.start.adding(seconds: 19 * 86_400)
            _ = try bench.registration.client()
            #expect(bench.asked() == [Self.enrolment])
            bench.issuer.now = Self.start.adding(seconds: 21 * 86_400)
            _ = try bench.registration.client()
            #expect(bench.asked().last == "POST /v1/nodes/\(bench.identity.id)/certificate")
            let second = try #require(bench.identity.certificate)
            #expect(second.keyFingerprint != first.keyFingerprint)
            #expect(second.expires > first.expires)
            #expect(try FileStatus.at(FilePath(firstFile)) == nil)
        }
    }

    @Test("a renewal that fails leaves the certificate, which is good for days still")
    func renewalFails() throws {
        try Self.use { bench in
            _ = try bench.registration.client()
            let first = try #require(bench.identity.certificate)
            bench.issuer.now = Self.start.adding(seconds: 21 * 86_400)
            let path = "POST /v1/nodes/\(bench.identity.id)/certificate"
            bench.issuer.say(.raw(""), to: path)
            _ = try bench.registration.client()
            #expect(bench.identity.certificate == first)
            bench.issuer.say(nil, to: path)
            _ = try bench.registration.client()
            #expect(bench.identity.certificate != first)
        }
    }

    @Test("a node whose certificate has ended enrols again")
    func expired() throws {
        try Self.use { bench in
            _ = try bench.registration.client()
            bench.issuer.now = Self.start.adding(seconds: 40 * 86_400)
            _ = try bench.registration.client()
            #expect(bench.asked() == [Self.enrolment, Self.enrolment])
            #expect(bench.registration.isEnrolled)
        }
    }

    @Test(
        "a node whose certificate is not taken asks to be let in again, with another key",
        arguments: [APIError.Code.certificateRevoked, .certificateExpired, .unauthenticated]
    )
    func revoked(code: APIError.Code) throws {
        try Self.use { bench in
            _ = try bench.registration.client()
            let first = try #require(bench.identity.certificate)
            bench.issuer.say(Self.refusal(code), to: "GET /v1/whoami")
            bench.issuer.say(Self.waiting, to: Self.enrolment)
            bench.registration.note(ClientError(.refused, "x", "no", refusal: APIError(code, "no")))
            #expect(!bench.registration.isEnrolled)
            #expect(try bench.registration.waitingClient() == nil)
            let error = try #require(throws: ClientError.self) { try bench.registration.client() }
            #expect(error.code == .notAccepted)
            bench.issuer.say(nil, to: Self.enrolment)
            _ = try bench.registration.client()
            #expect(bench.registration.isEnrolled)
            #expect(bench.identity.certificate?.keyFingerprint != first.keyFingerprint)
        }
    }

    @Test("a refusal of a certificate that was replaced meanwhile changes nothing")
    func lateRefusal() throws {
        try Self.use { bench in
            _ = try bench.registration.client()
            let certificate = bench.identity.certificate
            bench.issuer.say(.json(#"{"name":"web1"}"#), to: "GET /v1/whoami")
            let refusal = APIError(.certificateExpired, "no")
            bench.registration.note(ClientError(.refused, "x", "no", refusal: refusal))
            _ = try bench.registration.client()
            #expect(bench.registration.isEnrolled)
            #expect(bench.identity.certificate == certificate)
        }
    }

    @Test("what is refused for another reason says nothing of the certificate")
    func otherRefusal() throws {
        try Self.use { bench in
            _ = try bench.registration.client()
            let refusal = APIError(.forbidden, "no")
            bench.registration.note(ClientError(.refused, "x", "no", refusal: refusal))
            bench.registration.note(ClientError(.unreachable, "x", "no"))
            #expect(bench.registration.isEnrolled)
        }
    }

    @Test("a server that shows another authority is sent no token and no request")
    func otherAuthority() throws {
        try Self.use { bench in
            let address = try ServerAddress(bench.server.url)
            let authority = KnownAuthority(of: address, PrivateKey().fingerprint, folder: bench.folder)
            let error = try #require(throws: ClientError.self) { try authority.trust() }
            #expect(error.code == .tlsFailed)
            #expect(bench.server.requests.isEmpty)
            #expect(try FileStatus.at(bench.folder.appending("ca.crt")) == nil)
        }
    }
}
