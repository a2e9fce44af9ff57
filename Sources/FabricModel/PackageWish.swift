/// What a tag wants of a package.
///
/// *Shape* as text: `any`, `>=EVR`, `=EVR`, or `removed`.
public enum PackageWish: Hashable, Sendable, CustomStringConvertible {
    /// It is there for its own sake, in whichever version.
    case any
    case atLeast(PackageVersion)
    case exactly(PackageVersion)
    /// It is not there, but its configuration may be: dpkg's *remove*, where `absent` is *purge*.
    case removed

    /// The wish for what a change of a package came to: the new version at least, or exactly where it fell.
    init(from before: ResourceState, to after: PackageState) {
        guard let new = after.newest else {
            self = .removed
            return
        }
        guard case .package(let state) = before, let old = state.newest else {
            self = .any
            return
        }
        let order = new.compare(to: old, in: after.system)
        self = order == 0 ? .any : order > 0 ? .atLeast(new) : .exactly(new)
    }

    /// Reads `any`, `>=EVR`, `=EVR` or `removed`.
    ///
    /// - Throws: `ModelError` with code `invalidState`.
    public init(_ text: String) throws(ModelError) {
        if let word = [Self.any, .removed].first(where: { $0.description == text }) {
            self = word
            return
        }
        let isAtLeast = text.hasPrefix(">=")
        guard isAtLeast || text.hasPrefix("="),
            let version = try? PackageVersion(String(text.dropFirst(isAtLeast ? 2 : 1)))
        else {
            throw ModelError(
                .invalidState,
                text,
                "'\(EscapedText.escape(text.utf8))' is nothing that can be wanted of a package; that is 'any', "
                    + "'removed', '>=VERSION' or '=VERSION', where VERSION is [EPOCH:]VERSION[-RELEASE]"
            )
        }
        self = isAtLeast ? .atLeast(version) : .exactly(version)
    }

    /// The text that reads back as the wish.
    public var description: String {
        switch self {
        case .any: "any"
        case .atLeast(let version): ">=\(version)"
        case .exactly(let version): "=\(version)"
        case .removed: "removed"
        }
    }

    /// Whether an installed package is what is wanted.
    public func isSatisfied(by state: PackageState) -> Bool {
        switch self {
        // Who wants a package wants it for itself: what another one brought could go with that one.
        case .any: !state.instances.isEmpty && state.reason != .dependency
        case .atLeast(let version):
            state.instances.contains { $0.evr.compare(toWish: version, in: state.system) >= 0 }
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
