import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let enrolment: [Case] = [
        Case("an enrolment token registers one node, which may repeat it for an hour") { fabric in
            let token = try await fabric.enrolmentToken("rack-7")
            let web = try RegisterNode(id: .make(at: Fabric.moment(0)), name: NodeName("web1"))
            let db = try RegisterNode(id: .make(at: Fabric.moment(0)), name: NodeName("db1"))
            try await fabric.register(web, with: token, gets: "1", at: 10)
            try await fabric.register(web, with: token, gets: "2", at: 10 + 3600)
            for credentials in ["1", "2"] {
                #expect(try await fabric.principal(credentials)?.node == web.id)
            }
            await expectRefusal(.tokenUsed, subject: "rack-7", naming: "web1", "token create") {
                try await fabric.register(db, with: token, gets: "3", at: 11)
            }
            await expectRefusal(.tokenUsed, subject: "rack-7") {
                try await fabric.register(web, with: token, gets: "3", at: 11 + 3600)
            }
            #expect(try await fabric.principal("3") == nil)
            #expect(try await fabric.store.nodes().map(\.id) == [web.id])
        },
        Case("a registration that is refused does not use the token up") { fabric in
            try await fabric.node("web1")
            let token = try await fabric.enrolmentToken("rack-7")
            await expectRefusal(.nameTaken) {
                let other = try RegisterNode(id: .make(at: Fabric.moment(1)), name: NodeName("web1"))
                try await fabric.register(other, with: token, gets: "1", at: 1)
            }
            let db = try RegisterNode(id: .make(at: Fabric.moment(1)), name: NodeName("db1"))
            try await fabric.register(db, with: token, gets: "2", at: 2)
            #expect(try await fabric.principal("2")?.node == db.id)
        },
        Case("a known node is not registered again by just any enrolment token") { fabric in
            let web = try await fabric.node("web1")
            let token = try await fabric.enrolmentToken("rack-7")
            await expectRefusal(
                .alreadyRegistered,
                subject: "web1",
                naming: "--role enrol --name NAME --node web1"
            ) {
                let request = try RegisterNode(id: web, name: NodeName("web1"))
                try await fabric.register(request, with: token, gets: "1", at: 1)
            }
            #expect(try await fabric.principal("1") == nil)
            #expect(try await fabric.principal("token of web1")?.node == web)
        },
        Case("a token made for a known node registers it again, and its earlier tokens end") { fabric in
            let web = try await fabric.node("web1")
            let request = try RegisterNode(id: web, name: NodeName("web1"), operatingSystem: "Debian 13")
            #expect(try await fabric.principal("token of web1") != nil)
            let token = try await fabric.enrolmentToken("again", for: web)
            await expectRefusal(.forbidden, naming: "web1") {
                let other = try RegisterNode(id: .make(at: Fabric.moment(1)), name: NodeName("db1"))
                try await fabric.register(other, with: token, gets: "1", at: 1)
            }
            try await fabric.register(request, with: token, gets: "2", at: 2)
            #expect(try await fabric.principal("token of web1") == nil)
            #expect(try await fabric.principal("2")?.node == web)
            #expect(try await fabric.store.node("web1").operatingSystem == "Debian 13")
        },
        Case("an unknown or revoked token registers nothing") { fabric in
            let revoked = try await fabric.enrolmentToken("rack-7")
            _ = try await fabric.store.revokeToken("rack-7", by: "alice", at: Fabric.moment(1))
            for token in [revoked, .sha256("nobody's".utf8)] {
                await expectRefusal(.unauthenticated) {
                    let web = try RegisterNode(id: .make(at: Fabric.moment(0)), name: NodeName("web1"))
                    try await fabric.register(web, with: token, gets: "1", at: 2)
                }
            }
            #expect(try await fabric.store.nodes().isEmpty)
        },
    ]
}

extension Fabric {
    fileprivate func enrolmentToken(_ name: String, for node: NodeID? = nil) async throws -> ContentDigest {
        let digest = ContentDigest.sha256("enrolment token \(name)".utf8)
        let principal = Principal(name: name, role: .enrol)
        try await store.addToken(digest: digest, principal: principal, for: node, at: Self.moment(0))
        return digest
    }

    fileprivate func register(
        _ node: RegisterNode,
        with token: ContentDigest,
        gets credentials: String,
        at second: Int64
    ) async throws {
        try await store.register(
            node,
            Credential(sample: .sha256(credentials.utf8)),
            by: .token(token),
            at: Self.moment(second)
        )
    }

    fileprivate func principal(_ credentials: String) async throws -> Principal? {
        try await store.principal(of: .sha256(credentials.utf8), at: Fabric.moment(0))
    }
}
