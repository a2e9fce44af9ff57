/// An append-only step of one tag.
public struct Revision: Hashable, Codable, Sendable {
    /// One resource's entry and its flags before and after; `nil` is unmanaged, or no flags.
    public struct Item: Hashable, Codable, Sendable {
        /// The resource whose entry was set.
        public var key: ResourceKey
        /// What the tag said of it until then.
        public var before: Entry?
        /// What the tag says of it from then on.
        public var after: Entry?
        /// What was to be done besides until then.
        public var flagsBefore: EntryFlags?
        /// What is to be done besides from then on.
        public var flagsAfter: EntryFlags?

        /// An item from its parts.
        public init(
            key: ResourceKey,
            before: Entry?,
            after: Entry?,
            flagsBefore: EntryFlags? = nil,
            flagsAfter: EntryFlags? = nil
        ) {
            self.key = key
            self.before = before
            self.after = after
            self.flagsBefore = flagsBefore
            self.flagsAfter = flagsAfter
        }
    }

    /// The tag that it is a step of.
    public var tag: TagName
    /// Counts the tag's revisions from 1.
    public var number: Int64
    /// When it was made.
    public var at: Timestamp
    /// The principal that made it.
    public var author: String
    /// Why it was made.
    public var message: String
    /// The resources whose entries it set.
    public var items: [Item]
    /// The feedback commit that was approved, if that made it.
    public var commit: CommitID?
    /// The revision that was put back, if this is a revert.
    public var reverts: Int64?
    /// Of an own tag: the revision of a shared tag that made this one needed, and that takes it back when it is reverted.
    public var follows: RevisionReference?
    /// Over this revision and the digest of the one before it; `nil` where it is not known.
    public var digest: RevisionDigest?

    /// A revision from its parts.
    public init(
        tag: TagName,
        number: Int64,
        at: Timestamp,
        author: String,
        message: String,
        items: [Item],
        commit: CommitID? = nil,
        reverts: Int64? = nil,
        follows: RevisionReference? = nil,
        digest: RevisionDigest? = nil
    ) {
        self.tag = tag
        self.number = number
        self.at = at
        self.author = author
        self.message = message
        self.items = items
        self.commit = commit
        self.reverts = reverts
        self.follows = follows
        self.digest = digest
    }

    /// `TAG@NUMBER`.
    public var reference: RevisionReference { RevisionReference(tag: tag, number: number) }
}

/// Names a revision: `TAG@NUMBER`.
public struct RevisionReference: Hashable, Sendable, CustomStringConvertible {
    /// The tag of the revision.
    public var tag: TagName
    /// Its number in the tag, from 1.
    public var number: Int64

    /// A reference from its parts.
    public init(tag: TagName, number: Int64) {
        self.tag = tag
        self.number = number
    }

    /// Reads `TAG@NUMBER`.
    ///
    /// - Throws: `ModelError` with code `invalidName`.
    public init(_ text: String) throws(ModelError) {
        guard let separator = text.lastIndex(of: "@"),
            text[text.index(after: separator)...].utf8.allSatisfy(\.isASCIIDigit),
            let number = Int64(text[text.index(after: separator)...]), number > 0
        else { throw ModelError(.invalidName, text, "a revision is written TAG@NUMBER") }
        self.init(tag: try TagName(String(text[..<separator])), number: number)
    }

    /// The tag, `@` and the number.
    public var description: String { "\(tag)@\(number)" }
}

extension RevisionReference: Codable {
    /// Reads the reference's text.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the reference's text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
