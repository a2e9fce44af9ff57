import Components
import FabricModel

/// The components of this node by the kinds of resources that they own.
struct ComponentTable: Sendable {
    /// All, in the order in which they are asked.
    let all: [any Component]

    /// The component that owns a kind; `nil` where this node has none.
    subscript(kind: ResourceKind) -> (any Component)? {
        all.first { $0.kinds.contains(kind) }
    }
}
