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
            #expect(try await fabric.store.principal(tokenDigest: digest) == alice)
            #expect(try await fabric.store.principal(tokenDigest: digest) == alice)
            #expect(try await fabric.store.principal(tokenDigest: .sha256("other".utf8)) == nil)
        },
        Case("a token that was asked for before it was made is found afterwards") { fabric in
            let digest = ContentDigest.sha256("token".utf8)
            #expect(try await fabric.store.principal(tokenDigest: digest) == nil)
            let admin = Principal(name: "root", role: .admin)
            try await fabric.store.addToken(digest: digest, principal: admin, at: Fabric.moment(0))
            #expect(try await fabric.store.principal(tokenDigest: digest) == admin)
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
            #expect(try await fabric.store.principal(tokenDigest: digest) == alice)
        },
    ]
}
