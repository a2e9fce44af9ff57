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
    /// *Shape*: folders and names below `/etc/systemd/system` in which the unit has a link, such as
    /// `multi-user.target.wants`, `default.target.requires`, or another name of its own such as `sshd.service`; of a script
    /// for System V that has no unit its runlevels, such as `rc3.d`.
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

    /// Whether a unit of which nothing is recorded, or that does not exist, is in this state.
    public var isThatOfNone: Bool { links.isEmpty && !isMasked && isRunning != true }
}
