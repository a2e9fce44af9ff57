internal import FabricAPI
internal import FabricModel

/// What keeps changes of one commit out of a tag: all of it, for one refusal.
struct Obstacles {
    /// So many are named, each in a line; the others are counted.
    private static let named = 20

    private var found: [(number: Int, refusal: APIError)] = []

    /// Remembers why a change cannot be taken; passes on what concerns more than the one change.
    mutating func add(_ error: any Error, to number: Int) throws {
        guard let refusal = error as? APIError,
            [.conflict, .secretContent, .contentNotKept].contains(refusal.code)
        else { throw error }
        found.append((number, refusal))
    }

    /// Refuses an approval that meets any.
    ///
    /// - Throws: `conflict`, `secretContent` or `contentNotKept`: where there are several, the first that is a conflict.
    func check(_ commit: CommitID, into tag: TagName) throws(APIError) {
        guard let first = found.first?.refusal else { return }
        let hasConflict = found.contains { $0.refusal.code == .conflict }
        guard found.count > 1 else {
            let way = hasConflict ? "; \(Self.ways(tag, "the change"))" : ""
            throw APIError(first.code, first.message + way, subject: first.subject)
        }
        var lines = ["\(found.count) changes cannot be taken into \(tag), so nothing was written:"]
        lines += found.prefix(Self.named).map { "    (\($0.number)) \($0.refusal)" }
        if found.count > Self.named { lines.append("    … and \(found.count - Self.named) more") }
        if hasConflict {
            lines.append("\(Self.ways(tag, "the changes")); --changes takes the others")
        }
        throw APIError(
            hasConflict ? .conflict : first.code,
            lines.joined(separator: "\n"),
            subject: commit.text
        )
    }

    /// The ways out of a conflict; out of one with an own tag fewer lead.
    private static func ways(_ tag: TagName, _ changes: String) -> String {
        let own = tag.isShared ? ", approve into the node's own tag with '--into node'" : ""
        return "merge both with --edit, take one side with --ours or --theirs\(own), or reject \(changes)"
    }
}
