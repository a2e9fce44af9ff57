/// What a tag wants of a package.
///
/// *Shape* as text: `any`, `>=EVR` or `=EVR`.
public enum PackageWish: Hashable, Sendable, CustomStringConvertible {
    case any
    case atLeast(PackageVersion)
    case exactly(PackageVersion)

    /// The wish for what a change of a package came to: the new version at least, or exactly where it fell.
    init(from before: ResourceState, to after: PackageState) {
        guard case .package(let state) = before, let old = state.newest, let new = after.newest else {
            self = .any
            return
        }
        let order = new.compare(to: old, in: after.system)
        self = order == 0 ? .any : order > 0 ? .atLeast(new) : .exactly(new)
    }

    /// Reads `any`, `>=EVR` or `=EVR`.
    ///
    /// - Throws: `ModelError` with code `invalidState`.
    public init(_ text: String) throws(ModelError) {
        if text == "any" {
            self = .any
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
                    + "'>=VERSION' or '=VERSION', where VERSION is [EPOCH:]VERSION[-RELEASE]"
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
