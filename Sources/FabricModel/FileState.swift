/// An owner or group: a name where the node's account database has one, and the id.
public struct AccountReference: Hashable, Codable, Sendable {
    /// The account's name, `nil` where the id has none.
    public var name: String?
    /// The uid or gid.
    public var id: UInt32

    /// An account by name and id.
    public init(name: String?, id: UInt32) {
        self.name = name
        self.id = id
    }

    /// Whether both mean the same account: by name, and by id only where there is no name.
    public func matches(_ other: AccountReference) -> Bool {
        name == other.name && (name != nil || id == other.id)
    }
}

/// What a regular file holds: the digest always, the content itself unless it is withheld.
public struct FileContent: Hashable, Codable, Sendable {
    /// Why only a digest was recorded.
    public enum Withholding: Hashable, Sendable {
        /// Larger than the limit of contents that are kept.
        case tooLarge
        /// Matched the named secret rule; the digest is keyed.
        case secret(rule: String)
        /// The journal had reached its size limit.
        case journalFull
    }

    /// Names the content; keyed when it is secret.
    public var digest: ContentDigest
    /// Bytes.
    public var size: UInt64
    /// Why the content is not kept; `nil` when it is.
    public var withheld: Withholding?

    /// A content by digest and size.
    public init(digest: ContentDigest, size: UInt64, withheld: Withholding? = nil) {
        self.digest = digest
        self.size = size
        self.withheld = withheld
    }
}

extension FileContent.Withholding {
    /// Should never have been kept, and is secret since.
    public static let redacted = FileContent.Withholding.secret(rule: redactedRule)

    /// The rule of files whose content was redacted.
    public static let redactedRule = "redacted"
}

extension FileContent.Withholding: Codable {
    private enum CodingKeys: String, CodingKey {
        case reason
        case rule
    }

    private enum Reason: String, Codable {
        case tooLarge = "too-large"
        case secret
        case journalFull = "journal-full"
    }

    /// Reads the reason, and the rule of a secret.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Reason.self, forKey: .reason) {
        case .tooLarge: self = .tooLarge
        case .journalFull: self = .journalFull
        case .secret: self = .secret(rule: try container.decode(String.self, forKey: .rule))
        }
    }

    /// Writes the reason, and the rule of a secret.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .tooLarge: try container.encode(Reason.tooLarge, forKey: .reason)
        case .journalFull: try container.encode(Reason.journalFull, forKey: .reason)
        case .secret(let rule):
            try container.encode(Reason.secret, forKey: .reason)
            try container.encode(rule, forKey: .rule)
        }
    }
}

/// The state of one path.
///
/// Times are not state.
public struct FileState: Hashable, Sendable {
    /// What lies at the path.
    public enum FileType: String, Codable, CaseIterable, Sendable {
        case regular
        case directory
        case symlink
        case fifo
        case socket
        case characterDevice = "character-device"
        case blockDevice = "block-device"
    }

    /// What lies at the path.
    public var type: FileType
    /// Permission bits with set-uid, set-gid and sticky: `0o7777` at most.
    ///
    /// Zero for a symlink, whose mode means nothing.
    public var mode: UInt16
    /// The user that owns it.
    public var owner: AccountReference
    /// The group that owns it.
    public var group: AccountReference
    /// Of a regular file.
    public var content: FileContent?
    /// Of a symlink, as ``EscapedText``.
    public var target: String?
    /// Extended attributes by name, values as ``EscapedText``: `user.*`, capabilities, ACLs, the SELinux label.
    public var attributes: [String: String]

    /// A state from its parts.
    public init(
        type: FileType,
        mode: UInt16,
        owner: AccountReference,
        group: AccountReference,
        content: FileContent? = nil,
        target: String? = nil,
        attributes: [String: String] = [:]
    ) {
        self.type = type
        self.mode = mode
        self.owner = owner
        self.group = group
        self.content = content
        self.target = target
        self.attributes = attributes
    }

    /// Whether both are the same state: owners by name, contents by digest, kept or not.
    public func matches(_ other: FileState) -> Bool {
        type == other.type && mode == other.mode && owner.matches(other.owner) && group.matches(other.group)
            && content?.digest == other.content?.digest && target == other.target
            && attributes == other.attributes
    }
}

extension FileState: Codable {
    private enum CodingKeys: String, CodingKey {
        case type
        case mode
        case owner
        case group
        case content
        case target
        case attributes
    }

    /// Reads a state whose parts agree with its type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let mode = try container.decode(String.self, forKey: .mode)
        guard let bits = Self.mode(octal: mode) else {
            throw ModelError(.invalidState, mode, "a mode is four octal digits, such as 0644")
        }
        self.init(
            type: try container.decode(FileType.self, forKey: .type),
            mode: bits,
            owner: try container.decode(AccountReference.self, forKey: .owner),
            group: try container.decode(AccountReference.self, forKey: .group),
            content: try container.decodeIfPresent(FileContent.self, forKey: .content),
            target: try container.decodeIfPresent(String.self, forKey: .target),
            attributes: try container.decodeIfPresent([String: String].self, forKey: .attributes) ?? [:]
        )
        guard (type == .regular) == (content != nil), (type == .symlink) == (target != nil) else {
            throw ModelError(.invalidState, type.rawValue, "a regular file has a content, a symlink a target")
        }
    }

    /// Checks what reading alone does not: for whoever takes states from others and passes them on.
    ///
    /// - Throws: `ModelError` with code `invalidState` where a digest does not go with why the content is withheld, or a
    ///   symlink has a mode, and `invalidEscape` for a target or an attribute that is not escaped, which a terminal could take for commands.
    public func check() throws(ModelError) {
        if let content {
            let isSecret = if case .secret = content.withheld { true } else { false }
            guard (content.digest.algorithm == .keyed) == isSecret else {
                throw ModelError(
                    .invalidState,
                    content.digest.text,
                    "the digest of a secret is keyed, and no other"
                )
            }
        }
        guard type != .symlink || mode == 0 else {
            throw ModelError(
                .invalidState,
                octalMode,
                "the mode of a symlink means nothing; it is written 0000"
            )
        }
        if let target { _ = try EscapedText.unescape(target) }
        for (name, value) in attributes {
            _ = try EscapedText.unescape(name)
            _ = try EscapedText.unescape(value)
        }
    }

    /// Writes the parts that there are.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type, forKey: .type)
        try container.encode(octalMode, forKey: .mode)
        try container.encode(owner, forKey: .owner)
        try container.encode(group, forKey: .group)
        try container.encodeIfPresent(content, forKey: .content)
        try container.encodeIfPresent(target, forKey: .target)
        if !attributes.isEmpty { try container.encode(attributes, forKey: .attributes) }
    }

    /// The mode that four octal digits stand for; `nil` for any other text, so that a state has one text only.
    package static func mode(octal text: String) -> UInt16? {
        guard text.utf8.count == 4, text.utf8.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
        return UInt16(text, radix: 8)
    }

    /// The mode as four octal digits.
    public var octalMode: String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
