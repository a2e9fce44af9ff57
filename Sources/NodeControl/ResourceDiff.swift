public import FabricModel

/// A net change that is in no commit yet, with what a unified diff needs: part of the answer to `GetDiff`.
public struct ResourceDiff: Hashable, Codable, Sendable {
    /// The change, from the last commit or the baseline to now.
    public var change: Change
    /// What was done.
    public var what: ChangeVerb
    /// The content of the state before.
    public var before: DiffContent
    /// The content of the state after.
    public var after: DiffContent

    /// A difference from its parts.
    public init(change: Change, before: DiffContent, after: DiffContent) {
        self.change = change
        what = ChangeVerb(of: change)
        self.before = before
        self.after = after
    }
}

/// One side of a difference: lines to compare, or a note that says why there are none.
///
/// *Shape*: an object with `text`, with `note`, with both (the text is there, but not byte for byte), or empty where
/// the state has no content, such as an absent file or a directory.
public struct DiffContent: Hashable, Codable, Sendable {
    /// The largest content that is put into a difference as text; beyond it a note stands.
    ///
    /// *Units*: bytes.
    public static let largestText = 4 << 20

    /// The content as text.
    public var text: String?
    /// What a reader has to know: that it is binary, secret, not kept or not UTF-8.
    public var note: String?

    /// A content from its parts.
    public init(text: String? = nil, note: String? = nil) {
        self.text = text
        self.note = note
    }

    /// No content: an absent file, a directory, a package.
    public static let none = DiffContent()

    /// The bytes of a file as text, or a note where they are none.
    ///
    /// Bytes that are not UTF-8 are written `\xhh`, and a note says so.
    public init(bytes: [UInt8]) {
        guard bytes.count <= Self.largestText else {
            self.init(note: "\(bytes.count) bytes, too large to show")
            return
        }
        guard !bytes.contains(0) else {
            self.init(note: "binary, \(bytes.count) bytes")
            return
        }
        if let text = String(validating: bytes, as: UTF8.self) {
            self.init(text: text)
        } else {
            self.init(text: Self.escapingInvalid(bytes), note: "not UTF-8: such bytes are shown as \\xhh")
        }
    }

    /// The content of `state`, read by `content` where it is kept.
    ///
    /// - Parameters:
    ///   - state: The state whose content is wanted.
    ///   - content: Gives the bytes of a digest; `nil` where they are not there any more.
    /// - Throws: What `content` throws.
    public init<Failure>(
        of state: ResourceState,
        content: (ContentDigest) throws(Failure) -> [UInt8]?
    ) throws(Failure) {
        guard let recorded = state.content else {
            self = .none
            return
        }
        switch recorded.withheld {
        case .some(.tooLarge):
            self.init(note: "\(recorded.size) bytes, too large to keep")
        case .some(.secret(let rule)):
            self.init(note: "secret by the rule \(EscapedText.escape(rule.utf8)), \(recorded.size) bytes")
        case .some(.journalFull):
            self.init(note: "\(recorded.size) bytes, not kept: the journal was full")
        case .none:
            if let bytes = try content(recorded.digest) {
                self.init(bytes: bytes)
            } else {
                self.init(note: "\(recorded.size) bytes, no longer kept")
            }
        }
    }

    private static func escapingInvalid(_ bytes: [UInt8]) -> String {
        var text = ""
        var rest = bytes[...]
        while !rest.isEmpty {
            var iterator = rest.makeIterator()
            var decoder = UTF8()
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar):
                text.unicodeScalars.append(scalar)
                rest = rest.dropFirst(UTF8.width(scalar))
            case .error, .emptyInput:
                text += EscapedText.escape(rest.prefix(1))
                rest = rest.dropFirst()
            }
        }
        return text
    }
}
