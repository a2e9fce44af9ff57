import ArgumentParser
import FabricModel
import NodeControl

/// For commands that say which units follow a file or a package.
struct UnitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A unit that nodes restart when they change it; again for more.",
            valueName: "unit"
        )
    )
    var restart: [String] = []
    @Option(
        help: ArgumentHelp(
            "A unit that nodes reload when they change it; again for more.",
            valueName: "unit"
        )
    )
    var reload: [String] = []

    /// What was asked for; `nil` where nothing was, and empty for `none`.
    ///
    /// - Throws: `CommandError` with code `usage` for `none` beside units; `ModelError` for a name that no unit has.
    var flags: EntryFlags? {
        get throws {
            guard !restart.isEmpty || !reload.isEmpty else { return nil }
            return EntryFlags(
                restart: try Self.units(restart, "--restart"),
                reload: try Self.units(reload, "--reload")
            )
        }
    }

    private static func units(_ names: [String], _ option: String) throws -> [String] {
        guard names.contains("none") else {
            return try names.map { try ResourceName.read("service:\($0)").name }
        }
        guard names.allSatisfy({ $0 == "none" }) else {
            throw CommandError(
                .usage,
                option,
                "'none' takes all units away; give it alone, or the units that stay"
            )
        }
        return []
    }
}

extension EntryFlags {
    /// What is done besides, such as `restarts sshd.service, reloads nginx.service`.
    var summary: String {
        let parts = [("restarts", restart), ("reloads", reload)].filter { !$0.1.isEmpty }
        return parts.map { "\($0) \($1.joined(separator: " "))" }.joined(separator: ", ")
    }
}

extension EntryFlags? {
    /// What is done besides, or that nothing is.
    var summary: String { self?.summary ?? "restarts nothing" }
    /// The same, to stand after an entry.
    fileprivate var suffix: String { self.map { ", \($0.summary)" } ?? "" }
}

extension Revision.Item {
    /// The entry before and after, with what is done besides.
    var line: Text {
        let (old, new) = sides
        return Text("    \(key)  \(old) → \(new)")
    }

    /// What the tag said and says; where only what is done besides differs, that alone.
    var sides: (before: String, after: String) {
        guard before != after else { return (flagsBefore.summary, flagsAfter.summary) }
        let (old, new) = StateSummary.compare(before, after)
        return (old + flagsBefore.suffix, new + flagsAfter.suffix)
    }
}

extension EffectiveConfiguration.Item {
    /// The entry and what is done besides.
    var summary: String { entry.summary + flags.suffix }
}
