/// What a tag wants of a package.
///
/// *Shape* as text: `any`, `>=EVR`, `>=EVR if installed`, `=EVR`, or `removed`.
public enum PackageWish: Hashable, Sendable, CustomStringConvertible {
    /// It is there for its own sake, in whichever version.
    case any
    /// It is there, and no older.
    case atLeast(PackageVersion)
    /// Where it is there it is no older, and nowhere does it come for that: what an update asks of other nodes.
    case atLeastIfInstalled(PackageVersion)
    case exactly(PackageVersion)
    /// It is not there, but its configuration may be: dpkg's *remove*, where `absent` is *purge*.
    case removed

    private static let condition = " if installed"

    /// The wish for what a change of a package came to: the new version at least, or exactly where it fell.
    ///
    /// An update says nothing of nodes that do not have the package, unless somebody wants it there already.
    init(from before: ResourceState, to after: PackageState, over earlier: PackageWish? = nil) {
        guard let new = after.newest else {
            self = .removed
            return
        }
        var old: PackageState?
        if case .package(let state) = before, !state.instances.isEmpty { old = state }
        let order = old?.newest.map { new.compare(to: $0, in: after.system) } ?? 0
        // Who installs a package, or has it for itself from now on where another one brought it, wants it there.
        let isChosen = old == nil || (old?.reason == .dependency && after.reason == .user)
        switch (order, earlier) {
        case (..<0, _): self = .exactly(new)
        case (_, .atLeastIfInstalled(let known)) where isChosen:
            // No node falls back for it.
            self = .atLeast(new.compare(to: known, in: after.system) > 0 && order > 0 ? new : known)
        case (0, .atLeastIfInstalled): self = earlier ?? .any
        case (0, _): self = .any
        case (_, .any), (_, .atLeast), (_, .exactly): self = .atLeast(new)
        default: self = isChosen ? .atLeast(new) : .atLeastIfInstalled(new)
        }
    }

    /// Reads `any`, `>=EVR`, `>=EVR if installed`, `=EVR` or `removed`.
    ///
    /// - Throws: `ModelError` with code `invalidState`.
    public init(_ text: String) throws(ModelError) {
        if let word = [Self.any, .removed].first(where: { $0.description == text }) {
            self = word
            return
        }
        let isAtLeast = text.hasPrefix(">=")
        let isConditional = isAtLeast && text.hasSuffix(Self.condition)
        let rest = text.dropFirst(isAtLeast ? 2 : 1).dropLast(isConditional ? Self.condition.count : 0)
        guard isAtLeast || text.hasPrefix("="), let version = try? PackageVersion(String(rest)) else {
            throw ModelError(
                .invalidState,
                text,
                "'\(EscapedText.escape(text.utf8))' is nothing that can be wanted of a package; that is 'any', "
                    + "'removed', '>=VERSION', '>=VERSION if installed' or '=VERSION', where VERSION is "
                    + "[EPOCH:]VERSION[-RELEASE]"
            )
        }
        self =
            isConditional ? .atLeastIfInstalled(version) : isAtLeast ? .atLeast(version) : .exactly(version)
    }

    /// The text that reads back as the wish.
    public var description: String {
        switch self {
        case .any: "any"
        case .atLeast(let version): ">=\(version)"
        case .atLeastIfInstalled(let version): ">=\(version)\(Self.condition)"
        case .exactly(let version): "=\(version)"
        case .removed: "removed"
        }
    }

    /// Whether it is what is wanted that nothing of the package is there.
    public var isSatisfiedByNone: Bool {
        switch self {
        case .removed, .atLeastIfInstalled: true
        case .any, .atLeast, .exactly: false
        }
    }

    /// Whether an installed package is what is wanted.
    public func isSatisfied(by state: PackageState) -> Bool {
        switch self {
        // Who wants a package wants it for itself: what another one brought could go with that one.
        case .any: !state.instances.isEmpty && state.reason != .dependency
        case .atLeast(let version):
            state.instances.contains { $0.evr.compare(toWish: version, in: state.system) >= 0 }
        // One of several is enough here, too: an update of a kernel leaves the older ones.
        case .atLeastIfInstalled(let version):
            state.instances.isEmpty
                || state.instances.contains { $0.evr.compare(toWish: version, in: state.system) >= 0 }
        case .exactly(let version):
            state.instances.contains { $0.evr.compare(toWish: version, in: state.system) == 0 }
        case .removed: state.instances.isEmpty
        }
    }
}

extension PackageWish: Codable {
    /// Reads the wish's text.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the wish's text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
