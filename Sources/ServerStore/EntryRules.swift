internal import FabricAPI
internal import FabricModel
internal import GRDB

/// What an entry must be to stand in a tag.
enum EntryRules {
    /// Refuses flags that nothing can come of: of a resource that has none, or with a name that no unit has.
    ///
    /// - Throws: `invalidRequest`.
    static func check(_ flags: EntryFlags, of key: ResourceKey) throws(APIError) {
        guard flags.isEmpty || canHaveFlags(key) else {
            throw APIError(
                .invalidRequest,
                "only files and packages have units that are restarted or reloaded with them",
                subject: key.description
            )
        }
        do {
            try flags.check()
        } catch {
            throw APIError(.invalidRequest, error.message, subject: error.subject)
        }
    }

    /// Whether units are restarted or reloaded when such a resource is changed.
    static func canHaveFlags(_ key: ResourceKey) -> Bool { key.kind == .file || key.kind == .package }

    /// Refuses an entry that somebody has written, and that is none of the resource, or whose content is not there.
    ///
    /// - Throws: `invalidRequest`, `unknownContent`, `secretContent`, `contentNotKept`.
    static func check(_ entry: Entry, new key: ResourceKey, in tag: TagName, _ db: Database) throws {
        guard entry.fits(key) else {
            throw refused(
                "a \(key.kind.rawValue) cannot be '\(entry.summary)'; give a state of its kind, or absent",
                key
            )
        }
        do {
            try entry.check()
        } catch {
            throw refused("it cannot be that: \(error)", key)
        }
        try check(entry, of: key, in: tag, allowsSecrets: !tag.isShared)
        if let digest = entry.keptDigest, try Content.row(digest, in: db) == nil {
            throw Content.unknown(digest)
        }
    }

    /// A refusal of what somebody has written of a resource.
    static func refused(_ reason: String, _ key: ResourceKey) -> APIError {
        APIError(.invalidRequest, reason, subject: key.description)
    }

    /// Refuses an entry that could not be put on a node: one whose content is a secret of another place, or not kept.
    ///
    /// Secrets are allowed in the own tag of the node that has them.
    ///
    /// - Throws: `secretContent` with the rule's name, `contentNotKept`.
    static func check(_ entry: Entry, of key: ResourceKey, in tag: TagName, allowsSecrets: Bool) throws {
        guard case .file(let state) = entry, let content = state.content else { return }
        switch content.withheld {
        case nil: return
        case .secret(let rule):
            guard !allowsSecrets else { return }
            throw APIError(
                .secretContent,
                "its content matches the secret rule '\(EscapedText.escape(rule.utf8))' and stays on its node, so tag "
                    + "\(tag) cannot have it; take it into that node's own tag",
                subject: key.description
            )
        case .tooLarge:
            throw APIError(
                .contentNotKept,
                "its content of \(content.size) bytes is over the node's limit and was not kept; raise the limit and "
                    + "change the file again, or reject the change",
                subject: key.description
            )
        case .journalFull:
            throw APIError(
                .contentNotKept,
                "its content was not kept, for the node's journal was full; make room there and change the file again, "
                    + "or reject the change",
                subject: key.description
            )
        }
    }
}

extension Entry {
    /// In a few words, for a message.
    var summary: String {
        switch self {
        case .absent: "absent"
        case .package(let wish): wish.description
        case .file(let state): state.summary
        case .service(let state): state.wordy
        case .user(let wish): wish.aspects.summary
        case .group(let wish): wish.aspects.summary
        }
    }
}

extension ResourceState {
    /// In a few words, for a message.
    var summary: String {
        switch self {
        case .absent: "absent"
        case .package(let state):
            state.instances.isEmpty
                ? "removed" : state.instances.map(\.evr.description).joined(separator: " and ")
        case .file(let state): state.summary
        case .service(let state): state.wordy
        case .user(let state): state.summary
        case .group(let state): state.summary
        }
    }
}

extension ServiceState {
    /// With what starts the unit: two nodes may have it enabled in different ways.
    fileprivate var wordy: String {
        links.isEmpty ? summary : "\(summary) by \(links.joined(separator: " "))"
    }
}

extension FileState {
    fileprivate var summary: String {
        let owners = "\(owner.text):\(group.text)"
        let what =
            content.map { "\($0.size) bytes, \($0.digest.text.prefix(19))" } ?? target.map { "to \($0)" }
            ?? ""
        return "\(type.rawValue) \(octalMode) \(owners)" + (what.isEmpty ? "" : " (\(what))")
    }
}
