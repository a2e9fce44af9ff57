import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let certificates: [Case] = [
        Case("a node's credential stands for it until it ends") { fabric in
            let web = try await fabric.node("web1")
            let digest = ContentDigest.sha256("token of web1".utf8)
            for (second, isGood) in [(0, true), (30 * 86_400 - 1, true), (30 * 86_400, false)]
                as [(Int64, Bool)]
            {
                let principal = try await fabric.store.principal(of: digest, at: Fabric.moment(second))
                #expect(principal == (isGood ? Principal(name: "web1", node: web) : nil))
            }
        },
        Case("a node that renews has both credentials") { fabric in
            let web = try await fabric.node("web1")
            let renewed = ContentDigest.sha256("renewed".utf8)
            try await fabric.store.addCredential(Credential(sample: renewed), of: web, at: Fabric.moment(1))
            for digest in [ContentDigest.sha256("token of web1".utf8), renewed] {
                let principal = try await fabric.store.principal(of: digest, at: Fabric.moment(2))
                #expect(principal?.node == web)
            }
            await expectRefusal(.unknownNode) {
                let nobody = NodeID.make(at: Fabric.moment(1))
                let credential = Credential(sample: .sha256("nobody's".utf8))
                try await fabric.store.addCredential(credential, of: nobody, at: Fabric.moment(1))
            }
        },
        Case("revoking ends all credentials of a node, at once, and of no other") { fabric in
            let web = try await fabric.node("web1")
            let mail = try await fabric.node("mail1")
            let renewed = ContentDigest.sha256("renewed".utf8)
            try await fabric.store.addCredential(Credential(sample: renewed), of: web, at: Fabric.moment(1))
            #expect(try await fabric.store.principal(of: renewed, at: Fabric.moment(2)) != nil)
            #expect(try await fabric.store.revokeNode("web1", by: "alice", at: Fabric.moment(2)))
            for digest in [ContentDigest.sha256("token of web1".utf8), renewed] {
                #expect(try await fabric.store.principal(of: digest, at: Fabric.moment(2)) == nil)
            }
            let other = ContentDigest.sha256("token of mail1".utf8)
            #expect(try await fabric.store.principal(of: other, at: Fabric.moment(2))?.node == mail)
            #expect(try await !fabric.store.revokeNode("web1", by: "alice", at: Fabric.moment(3)))
            await expectRefusal(.unknownNode, subject: "db1") {
                try await fabric.store.revokeNode("db1", by: "alice", at: Fabric.moment(3))
            }
            #expect(try await fabric.store.node("web1").id == web)
        },
        Case("a revoked node does not come back by the token that it enrolled with, or one that waits for it")
        { fabric in
            let web = try RegisterNode(id: .make(at: Fabric.moment(0)), name: NodeName("web1"))
            let tokens = ["used", "unused"].map { ContentDigest.sha256($0.utf8) }
            for (token, node) in zip(tokens, [nil, web.id]) {
                let rack = Principal(name: "rack", role: .enrol)
                try await fabric.store.addToken(
                    digest: token,
                    principal: rack,
                    for: node,
                    at: Fabric.moment(0)
                )
            }
            func register(_ token: ContentDigest) async throws {
                let credential = Credential(sample: .sha256("\(token)".utf8))
                try await fabric.store.register(web, credential, by: .token(token), at: Fabric.moment(1))
            }
            try await register(tokens[0])
            _ = try await fabric.store.revokeNode("web1", by: "alice", at: Fabric.moment(1))
            for token in tokens { await expectRefusal(.unauthenticated) { try await register(token) } }
        },
        Case("a machine that was accepted is not let in any more after its node was revoked") { fabric in
            let web = try await fabric.candidate("web1")
            try await fabric.accept(web)
            let db = try await fabric.node("db1")
            _ = try await fabric.store.revokeNode(db.text, by: "alice", at: Fabric.moment(2))
            let again = try await fabric.candidate("db1", id: db)
            try await fabric.accept(again)
            _ = try await fabric.store.revokeNode("db1", by: "alice", at: Fabric.moment(3))
            await expectRefusal(.unauthenticated) { try await fabric.enrol(again, "1") }
            try await fabric.enrol(web, "2")
        },
    ]

    static let candidates: [Case] = [
        Case("a machine that asks waits until its key is accepted, once") { fabric in
            let web = try await fabric.candidate("web1")
            #expect(try await !fabric.store.note(web))
            #expect(try await fabric.store.candidates() == [web])
            await expectRefusal(.unauthenticated) { try await fabric.enrol(web, "1") }
            #expect(try await fabric.store.nodes().isEmpty)
            try await fabric.accept(web)
            #expect(try await fabric.store.candidates().isEmpty)
            #expect(try await fabric.store.note(web))
            try await fabric.enrol(web, "1")
            let digest = ContentDigest.sha256("1".utf8)
            #expect(try await fabric.store.principal(of: digest, at: Fabric.moment(2))?.node == web.id)
            await expectRefusal(.unauthenticated) { try await fabric.enrol(web, "2") }
        },
        Case("the longest wait comes first, and asking again does not change it") { fabric in
            let web = try await fabric.candidate("web1", at: 5)
            let db = try await fabric.candidate("db1", at: 6)
            var again = web
            again.askedAt = Fabric.moment(7)
            again.address = "192.0.2.9"
            _ = try await fabric.store.note(again)
            again.askedAt = web.askedAt
            #expect(try await fabric.store.candidates() == [again, db])
        },
        Case("a machine that asks with another key waits anew, and was not accepted by that") { fabric in
            let web = try await fabric.candidate("web1")
            try await fabric.accept(web)
            var other = web
            other.fingerprint = "sha256:other"
            other.askedAt = Fabric.moment(9)
            #expect(try await !fabric.store.note(other))
            #expect(try await fabric.store.candidates() == [other])
            await expectRefusal(.unauthenticated) { try await fabric.enrol(other, "1") }
            await expectRefusal(.unauthenticated) { try await fabric.enrol(web, "1") }
            await expectRefusal(.conflict, subject: "web1", naming: "sha256:other") {
                try await fabric.accept(web)
            }
            #expect(try await fabric.store.candidates() == [other])
        },
        Case("a machine with the name of a node, or a node under another name, is not accepted") { fabric in
            let web = try await fabric.node("web1")
            let other = try await fabric.candidate("web1")
            await expectRefusal(.nameTaken, subject: "web1", naming: web.text) {
                try await fabric.accept(other)
            }
            let renamed = try await fabric.candidate("web2", id: web)
            #expect(try await fabric.store.candidates().map(\.isKnown).contains(true))
            await expectRefusal(.invalidRequest, subject: "web2", naming: "web1") {
                try await fabric.accept(renamed)
            }
            for candidate in [other, renamed] { #expect(try await !fabric.store.note(candidate)) }
        },
        Case("a known node that is accepted again loses its earlier credentials") { fabric in
            let web = try await fabric.node("web1")
            let again = try await fabric.candidate("web1", id: web)
            let old = ContentDigest.sha256("token of web1".utf8)
            #expect(try await fabric.store.principal(of: old, at: Fabric.moment(1)) != nil)
            try await fabric.accept(again)
            #expect(try await fabric.store.principal(of: old, at: Fabric.moment(1)) != nil)
            try await fabric.enrol(again, "1")
            #expect(try await fabric.store.principal(of: old, at: Fabric.moment(1)) == nil)
            #expect(try await fabric.store.nodes().map(\.id) == [web])
        },
        Case("a machine that is turned away waits no more, and neither does an unknown one") { fabric in
            let web = try await fabric.candidate("web1")
            try await fabric.store.dismiss(web.id, by: "alice", at: Fabric.moment(1))
            #expect(try await fabric.store.candidates().isEmpty)
            await expectRefusal(.unknownNode, subject: web.id.text) {
                try await fabric.store.dismiss(web.id, by: "alice", at: Fabric.moment(1))
            }
            await expectRefusal(.unknownNode, subject: web.id.text) { try await fabric.accept(web) }
        },
        Case("those who asked long ago, and the oldest of very many, are forgotten") { fabric in
            let old = try await fabric.candidate("old", at: 0)
            let month: Int64 = 30 * 86_400
            let first = try await fabric.candidate("first", at: month)
            #expect(try await fabric.store.candidates() == [old, first])
            for number in 1...1000 { _ = try await fabric.candidate("n\(number)", at: month + 10) }
            let waiting = try await fabric.store.candidates()
            #expect(waiting.count == 1000)
            #expect(!waiting.contains(old) && !waiting.contains(first))
        },
    ]
}

extension Fabric {
    /// A machine that has asked.
    fileprivate func candidate(
        _ name: String,
        id: NodeID = .make(at: Fabric.moment(0)),
        at second: Int64 = 1
    ) async throws -> Candidate {
        let isKnown = try await store.nodes().contains { $0.id == id }
        let candidate = Candidate(
            id: id,
            name: try NodeName(name),
            machineID: "0123",
            operatingSystem: nil,
            fingerprint: "sha256:key of \(name)",
            address: "192.0.2.7",
            askedAt: Self.moment(second),
            isKnown: isKnown
        )
        _ = try await store.note(candidate)
        return candidate
    }

    fileprivate func accept(_ candidate: Candidate) async throws {
        try await store.accept(
            candidate.id,
            fingerprint: candidate.fingerprint,
            by: "alice",
            at: Self.moment(1)
        )
    }

    /// Has a node that was revoked ask again and be accepted.
    func comeBack(_ name: String, _ node: NodeID) async throws {
        let candidate = try await candidate(name, id: node)
        try await accept(candidate)
        try await enrol(candidate, "again")
    }

    /// Has an accepted machine come for its certificate.
    fileprivate func enrol(_ candidate: Candidate, _ credential: String) async throws {
        try await store.register(
            RegisterNode(id: candidate.id, name: candidate.name),
            Credential(
                digest: .sha256(credential.utf8),
                fingerprint: candidate.fingerprint,
                expires: Self.moment(30 * 86_400)
            ),
            by: .accepted,
            at: Self.moment(2)
        )
    }
}
