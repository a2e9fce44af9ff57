/// What a node does besides when it brings a resource to what its entry wants.
public struct EntryFlags: Hashable, Codable, Sendable {
    /// The units to restart where they run, such as `sshd.service`, in the order of the alphabet.
    public var restart: [String]
    /// The units to reload where they run, in the order of the alphabet.
    public var reload: [String]

    /// Flags from their parts; sorts the units.
    public init(restart: some Sequence<String> = [], reload: some Sequence<String> = []) {
        self.restart = Set(restart).sorted()
        self.reload = Set(reload).sorted()
    }

    /// Whether nothing is to be done besides.
    public var isEmpty: Bool { restart.isEmpty && reload.isEmpty }

    /// The same with sorted units, as ``init(restart:reload:)`` makes them; what was read is as it came.
    public var sorted: EntryFlags { EntryFlags(restart: restart, reload: reload) }

    /// These and those of another entry.
    public func joined(with other: EntryFlags?) -> EntryFlags {
        EntryFlags(restart: restart + (other?.restart ?? []), reload: reload + (other?.reload ?? []))
    }

    /// Whether nothing is to be done besides that others do not do too.
    public func isCovered(by other: EntryFlags?) -> Bool {
        Set(restart).isSubset(of: other?.restart ?? []) && Set(reload).isSubset(of: other?.reload ?? [])
    }

    /// Checks what reading alone does not.
    ///
    /// - Throws: `ModelError` with code `invalidResourceKey` for a name that is none of a unit.
    public func check() throws(ModelError) {
        for unit in restart + reload { _ = try ResourceKey("service:\(unit)") }
    }
}
