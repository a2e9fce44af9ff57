/// One aspect of a state or a wish, for people.
public struct Aspect: Hashable, Sendable, CustomStringConvertible {
    /// What it is, such as `shell`.
    public var name: String
    /// Its value as escaped text.
    public var value: String

    /// `NAME VALUE`.
    public var description: String { "\(name) \(value)" }

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension ServiceState {
    /// Its aspects, the more important ones first.
    public var aspects: [Aspect] {
        var aspects = links.map { Aspect("started by", $0) }
        if isMasked { aspects.append(Aspect("masked", "yes")) }
        if let isRunning { aspects.append(Aspect("running", isRunning ? "yes" : "no")) }
        return aspects
    }

    /// In a few words, such as `enabled, running`.
    public var summary: String {
        let running = isRunning.map { $0 ? ", running" : ", stopped" } ?? ""
        return enablement.rawValue + running
    }
}

extension UserState {
    /// Its aspects, the more important ones first; never a hash.
    public var aspects: [Aspect] {
        var aspects = [
            Aspect("uid", String(uid)), Aspect("group", group.text), Aspect("home", home),
            Aspect("shell", shell),
        ]
        if ownsGroup == true { aspects.append(Aspect("private gid", String(group.id))) }
        if losesGroup == true { aspects.append(Aspect("private group", "gone")) }
        if let otherName { aspects.append(Aspect("other name", otherName)) }
        if !comment.isEmpty { aspects.append(Aspect("comment", comment)) }
        aspects += groups.map { Aspect("in group", $0) }
        switch password {
        case .none: aspects.append(Aspect("password", "none"))
        case .notNeeded: aspects.append(Aspect("password", "none needed"))
        case .set(let digest, let isLocked, let hash):
            let transport = hash == nil ? "" : ", goes along"
            aspects.append(Aspect("password", "secret \(digest.hexDigits.prefix(8))\(transport)"))
            if isLocked { aspects.append(Aspect("locked", "yes")) }
        }
        aspects += aging.aspects
        aspects += subordinateUIDs.map { Aspect("subordinate uids", $0.text) }
        aspects += subordinateGIDs.map { Aspect("subordinate gids", $0.text) }
        return aspects
    }

    /// In a few words.
    public var summary: String {
        let memberships = groups.isEmpty ? "" : ", in \(groups.joined(separator: " "))"
        return "uid \(uid), group \(group.text), \(shell)\(memberships)\(password.isLocked ? ", locked" : "")"
    }
}

extension UserState.Aging {
    var aspects: [Aspect] {
        let days = [
            ("least days between passwords", minimum), ("most days between passwords", maximum),
            ("days of warning", warning), ("days of grace", inactive), ("expires on day", expires),
        ]
        return days.compactMap { name, days in days.map { Aspect(name, String($0)) } }
            + (isDue ? [Aspect("password due", "yes")] : [])
    }
}

extension UserState.Range {
    fileprivate var text: String { "\(start)+\(count)" }
}

extension GroupState {
    /// Its aspects, the more important ones first.
    public var aspects: [Aspect] {
        var aspects = [Aspect("gid", String(gid))]
        if let otherName { aspects.append(Aspect("other name", otherName)) }
        return aspects + guests.map { Aspect("member", $0) }
    }

    /// In a few words.
    public var summary: String {
        "gid \(gid)" + (guests.isEmpty ? "" : ", with \(guests.joined(separator: " "))")
    }
}

extension UserWish {
    /// What is wanted, the more important aspects first; never a hash.
    public var aspects: [Aspect] {
        var aspects: [Aspect] = []
        if let formerly { aspects.append(Aspect("formerly", formerly)) }
        if let uid { aspects.append(Aspect("uid", String(uid))) }
        if let group { aspects.append(Aspect("group", group.text)) }
        if let privateGID { aspects.append(Aspect("private gid", String(privateGID))) }
        if dropsGroup == true { aspects.append(Aspect("private group", "gone")) }
        if let home { aspects.append(Aspect("home", home)) }
        if let shell { aspects.append(Aspect("shell", shell)) }
        if let comment { aspects.append(Aspect("comment", comment)) }
        aspects += joins.sorted().map { Aspect("in group", $0) }
        aspects += leaves.sorted().map { Aspect("not in group", $0) }
        if let isLocked { aspects.append(Aspect("locked", isLocked ? "yes" : "no")) }
        if hash != nil { aspects.append(Aspect("password", "as kept")) }
        aspects += aging?.aspects ?? []
        aspects += (subordinateUIDs ?? []).map { Aspect("subordinate uids", $0.text) }
        aspects += (subordinateGIDs ?? []).map { Aspect("subordinate gids", $0.text) }
        return aspects
    }
}

extension GroupWish {
    /// What is wanted, the more important aspects first.
    public var aspects: [Aspect] {
        (formerly.map { [Aspect("formerly", $0)] } ?? []) + (gid.map { [Aspect("gid", String($0))] } ?? [])
            + (joins ?? []).map { Aspect("member", $0) }
            + (leaves ?? []).map { Aspect("not a member", $0) }
    }
}

extension Sequence<Aspect> {
    /// All in one line; `there` when there are none.
    public var summary: String {
        let texts = map(\.description)
        return texts.isEmpty ? "there" : texts.joined(separator: ", ")
    }
}

extension AccountReference {
    /// The name as escaped text, or the number where there is none.
    public var text: String { name.map { EscapedText.escape($0.utf8) } ?? String(id) }
}
