import FabricModel
import Testing

@Suite("Names of tags, nodes and revisions")
struct NameTests {
    static let longest = String(repeating: "a", count: 63)
    static let refusedNames = [
        "", "-a", ".a", "_a", "A", "Web", "a b", "a/b", "a:b", "a@b", "é", "a\n", longest + "a", "..", " a",
        "node:",
        "a\u{0}", "а",
    ]

    @Test(
        "names of lower-case letters, digits and . _ -",
        arguments: ["a", "0", "web-1", "db_2.example.org", "a..b", longest]
    )
    func allowed(text: String) throws {
        let (node, tag) = (try NodeName(text), try TagName(text))
        #expect(node.description == text && tag.description == text)
        #expect(tag.isShared && tag.node == nil)
        let own = TagName(ownTagOf: node)
        #expect(own.text == "node:\(text)")
        #expect(!own.isShared && own.node == node)
        #expect(try TagName(own.text) == own)
        #expect(try Samples.read(TagName.self, Samples.text(own)) == own)
        #expect(try Samples.read(NodeName.self, Samples.text(node)) == node)
    }

    @Test("all other names are refused", arguments: refusedNames)
    func refused(text: String) {
        let node = #expect(throws: ModelError.self) { try NodeName(text) }
        #expect(node?.code == .invalidName)
        for tag in [text, "node:\(text)"] where tag != "node:node:" {
            let error = #expect(throws: ModelError.self) { try TagName(tag) }
            #expect(error?.code == .invalidName)
            #expect(error?.subject.utf8.allSatisfy { (0x20...0x7E).contains($0) } == true)
        }
    }

    @Test(
        "'node' alone is no tag, and 'node:node:x' is none either",
        arguments: ["node", "node:node:x", "Node:x", "tag:x"]
    )
    func reserved(text: String) {
        #expect(throws: ModelError.self) { try TagName(text) }
    }

    @Test("names are ordered by their text")
    func order() throws {
        let names = try ["a", "a-b", "a.b", "a1", "b"].map { try TagName($0) }
        #expect(names.shuffled().sorted() == names)
    }

    @Test(
        "a revision is a tag, @ and a number",
        arguments: [
            ("web@1", "web", 1), ("node:web1@42", "node:web1", 42), ("a@9223372036854775807", "a", .max),
        ]
            as [(String, String, Int64)]
    )
    func revisions(text: String, tag: String, number: Int64) throws {
        let reference = try RevisionReference(text)
        #expect(reference == RevisionReference(tag: try TagName(tag), number: number))
        #expect(reference.description == text)
        #expect(try Samples.read(RevisionReference.self, Samples.text(reference)) == reference)
    }

    @Test(
        "what names no revision is refused",
        arguments: [
            "", "web", "@1", "web@", "web@0", "web@-1", "web@+1", "web@1.0", "web@x", "web@1@2", "web @1",
            "web@ 1",
            "node@1", "web@9223372036854775808", "web@１",
        ]
    )
    func refusedRevisions(text: String) {
        let error = #expect(throws: ModelError.self) { try RevisionReference(text) }
        #expect(error?.code == .invalidName)
    }
}
