/// A group of the node's own database.
///
/// The accounts that are in it have it in their own state.
public struct GroupState: Hashable, Codable, Sendable {
    /// The number.
    public var gid: UInt32
    /// Whether it is a group of the system and of no people: its number is below the first of those.
    public var isSystem: Bool
    /// Members that are no accounts of this node's own database, such as those of a directory service, as
    /// ``EscapedText``, in the order of the alphabet.
    public var guests: [String]
    /// The name that the group has on the other side of a change that only gave it another one; what is observed of a
    /// group has none.
    public var otherName: String?

    /// A group from its parts; sorts the guests.
    public init(gid: UInt32, isSystem: Bool = false, guests: some Sequence<String> = []) {
        self.gid = gid
        self.isSystem = isSystem
        self.guests = Set(guests).sorted()
    }

    /// Whether both are the same state; whether it is one of the system depends on the settings of the node.
    public func matches(_ other: GroupState) -> Bool { gid == other.gid && guests == other.guests }

    /// Checks what reading alone does not.
    ///
    /// - Throws: `ModelError` with code `invalidResourceKey` for a guest's name that is none.
    public func check() throws(ModelError) {
        for name in guests { _ = try ResourceKey("user:\(name)") }
        if let otherName { _ = try ResourceKey("group:\(otherName)") }
    }
}
