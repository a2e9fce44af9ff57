internal import FabricModel

/// The name of a unit as systemd knows it, such as `getty@tty1.service`.
///
/// *Source*: systemd.unit(5).
struct UnitName: Hashable, Comparable, Sendable {
    let text: String

    /// Units that may run, and of which it is recorded whether they do.
    private static let running: Set<Substring> = [
        "service", "socket", "timer", "path", "mount", "automount", "swap",
    ]

    /// A name; `nil` when no unit can be called so.
    init?(_ text: some StringProtocol) {
        guard (try? ResourceKey(.service, bytes: text.utf8)) != nil else { return nil }
        self.text = String(text)
    }

    /// The name in the key of a service; `nil` for another kind.
    init?(_ key: ResourceKey) {
        guard key.kind == .service else { return nil }
        text = String(decoding: key.nameBytes, as: UTF8.self)
    }

    /// The resource that the unit is.
    var key: ResourceKey { ResourceKey(.service, checked: escaped) }

    /// The name as a state writes it.
    var escaped: String { EscapedText.escape(text.utf8) }

    /// What follows the last dot.
    var type: Substring { text[text.index(after: text.lastIndex(of: ".") ?? text.startIndex)...] }

    /// The name before the type.
    var stem: Substring { text[..<(text.lastIndex(of: ".") ?? text.endIndex)] }

    /// Of `getty@tty1.service`, `tty1`; of a template, nothing; `nil` for other units.
    var instance: Substring? {
        stem.firstIndex(of: "@").map { stem[stem.index(after: $0)...] }
    }

    /// Whether it is a template, from which units are made.
    var isTemplate: Bool { instance?.isEmpty == true }

    /// The template of which it is an instance; `nil` for other units.
    var template: UnitName? {
        guard let instance, !instance.isEmpty, let at = stem.firstIndex(of: "@") else { return nil }
        return UnitName("\(stem[...at]).\(type)")
    }

    /// The unit that a template makes for an instance's name.
    func instance(_ name: some StringProtocol) -> UnitName? {
        UnitName("\(stem)\(name).\(type)")
    }

    /// Whether it is recorded that it runs: sessions, and what the manager itself makes, are not.
    var isOneThatRuns: Bool {
        let isOfPeople = ["user@", "user-runtime-dir@", "session-"].contains { stem.hasPrefix($0) }
        return Self.running.contains(type) && !isOfPeople && !isTemplate
    }

    static func < (left: UnitName, right: UnitName) -> Bool { left.text < right.text }
}
