/// Two changes of one file that began alike, brought together part by part.
///
/// A part that one side alone changed is as that side has it; one that both changed in the same way is that. A content
/// that both changed in their own way is text to be merged, where it is kept; any other part is a clash.
public struct FileMerge: Hashable, Sendable {
    /// The file with the parts of both; its content is that of the second side until texts are merged.
    public private(set) var state: FileState
    /// The contents that have to be merged, as text; `nil` where the parts alone say what the file is to be.
    public private(set) var texts: Texts?

    /// Three contents: the one both began with, and what each side made of it.
    public struct Texts: Hashable, Sendable {
        /// What both began with.
        public var base: ContentDigest
        /// What the one side made of it.
        public var theirs: ContentDigest
        /// What the other side made of it.
        public var ours: ContentDigest
    }

    /// A merge of what two sides made of a file; `nil` where a part clashes, or a content that is needed is not kept.
    public init?(of base: FileState, _ theirs: FileState, _ ours: FileState) {
        guard base.type == theirs.type, base.type == ours.type,
            let mode = Self.merged(base.mode, theirs.mode, ours.mode),
            let owner = Self.merged(base.owner, theirs.owner, ours.owner, by: { $0.matches($1) }),
            let group = Self.merged(base.group, theirs.group, ours.group, by: { $0.matches($1) }),
            let target = Self.merged(base.target, theirs.target, ours.target)
        else { return nil }
        state = ours
        (state.mode, state.owner, state.group, state.target) = (mode, owner, group, target)
        let names = [base, theirs, ours].reduce(into: Set<String>()) { $0.formUnion($1.attributes.keys) }
        for name in names {
            guard
                let value = Self.merged(base.attributes[name], theirs.attributes[name], ours.attributes[name])
            else { return nil }
            state.attributes[name] = value
        }
        if let content = Self.merged(
            base.content,
            theirs.content,
            ours.content,
            by: { $0?.digest == $1?.digest }
        ) {
            state.content = content
        } else {
            let all = [base, theirs, ours].compactMap { ResourceState.file($0).keptDigest }
            guard all.count == 3 else { return nil }
            texts = Texts(base: all[0], theirs: all[1], ours: all[2])
        }
    }

    /// The file with a content of its own.
    public func with(_ content: FileContent) -> FileState {
        var state = state
        state.content = content
        return state
    }

    private static func merged<Part: Equatable>(_ base: Part, _ theirs: Part, _ ours: Part) -> Part? {
        merged(base, theirs, ours, by: ==)
    }

    private static func merged<Part>(
        _ base: Part,
        _ theirs: Part,
        _ ours: Part,
        by isSame: (Part, Part) -> Bool
    ) -> Part? {
        if isSame(theirs, ours) || isSame(base, theirs) { return ours }
        return isSame(base, ours) ? theirs : nil
    }
}
