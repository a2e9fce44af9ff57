import FabricAPI
import FabricModel
import ServerStore
import Testing

extension StoreContract {
    private static let future = Timestamp(seconds: 9_000_000_000)

    static let retention: [Case] = [
        Case("an upload that nothing names goes after its time, and can come again") { fabric in
            let node = try await fabric.node("web1")
            let digest = try await fabric.content("one", from: node)
            let reviewed = try await fabric.content("two", from: nil)
            #expect(
                try await fabric.store.removeUnusedContents(uploadedBefore: Fabric.moment(-86_400 * 365)) == 0
            )
            #expect(try await fabric.store.content(digest) == Array("one".utf8))
            #expect(try await fabric.store.removeUnusedContents(uploadedBefore: future) == 2)
            for digest in [digest, reviewed] {
                await expectRefusal(.unknownContent) { _ = try await fabric.store.content(digest) }
            }
            #expect(try await fabric.store.missing([digest], for: node) == [digest])
            // Nobody takes it for held either.
            let commit = Fabric.commit(of: node, 1, [try Sample.edit("/etc/a", nil, "one")])
            await expectRefusal(.missingContents) {
                _ = try await fabric.store.add([commit], from: node, at: Fabric.moment(1))
            }
            try await fabric.commit(node, 1, [Sample.edit("/etc/a", nil, "one")])
            #expect(try await fabric.store.content(digest) == Array("one".utf8))
            #expect(try await fabric.store.removeUnusedContents(uploadedBefore: future) == 0)
        },
        Case("what a commit or a revision names or ever named stays") { fabric in
            let node = try await fabric.node("web1")
            let web = try await fabric.tag("web", includedBy: node)
            let decided = try await fabric.commit(node, 1, [Sample.edit("/etc/a", "one", "two")])
            try await fabric.reject(decided)
            try await fabric.set(web, "file:/etc/b", Sample.entry("three"))
            try await fabric.set(web, "file:/etc/b", nil)
            try await fabric.set(web, "file:/etc/c", Sample.entry("four"))
            try await fabric.store.deleteTag(try await fabric.tag("gone"), by: "alice", at: Fabric.moment(1))
            for _ in 0..<2 {
                #expect(try await fabric.store.removeUnusedContents(uploadedBefore: future) == 0)
            }
            for text in ["one", "two", "three", "four"] {
                #expect(try await fabric.store.content(.sha256(text.utf8)) == Array(text.utf8))
            }
            try await fabric.revert(web, 2)
            #expect(try await fabric.entry(web, "file:/etc/b") == Sample.entry("three"))
        },
        Case("a redacted upload is refused for good, though nothing names it") { fabric in
            let node = try await fabric.node("web1")
            let digest = try await fabric.content("one", from: node)
            _ = try await fabric.store.redact(digest, reason: nil, by: "root", at: Fabric.moment(1))
            _ = try await fabric.store.removeUnusedContents(uploadedBefore: future)
            await expectRefusal(.contentRedacted) { _ = try await fabric.store.content(digest) }
            await expectRefusal(.contentRedacted) { try await fabric.content("one", from: node) }
        },
        Case("of many uploads those that are named stay, and all others go") { fabric in
            let node = try await fabric.node("web1")
            for number in 0..<1100 { try await fabric.content("upload \(number)", from: node) }
            let changes = try stride(from: 0, to: 1100, by: 3)
                .map { number in
                    let text = "upload \(number)"
                    let content = FileContent(digest: .sha256(text.utf8), size: UInt64(text.utf8.count))
                    return try Sample.change(
                        "file:/etc/\(number)",
                        .absent,
                        .file(Sample.file(content, mode: 0o600))
                    )
                }
            let commit = Fabric.commit(of: node, 1, changes)
            _ = try await fabric.store.add([commit], from: node, at: Fabric.moment(1))
            #expect(try await fabric.store.removeUnusedContents(uploadedBefore: future) == 733)
            #expect(try await fabric.store.content(.sha256("upload 1098".utf8)) == Array("upload 1098".utf8))
        },
    ]
}
