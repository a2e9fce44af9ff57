/// How a unit of systemd is started, and whether it runs.
public struct ServiceState: Hashable, Codable, Sendable {
    /// Whether a unit is started by itself.
    public enum Enablement: String, Codable, CaseIterable, Sendable {
        /// Something starts it.
        case enabled
        /// Nothing does, unless it is asked for.
        case disabled
        /// Nothing can.
        case masked
    }

    /// What starts the unit, in the order of the alphabet.
    ///
    /// *Shape*: ``EscapedText`` of the folders below `/etc/systemd/system` in which the unit has a link, such as
    /// `multi-user.target.wants` or `default.target.requires`, and of the other names that it has there, such as
    /// `sshd.service`; of a script for System V that has no unit its runlevels, such as `rc3.d`.
    public var links: [String]
    /// Whether it is linked to nothing, so that it cannot be started at all.
    public var isMasked: Bool
    /// Whether it runs by somebody's order; `nil` where that is not recorded, as it is no part of what is configured.
    public var isRunning: Bool?

    /// A state from its parts; sorts the links.
    public init(links: some Sequence<String> = [], isMasked: Bool = false, isRunning: Bool? = nil) {
        self.links = Set(links).sorted()
        self.isMasked = isMasked
        self.isRunning = isRunning
    }

    /// Reads a state; sorts the links.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            links: try container.decode([String].self, forKey: .links),
            isMasked: try container.decode(Bool.self, forKey: .isMasked),
            isRunning: try container.decodeIfPresent(Bool.self, forKey: .isRunning)
        )
    }

    /// Whether the unit is started by itself.
    public var enablement: Enablement { isMasked ? .masked : links.isEmpty ? .disabled : .enabled }

    /// Whether both are the same state; that it runs counts only where both know it.
    public func matches(_ other: ServiceState) -> Bool {
        let runsAlike = isRunning == nil || other.isRunning == nil || isRunning == other.isRunning
        return links == other.links && isMasked == other.isMasked && runsAlike
    }

    /// Checks what reading alone does not: a link is made and removed at the place that its name says.
    ///
    /// - Throws: `ModelError` with code `invalidState`.
    public func check() throws(ModelError) {
        for link in links where !Self.isLink(link) {
            throw ModelError(
                .invalidState,
                link,
                "what starts a unit is a folder such as multi-user.target.wants, another name of the unit such as "
                    + "sshd.service, or a runlevel such as rc3.d"
            )
        }
    }

    private static func isLink(_ link: String) -> Bool {
        let isRunlevel =
            link.utf8.count == 5 && link.hasPrefix("rc") && link.hasSuffix(".d")
            && "0123456S".contains(link.dropFirst(2).first ?? "-")
        let folder = [".wants", ".requires", ".upholds"].first { link.hasSuffix($0) }
        let unit = folder.map { String(link.dropLast($0.count)) } ?? link
        return isRunlevel || (try? ResourceKey("\(ResourceKind.service.rawValue):\(unit)")) != nil
    }

    /// What is asked of a unit by whoever brought it from `earlier` to this state: that it runs, or does not, only where
    /// that is what was changed.
    ///
    /// A unit that was merely enabled runs after the next boot, and is not to be stopped then.
    public func asked(from earlier: ServiceState) -> ServiceState {
        var asked = self
        if isRunning == earlier.isRunning ?? false { asked.isRunning = nil }
        return asked
    }

    /// Whether a unit of which nothing is recorded, or that does not exist, is in this state.
    public var isThatOfNone: Bool { links.isEmpty && !isMasked && isRunning != true }
}
