/// What a tag wants of a group: only what somebody changed, and all of it where the group was made.
public struct GroupWish: Hashable, Codable, Sendable {
    /// The number; of a group of the system that was made, the one that it gets where that is free.
    public var gid: UInt32?
    /// Whether it is a group of the system; of a group that is there already this cannot be changed.
    public var isSystem: Bool?
    /// Members of no account here that it is to have, in the order of the alphabet.
    public var joins: [String]?
    /// Members of no account here that it is not to have, in the order of the alphabet.
    public var leaves: [String]?
    /// The name of the group that gets this one's, with all that it has; without it the group is another one than any that
    /// goes.
    public var formerly: String?

    /// Nothing is wanted but that the group is there.
    public init() {}

    /// What `after` has that `before` has not; everything where there was no group before.
    public init(from before: GroupState?, to after: GroupState) {
        if before?.gid != after.gid { gid = after.gid }
        // By itself it changes with the settings of the node alone.
        if before?.gid != after.gid, before?.isSystem != after.isSystem { isSystem = after.isSystem }
        let (old, new) = (Set(before?.guests ?? []), Set(after.guests))
        joins = Self.list(new.subtracting(old))
        leaves = Self.list(old.subtracting(new))
        if before == nil { formerly = after.otherName }
    }

    /// This wish, and where it says nothing what an earlier one said.
    public func added(to earlier: GroupWish) -> GroupWish {
        var both = GroupWish()
        both.gid = gid ?? earlier.gid
        both.isSystem = isSystem ?? (gid == nil ? earlier.isSystem : nil)
        both.joins = Self.list(Set(earlier.joins ?? []).subtracting(leaves ?? []).union(joins ?? []))
        both.leaves = Self.list(Set(earlier.leaves ?? []).subtracting(joins ?? []).union(leaves ?? []))
        both.formerly = formerly ?? earlier.formerly
        return both
    }

    /// Whether a group is what is wanted.
    public func isSatisfied(by state: GroupState) -> Bool {
        let guests = Set(state.guests)
        return acceptsNumber(of: state) && guests.isSuperset(of: joins ?? [])
            && guests.isDisjoint(with: leaves ?? [])
    }

    /// Whether a group may keep its number.
    package func acceptsNumber(of state: GroupState) -> Bool {
        gid == nil || gid == state.gid || isSystem == true && state.isSystem
    }

    /// Checks what reading alone does not.
    ///
    /// - Throws: `ModelError` with code `invalidResourceKey`.
    public func check() throws(ModelError) {
        for name in (joins ?? []) + (leaves ?? []) { _ = try ResourceKey("user:\(name)") }
        if let formerly { _ = try ResourceKey("group:\(formerly)") }
    }

    private static func list(_ names: Set<String>) -> [String]? { names.isEmpty ? nil : names.sorted() }
}
