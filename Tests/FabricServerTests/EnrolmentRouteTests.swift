import FabricAPI
import FabricIdentity
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

/// How machines become nodes, and stop being it.
@Suite struct EnrolmentRouteTests {
    /// A machine that is no node yet.
    private struct Newcomer {
        var node: RegisterNode
        let key = PrivateKey()

        init(_ name: String, id: NodeID = .make(at: Sample.time)) throws {
            node = RegisterNode(
                id: id,
                name: try NodeName(name),
                machineID: "0123456789abcdef0123456789abcdef",
                operatingSystem: "Debian GNU/Linux 12"
            )
        }

        var enrolment: Enrolment {
            get throws { Enrolment(node: node, request: try SigningRequest(for: key).pem) }
        }

        /// The machine as a node, with the certificate that an answer has.
        func machine(_ answer: Answer) throws -> Bench.Machine {
            let credentials = try answer.value(NodeCredentials.self)
            #expect(answer.status == 201)
            #expect(credentials.node == node.id)
            let certificate = try CertificateDocument(pem: credentials.certificate)
            try certificate.check(key)
            return Bench.Machine(id: node.id, name: node.name, certificate: certificate)
        }
    }

    private static func ask(
        _ newcomer: Newcomer,
        as caller: (any Caller)? = nil,
        _ client: any TestClientProtocol
    ) async throws -> Answer {
        try await client.send(.post, "/v1/nodes", as: caller, newcomer.enrolment)
    }

    @Test("everybody is told the authority, which is what the certificates are signed by")
    func authority() async throws {
        try await Bench.run { bench, client in
            let answer = try await client.send(.get, "/v1/authority", as: nil).value(Authority.self)
            let authority = try CertificateDocument(pem: answer.certificate)
            #expect(authority == bench.authority.certificate)
            #expect(bench.web.certificate.isSigned(by: authority))
        }
    }

    @Test("a token gives a machine a certificate that works, also when it asks again")
    func token() async throws {
        try await Bench.run { bench, client in
            let db = try Newcomer("db1")
            for role in [Role.enrol, .enrol, .admin] {
                let machine = try db.machine(try await Self.ask(db, as: bench.token(role), client))
                #expect(machine.certificate.node == db.node.id)
                #expect(machine.certificate.expires == Bench.start.adding(seconds: 30 * 86_400))
                let principal = try await client.send(.get, "/v1/whoami", as: machine).value(Principal.self)
                #expect(principal == Principal(name: "db1", node: db.node.id))
            }
        }
    }

    @Test("an enrolment token enrols one node, and none that is known already")
    func enrolmentToken() async throws {
        try await Bench.run { bench, client in
            let known = try Newcomer("web1", id: bench.web.id)
            let taken = try await Self.ask(known, as: bench.token(.enrol), client)
            #expect(try taken.refusal().code == .alreadyRegistered)
            #expect(taken.status == 409)
            for (name, status) in [("db1", 201), ("db2", 403)] {
                let answer = try await Self.ask(Newcomer(name), as: bench.token(.enrol), client)
                #expect(answer.status == status)
                if status != 201 { #expect(try answer.refusal().code == .tokenUsed) }
            }
            #expect(try await client.send(.get, "/v1/whoami", as: bench.web).status == 200)
        }
    }

    @Test("a name that another node has is refused")
    func nameTaken() async throws {
        try await Bench.run { bench, client in
            let answer = try await Self.ask(Newcomer("web1"), as: bench.token(.enrol), client)
            #expect(try answer.refusal().code == .nameTaken)
            #expect(answer.status == 409)
        }
    }

    @Test("without a token a machine waits, and is a node when its key was accepted")
    func candidate() async throws {
        try await Bench.run { bench, client in
            let db = try Newcomer("db1")
            for _ in 0..<2 {
                let answer = try await Self.ask(db, client)
                #expect(answer.status == 202)
                #expect(try answer.value(Candidate.self).fingerprint == "\(db.key.fingerprint)")
            }
            let reader = bench.token(.reader)
            let waiting = try await client.send(.get, "/v1/candidates", as: reader).value(CandidateList.self)
            #expect(waiting.candidates.map(\.id) == [db.node.id])
            #expect(waiting.candidates.first?.isKnown == false)
            #expect(try await bench.store.nodes().count == 2)

            let path = "/v1/candidates/\(db.node.id)/acceptance"
            let other = Acceptance(fingerprint: "\(PrivateKey().fingerprint)")
            let wrong = try await client.send(.post, path, as: bench.token(.admin), other)
            #expect(try wrong.refusal().code == .conflict)
            #expect(try await Self.ask(db, client).status == 202)

            let acceptance = Acceptance(fingerprint: "\(db.key.fingerprint)")
            let accepted = try await client.send(.post, path, as: bench.token(.admin), acceptance)
            #expect(accepted.status == 204)
            let machine = try db.machine(try await Self.ask(db, client))
            #expect(try await client.send(.get, "/v1/nodes/\(machine.id)", as: machine).status == 200)
            // It was accepted once.
            #expect(try await Self.ask(db, client).status == 202)
        }
    }

    @Test("another key does not get what was accepted for the first one")
    func otherKey() async throws {
        try await Bench.run { bench, client in
            let db = try Newcomer("db1")
            let thief = try Newcomer("db1", id: db.node.id)
            _ = try await Self.ask(db, client)
            let path = "/v1/candidates/\(db.node.id)/acceptance"
            let acceptance = Acceptance(fingerprint: "\(db.key.fingerprint)")
            #expect(try await client.send(.post, path, as: bench.token(.admin), acceptance).status == 204)
            #expect(try await Self.ask(thief, client).status == 202)
            #expect(try await bench.store.nodes().count == 2)
        }
    }

    @Test("a machine that takes a node's id or name gets neither certificate nor acceptance by that")
    func claim() async throws {
        try await Bench.run { bench, client in
            let impostor = try Newcomer("web1", id: bench.web.id)
            #expect(try await Self.ask(impostor, client).status == 202)
            let known = try await client.send(.get, "/v1/candidates", as: bench.token(.reader))
                .value(CandidateList.self)
            #expect(known.candidates.map(\.isKnown) == [true])
            #expect(try await client.send(.get, "/v1/whoami", as: bench.web).status == 200)
            for (name, id, code) in [
                ("web1", NodeID.make(at: Sample.time), APIError.Code.nameTaken),
                ("web2", bench.web.id, .invalidRequest),
            ] {
                let other = try Newcomer(name, id: id)
                #expect(try await Self.ask(other, client).status == 202)
                let path = "/v1/candidates/\(id)/acceptance"
                let acceptance = Acceptance(fingerprint: "\(other.key.fingerprint)")
                let answer = try await client.send(.post, path, as: bench.token(.admin), acceptance)
                #expect(try answer.refusal().code == code)
                #expect(try await Self.ask(other, client).status == 202)
            }
            #expect(try await bench.store.nodes().count == 2)
        }
    }

    @Test("a machine that is turned away waits no more")
    func dismiss() async throws {
        try await Bench.run { bench, client in
            let db = try Newcomer("db1")
            _ = try await Self.ask(db, client)
            let path = "/v1/candidates/\(db.node.id)"
            #expect(try await client.send(.delete, path, as: bench.token(.admin)).status == 204)
            #expect(try await bench.store.candidates().isEmpty)
            let again = try await client.send(.delete, path, as: bench.token(.admin))
            #expect(try again.refusal().code == .unknownNode)
        }
    }

    @Test("a node renews its certificate for a new key, and has both until the first one ends")
    func renew() async throws {
        try await Bench.run { bench, client in
            bench.time.set(Bench.start.adding(seconds: 20 * 86_400))
            let key = PrivateKey()
            let renewal = Renewal(request: try SigningRequest(for: key).pem)
            let path = "/v1/nodes/\(bench.web.id)/certificate"
            let answer = try await client.send(.post, path, as: bench.web, renewal)
            #expect(answer.status == 201)
            var renewed = bench.web
            renewed.certificate = try CertificateDocument(
                pem: answer.value(NodeCredentials.self).certificate
            )
            try renewed.certificate.check(key)
            for machine in [bench.web, renewed] {
                #expect(try await client.send(.get, "/v1/whoami", as: machine).status == 200)
            }
            bench.time.set(Bench.start.adding(seconds: 31 * 86_400))
            let old = try await client.send(.get, "/v1/whoami", as: bench.web)
            #expect(try old.refusal().code == .certificateExpired)
            #expect(try await client.send(.get, "/v1/whoami", as: renewed).status == 200)
        }
    }

    @Test(
        "an enrolment that does not fit is refused and stores nothing",
        arguments: [
            #"{"node":{"id":"x","name":"db1"},"request":"REQUEST"}"#,
            #"{"node":{"id":"01890000-0000-7000-8000-000000000001","name":"DB 1"},"request":"REQUEST"}"#,
            #"{"node":{"id":"01890000-0000-7000-8000-000000000001"},"request":"REQUEST"}"#,
            #"{"node":{"id":"01890000-0000-7000-8000-000000000001","name":"db1"}}"#,
            #"{"node":{"id":"01890000-0000-7000-8000-000000000001","name":"db1"},"request":"x"}"#,
            #"{"node":{"id":"01890000-0000-7000-8000-000000000001","name":"db1"},"request":"\#(String(repeating: "a", count: 5000))"}"#,
            #"{"node":{"id":"01890000-0000-7000-8000-000000000001","name":"db1","machineID":"\#(String(repeating: "a", count: 1025))"},"request":"REQUEST"}"#,
            "", "[]", "{", "null",
        ]
    )
    func invalid(json: String) async throws {
        let request = try SigningRequest(for: PrivateKey()).pem.replacing("\n", with: "\\n")
        let json = json.replacing("REQUEST", with: request)
        try await Bench.run { bench, client in
            for caller in [bench.token(.admin), nil] {
                let answer = try await client.send(.post, "/v1/nodes", as: caller, json: json)
                #expect(try answer.refusal().code == .invalidRequest)
            }
            #expect(try await bench.store.nodes().count == 2)
            #expect(try await bench.store.candidates().isEmpty)
        }
    }

    @Test("a request that its own key did not sign is refused")
    func forgedRequest() async throws {
        try await Bench.run { bench, client in
            let (one, other) = (try SigningRequest(for: PrivateKey()), try SigningRequest(for: PrivateKey()))
            // The lines of both are of one length, so that the end of one, with its signature, fits the other.
            let lines = zip(one.pem.split(separator: "\n"), other.pem.split(separator: "\n"))
                .enumerated().map { $0.offset < 3 ? $0.element.0 : $0.element.1 }
            var enrolment = try Newcomer("db1").enrolment
            enrolment.request = lines.joined(separator: "\n") + "\n"
            let answer = try await client.send(.post, "/v1/nodes", as: bench.token(.admin), enrolment)
            #expect(try answer.refusal().subject == "request")
            #expect(try await bench.store.nodes().count == 2)
        }
    }
}
