internal import FabricAPI
internal import FabricModel
internal import GRDB

/// What an approval comes to, read before anything is written.
struct Approving {
    private(set) var tag: TagRow
    /// The changes that are decided.
    private(set) var numbers: [Int]
    /// Those of them that the tag said already.
    private(set) var unchanged: Set<Int> = []
    private(set) var items: [Revision.Item]
    /// Entries of own tags that say the same and go.
    private(set) var dropped: [Override] = []
    private var nodes: [NodeName] = []
    private var effects: [EffectiveChange] = []
    /// The node of the commit, where it is what the tag then says.
    private var author: NodeName?
    private var shadowed: [ShadowedEntry] = []

    init(_ approval: Approval, of commit: StoredCommit, in db: Database) throws {
        let ownTag = TagName(ownTagOf: commit.nodeName)
        tag = try TagRow.existing(approval.into ?? ownTag, in: db)
        numbers = try DecisionRow.undecided(approval.changes, of: commit, in: db)
        let flags = approval.flags?.sorted
        let canFlag = numbers.contains { Self.canFlag(commit.change($0)) }
        if let flags, let first = numbers.first(where: { !canFlag || Self.canFlag(commit.change($0)) }) {
            try EntryRules.check(flags, of: commit.change(first).key)
        }
        var entries = TagEntries(of: tag)
        var obstacles = Obstacles()
        let resolutions = try Self.resolutions(of: approval, numbers, commit)
        let isOwn = tag.name == ownTag
        for number in numbers {
            do {
                let isNew = try Self.take(
                    commit.change(number),
                    resolutions[number],
                    flags,
                    into: &entries,
                    allowsSecrets: isOwn,
                    in: db
                )
                if !isNew { unchanged.insert(number) }
            } catch {
                try obstacles.add(error, to: number)
            }
        }
        try obstacles.check(commit.id, into: tag.name)
        items = try entries.items(in: db)
        var reach = try Reach(of: tag, in: db)
        let written = Set(items.map(\.key))
        for key in numbers.map({ commit.change($0).key }) where tag.name.isShared {
            let said = try entries.said(of: key, in: db)
            let current = try entries.current(key, in: db).revision
            dropped += try reach.needless(key, saying: said, in: db)
                .map { override in
                    var override = override
                    // What the tag said before goes with the revision that said it: its revert brings the override back.
                    if !written.contains(key) {
                        override.cause = RevisionReference(tag: tag.name, number: current)
                    }
                    return override
                }
        }
        // What the tag asks for besides, such as more of an account, the node may lack.
        let made = Dictionary(numbers.map { (commit.change($0).key, commit.change($0).after) }) { $1 }
        let isMade = items.allSatisfy { item in
            made[item.key].flatMap { item.after?.isSatisfied(by: $0) } ?? false
        }
        if isMade, !items.isEmpty, reach.has(commit.nodeName) { author = commit.nodeName }
        (nodes, effects) = try reach.changed(by: items, and: dropped, besides: author, in: db)
        shadowed = try reach.shadowed(items, without: dropped, limit: APILimits.rowsPerPage, in: db)
    }

    func result(_ revision: Revision?) -> ApprovalResult {
        ApprovalResult(
            revision: revision,
            items: items,
            unchanged: unchanged.sorted(),
            nodes: nodes,
            effects: effects,
            author: author,
            dropped: dropped.map(\.override).sorted { ($0.node, $0.key) < ($1.node, $1.key) },
            shadowed: shadowed
        )
    }

    /// The resolutions by the number of the change.
    ///
    /// - Throws: `invalidRequest` for one that is none of the changes, or stands twice.
    private static func resolutions(
        of approval: Approval,
        _ numbers: [Int],
        _ commit: StoredCommit
    ) throws(APIError) -> [Int: Resolution] {
        var resolutions: [Int: Resolution] = [:]
        for resolution in approval.resolutions ?? [] {
            guard numbers.contains(resolution.number),
                resolutions.updateValue(resolution, forKey: resolution.number) == nil
            else {
                throw APIError(
                    .invalidRequest,
                    "there is a resolution for change \(resolution.number), which is not approved here, or a second one",
                    subject: commit.id.text
                )
            }
        }
        return resolutions
    }

    /// The undecided changes of a commit that clash with what the tag says.
    static func clashes(
        _ approval: Approval,
        of commit: StoredCommit,
        in db: Database
    ) throws -> [Clash] {
        let tag = try TagRow.existing(approval.into ?? TagName(ownTagOf: commit.nodeName), in: db)
        var entries = TagEntries(of: tag)
        return try DecisionRow.undecided(approval.changes, of: commit, in: db)
            .compactMap { number in
                let change = commit.change(number)
                let said = try entries.said(of: change.key, in: db)
                switch Entry.uptake(of: change, over: said.entry) {
                case .takes(let entry):
                    entries.set(change.key, to: TagEntries.Said(entry, flags: said.flags))
                    return nil
                case .isThere: return nil
                case .conflicts:
                    guard let entry = said.entry else { return nil }
                    let revision = try entries.current(change.key, in: db).revision
                    return Clash(number: number, change: change, entry: entry, revision: revision)
                }
            }
    }

    private static func canFlag(_ change: Change) -> Bool { EntryRules.canHaveFlags(change.key) }

    /// Has the tag ask for what the change did; false when it does already.
    private static func take(
        _ change: Change,
        _ resolution: Resolution?,
        _ flags: EntryFlags?,
        into entries: inout TagEntries,
        allowsSecrets: Bool,
        in db: Database
    ) throws -> Bool {
        let said = try entries.said(of: change.key, in: db)
        let new = flags.flatMap { canFlag(change) ? $0.joined(with: said.flags) : nil }
        let revision = try entries.current(change.key, in: db).revision
        guard resolution.map({ $0.revision == revision }) ?? true else {
            throw APIError(
                .conflict,
                "\(entries.tag.name)@\(revision) says \(said.entry?.summary ?? "nothing") by now, which is not what was "
                    + "looked at; look at it again",
                subject: change.key.description
            )
        }
        let asked: Entry?
        switch Entry.uptake(of: change, over: said.entry) {
        case .takes(let entry):
            try EntryRules.check(entry, of: change.key, in: entries.tag.name, allowsSecrets: allowsSecrets)
            asked = entry
        case .isThere: asked = said.entry
        case .conflicts:
            if let resolution {
                asked = resolution.entry ?? said.entry
                guard let entry = resolution.entry else { break }
                try EntryRules.check(entry, new: change.key, in: entries.tag.name, db)
                break
            }
            let entry = Entry(asking: change)
            try EntryRules.check(entry, of: change.key, in: entries.tag.name, allowsSecrets: allowsSecrets)
            throw APIError(
                .conflict,
                "\(entries.tag.name)@\(revision) says \(said.entry?.summary ?? "nothing"), but the change began with "
                    + "\(change.before.summary) and made it \(change.after.summary)",
                subject: change.key.description
            )
        }
        let result = TagEntries.Said(asked, flags: new ?? said.flags)
        entries.set(change.key, to: result)
        return result != said
    }
}
