/// A caller's rights, by what the kernel says of it.
package enum ControlAccess: Int, Comparable, Sendable {
    /// Neither root nor a member of the daemon's group.
    case none
    /// A member of the daemon's group.
    case group
    /// Root, or the user as whom the daemon itself runs.
    case root

    package static func < (left: ControlAccess, right: ControlAccess) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// The methods of `io.weft.Node`.
enum ControlMethod: String, CaseIterable, Sendable {
    case getStatus = "GetStatus"
    case getDiff = "GetDiff"
    case getPlan = "GetPlan"
    case getLog = "GetLog"
    case commit = "Commit"
    case discard = "Discard"
    case getContent = "GetContent"
    case sync = "Sync"
    case confirm = "Confirm"
    case barrier = "Barrier"
    case rescan = "Rescan"

    /// The rights that a caller needs.
    var access: ControlAccess {
        switch self {
        // A barrier only waits: it shows nothing and changes nothing, and a true status needs it.
        case .getStatus, .getLog, .barrier: .group
        case .getDiff, .getPlan, .commit, .discard, .getContent, .sync, .confirm, .rescan: .root
        }
    }

    /// The name with its interface, as it is sent.
    var fullName: String { "\(InterfaceDescription.node).\(rawValue)" }
}
