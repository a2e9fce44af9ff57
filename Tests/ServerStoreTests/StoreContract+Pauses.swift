import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    static let pauses: [Case] = [
        Case("a pause reaches the nodes of its tag, changes their entity tags, and ends") { fabric in
            let (web, mail) = (try await fabric.node("web1"), try await fabric.node("mail1"))
            let tag = try await fabric.tag("web", includedBy: web)
            let before = (try await fabric.etag(of: web), try await fabric.etag(of: mail))
            let pause = try await fabric.store.pause(tag, reason: "why", by: "bob", at: Fabric.moment(1))
            #expect(pause == Pause(tag: tag, by: "bob", reason: "why", since: Fabric.moment(1)))
            #expect(try await fabric.store.configuration(of: web).pause == pause)
            #expect(try await fabric.store.configuration(of: mail).pause == nil)
            #expect(try await fabric.etag(of: web) != before.0)
            #expect(try await fabric.etag(of: mail) == before.1)
            #expect(try await fabric.store.resume(tag, by: "bob", at: Fabric.moment(2)))
            #expect(try await !fabric.store.resume(tag, by: "bob", at: Fabric.moment(3)))
            #expect(try await fabric.etag(of: web) == before.0)
        },
        Case("a pause of everything, one of a node, and one that holds already") { fabric in
            let web = try await fabric.node("web1")
            let own = TagName(ownTagOf: try NodeName("web1"))
            let all = try await fabric.store.pause(nil, reason: nil, by: "bob", at: Fabric.moment(1))
            let node = try await fabric.store.pause(own, reason: "x", by: "eve", at: Fabric.moment(2))
            #expect(try await fabric.store.pause(own, reason: "y", by: "joe", at: Fabric.moment(3)) == node)
            #expect(try await fabric.store.pauses() == [all, node])
            #expect(try await fabric.store.configuration(of: web).pause == all)
            _ = try await fabric.store.resume(nil, by: "bob", at: Fabric.moment(4))
            #expect(try await fabric.store.configuration(of: web).pause == node)
        },
        Case("a tag that is not there cannot be paused") { fabric in
            let tag = try TagName("nowhere")
            await expectRefusal(.unknownTag, naming: "nowhere") {
                _ = try await fabric.store.pause(tag, reason: nil, by: "bob", at: Fabric.moment(1))
            }
        },
    ]
}
