import Testing

@testable import FabricModel

@Suite("Files that both sides changed")
struct FileMergeTests {
    private static let base = Samples.file("one")

    private static func file(_ text: String = "one", _ set: (inout FileState) -> Void = { _ in }) -> FileState
    {
        var file = Samples.file(text)
        set(&file)
        return file
    }

    /// What the tag says, what the change made, and what comes of both.
    private static let merged: [(FileState, FileState, FileState)] = [
        (base, file("two"), file("two")),
        (file("two"), base, file("two")),
        (file("two"), file("two"), file("two")),
        (file("two"), file { $0.mode = 0o600 }, file("two") { $0.mode = 0o600 }),
        (file { $0.mode = 0o600 }, file { $0.mode = 0o600 }, file { $0.mode = 0o600 }),
        (
            file { $0.owner = AccountReference(name: "web", id: 33) },
            file { $0.group = AccountReference(name: "web", id: 33) },
            file { file in
                file.owner = AccountReference(name: "web", id: 33)
                file.group = AccountReference(name: "web", id: 33)
            }
        ),
        (
            file { $0.attributes = ["user.a": "1"] }, file { $0.attributes = ["user.b": "2"] },
            file { $0.attributes = ["user.a": "1", "user.b": "2"] }
        ),
    ]

    @Test("what one side changed is as that side has it", arguments: merged)
    func parts(theirs: FileState, ours: FileState, result: FileState) throws {
        let merge = try #require(FileMerge(of: Self.base, theirs, ours))
        #expect(merge.state.matches(result))
        #expect(merge.texts == nil)
    }

    @Test("a content that both changed in their own way is to be merged as text")
    func texts() throws {
        let merge = try #require(
            FileMerge(of: Self.base, Self.file("two"), Self.file("three") { $0.mode = 0o600 })
        )
        let texts = try #require(merge.texts)
        #expect(texts.base == .sha256("one".utf8))
        #expect(texts.theirs == .sha256("two".utf8))
        #expect(texts.ours == .sha256("three".utf8))
        let content = FileContent(digest: .sha256("four".utf8), size: 4)
        #expect(merge.with(content).matches(Self.file("four") { $0.mode = 0o600 }))
    }

    private static let clashing: [(FileState, FileState)] = [
        (file { $0.mode = 0o600 }, file { $0.mode = 0o640 }),
        (
            file { $0.owner = AccountReference(name: "a", id: 1) },
            file { $0.owner = AccountReference(name: "b", id: 2) }
        ),
        (file { $0.attributes = ["user.a": "1"] }, file { $0.attributes = ["user.a": "2"] }),
        (Samples.symlink("/a"), file("two")), (Samples.directory(), file("two")),
        (file("two"), file("three") { $0.content?.withheld = .tooLarge }),
    ]

    @Test(
        "a part that both changed in their own way clashes, and so does a content that is not kept",
        arguments: clashing
    )
    func clashes(theirs: FileState, ours: FileState) {
        #expect(FileMerge(of: Self.base, theirs, ours) == nil)
    }
}
