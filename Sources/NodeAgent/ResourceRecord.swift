import Components
import FabricModel

/// The way by which what a component identifies gets into the journal.
protocol ResourceRecord: Sendable {
    /// The component whose resources are recorded.
    var component: any Component { get }

    /// Whether what is there of a resource is recorded at all times, so that what is not recorded is not there.
    ///
    /// - Throws: What looking at the machine throws.
    func covers(_ key: ResourceKey) throws -> Bool

    /// Records what resources are now.
    func look(at keys: [ResourceKey])

    /// Runs a change of resources and records what came of it before anything else that happens to them.
    ///
    /// - Parameters:
    ///   - keys: The resources that change.
    ///   - actor: On whose behalf.
    ///   - body: Changes them, and tells why those that it did not change are as they were.
    /// - Returns: What `body` returned.
    /// - Throws: What recording throws.
    func recording(
        _ keys: [ResourceKey],
        by actor: Actor,
        _ body: () -> [ResourceKey: ComponentsError]
    ) throws -> [ResourceKey: ComponentsError]

    /// Does what is left of recording a change of Weft's own that was cut off; what cannot be done now is a warning, and
    /// is done with the next call.
    ///
    /// - Returns: Whether nothing is left.
    @discardableResult
    func finishInterrupted() -> Bool
}

extension ResourceRecord {
    /// Nothing.
    @discardableResult
    func finishInterrupted() -> Bool { true }
}

/// The records of this node by the kinds of resources that they are of.
struct RecordTable: Sendable {
    /// All records.
    let all: [any ResourceRecord]

    /// The record of a kind; `nil` where nothing of the kind is recorded.
    subscript(kind: ResourceKind) -> (any ResourceRecord)? {
        all.first { $0.component.kinds.contains(kind) }
    }
}
