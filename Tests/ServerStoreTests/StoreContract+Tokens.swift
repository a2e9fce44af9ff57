import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let tokens: [Case] = [
        Case("a token's digest gives its principal") { fabric in
            let digest = ContentDigest.sha256("token".utf8)
            let alice = Principal(name: "alice", role: .reviewer)
            try await fabric.store.addToken(digest: digest, principal: alice, at: Fabric.moment(0))
            #expect(try await fabric.store.principal(of: digest, at: Fabric.moment(0)) == alice)
            #expect(try await fabric.store.principal(of: digest, at: Fabric.moment(0)) == alice)
            #expect(try await fabric.store.principal(of: .sha256("other".utf8), at: Fabric.moment(0)) == nil)
        },
        Case("a token that was asked for before it was made is found afterwards") { fabric in
            let digest = ContentDigest.sha256("token".utf8)
            #expect(try await fabric.store.principal(of: digest, at: Fabric.moment(0)) == nil)
            let admin = Principal(name: "root", role: .admin)
            try await fabric.store.addToken(digest: digest, principal: admin, at: Fabric.moment(0))
            #expect(try await fabric.store.principal(of: digest, at: Fabric.moment(0)) == admin)
        },
        Case("a token can be added again, but not for somebody else") { fabric in
            let digest = ContentDigest.sha256("token".utf8)
            let alice = Principal(name: "alice", role: .reader)
            try await fabric.store.addToken(digest: digest, principal: alice, at: Fabric.moment(0))
            try await fabric.store.addToken(digest: digest, principal: alice, at: Fabric.moment(1))
            await expectRefusal(.invalidRequest, naming: "alice") {
                let eve = Principal(name: "eve", role: .admin)
                try await fabric.store.addToken(digest: digest, principal: eve, at: Fabric.moment(2))
            }
            #expect(try await fabric.store.principal(of: digest, at: Fabric.moment(0)) == alice)
        },
        Case("tokens are listed with what became of them, oldest first") { fabric in
            let alice = ContentDigest.sha256("a".utf8)
            let rack = ContentDigest.sha256("r".utf8)
            let own = ContentDigest.sha256("w".utf8)
            let store = fabric.store
            let reviewer = Principal(name: "alice", role: .reviewer)
            try await store.addToken(digest: alice, principal: reviewer, at: Fabric.moment(1))
            let enrol = Principal(name: "rack", role: .enrol)
            try await store.addToken(digest: rack, principal: enrol, at: Fabric.moment(2))
            let web = try RegisterNode(id: .make(at: Fabric.moment(0)), name: NodeName("web1"))
            try await store.register(web, Credential(sample: own), by: .token(rack), at: Fabric.moment(3))
            _ = try await store.revokeToken("alice", by: "root", at: Fabric.moment(4))
            func id(_ digest: ContentDigest) -> String { String(digest.hexDigits.prefix(12)) }
            let expected = [
                TokenSummary(
                    id: id(alice),
                    name: "alice",
                    role: .reviewer,
                    addedAt: Fabric.moment(1),
                    revokedAt: Fabric.moment(4)
                ),
                TokenSummary(
                    id: id(rack),
                    name: "rack",
                    role: .enrol,
                    node: web.name,
                    addedAt: Fabric.moment(2),
                    usedAt: Fabric.moment(3)
                ),
                TokenSummary(
                    id: id(own),
                    name: "web1",
                    role: nil,
                    node: web.name,
                    addedAt: Fabric.moment(3),
                    expiresAt: Credential(sample: own).expires
                ),
            ]
            #expect(try await store.tokens() == expected)
        },
        Case("a token keeps its scope, and is good until it ends by itself") { fabric in
            let digest = ContentDigest.sha256("token".utf8)
            let tags = try ["web", "node:web1"].map { try TagName($0) }
            let scopes = [TokenScope(tags: tags), TokenScope(contents: true), TokenScope(tags: [])]
            for (index, scope) in scopes.enumerated() {
                let digest = ContentDigest.sha256("\(index)".utf8)
                let bob = Principal(name: "bob\(index)", role: .reviewer, scope: scope)
                try await fabric.store.addToken(digest: digest, principal: bob, at: Fabric.moment(0))
                #expect(try await fabric.store.principal(of: digest, at: Fabric.moment(0)) == bob)
                #expect(try await fabric.store.end(of: digest) == nil)
            }
            #expect(try await fabric.store.tokens().map(\.scope) == scopes)
            let alice = Principal(name: "alice", role: .reader)
            try await fabric.store.addToken(
                digest: digest,
                principal: alice,
                for: nil,
                expires: Fabric.moment(9),
                at: Fabric.moment(1)
            )
            #expect(try await fabric.store.principal(of: digest, at: Fabric.moment(8)) == alice)
            #expect(try await fabric.store.principal(of: digest, at: Fabric.moment(9)) == nil)
            #expect(try await fabric.store.end(of: digest) == Fabric.moment(9))
            #expect(try await fabric.store.tokens().last?.expiresAt == Fabric.moment(9))
            _ = try await fabric.store.revokeToken("alice", by: "root", at: Fabric.moment(2))
            #expect(try await fabric.store.end(of: digest) == nil)
            #expect(try await fabric.store.end(of: .sha256("other".utf8)) == nil)
        },
        Case("a token for other tags is another one") { fabric in
            let digest = ContentDigest.sha256("token".utf8)
            let narrow = Principal(
                name: "bob",
                role: .reviewer,
                scope: TokenScope(tags: [try TagName("web")])
            )
            try await fabric.store.addToken(digest: digest, principal: narrow, at: Fabric.moment(0))
            await expectRefusal(.invalidRequest, naming: "bob") {
                let wide = Principal(name: "bob", role: .reviewer)
                try await fabric.store.addToken(digest: digest, principal: wide, at: Fabric.moment(0))
            }
            #expect(try await fabric.store.principal(of: digest, at: Fabric.moment(0)) == narrow)
        },
        Case("a revoked token has no principal any more, and stays revoked") { fabric in
            let digest = ContentDigest.sha256("token".utf8)
            let alice = Principal(name: "alice", role: .reviewer)
            try await fabric.store.addToken(digest: digest, principal: alice, at: Fabric.moment(0))
            #expect(try await fabric.store.principal(of: digest, at: Fabric.moment(0)) == alice)
            let id = String(digest.hexDigits.prefix(12))
            let revoked = try await fabric.store.revokeToken(id, by: "root", at: Fabric.moment(1))
            #expect(try await fabric.store.principal(of: digest, at: Fabric.moment(0)) == nil)
            let again = try await fabric.store.revokeToken("alice", by: "root", at: Fabric.moment(2))
            #expect(again == revoked)
            #expect(again.revokedAt == Fabric.moment(1))
        },
        Case("what names no token, or several good ones, is refused") { fabric in
            let digests = ["1", "2"].map { ContentDigest.sha256($0.utf8) }
            for digest in digests {
                let alice = Principal(name: "alice", role: .reader)
                try await fabric.store.addToken(digest: digest, principal: alice, at: Fabric.moment(0))
            }
            let ids = digests.map { String($0.hexDigits.prefix(12)) }
            await expectRefusal(.ambiguousID, subject: "alice", naming: ids[0], ids[1]) {
                _ = try await fabric.store.revokeToken("alice", by: "root", at: Fabric.moment(1))
            }
            for reference in ["bob", "", String(ids[0].prefix(3)), digests[0].text] {
                await expectRefusal(.unknownToken, subject: reference) {
                    _ = try await fabric.store.revokeToken(reference, by: "root", at: Fabric.moment(1))
                }
            }
            let short = String(ids[0].prefix(4))
            #expect(try await fabric.store.revokeToken(short, by: "root", at: Fabric.moment(1)).id == ids[0])
            #expect(
                try await fabric.store.revokeToken("alice", by: "root", at: Fabric.moment(1)).id == ids[1]
            )
        },
    ]
}
