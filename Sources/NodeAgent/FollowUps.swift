import Components
import FabricModel
import FoundationEssentials
import Journal
import LinuxSystem
import SystemPackage

/// What remains to be done when steps were taken: it is kept in the journal until it is done, also over a restart.
struct FollowUps {
    /// The entry whose flags ask for something.
    struct Cause: Codable, Equatable {
        var key: ResourceKey
        var revision: RevisionReference?
    }

    /// What is still to be done.
    struct Pending: Codable, Equatable {
        /// Files that a component has to take in, as ``EscapedText``.
        var files: Set<String> = []
        /// Units to restart, each with one entry that asks for it.
        var restart: [String: Cause] = [:]
        /// Units to reload, each with one entry that asks for it.
        var reload: [String: Cause] = [:]
    }

    private static let mark = "convergence/follow-ups"

    let journal: Journal
    let components: ComponentTable

    /// Keeps what steps ask for, before they are taken.
    ///
    /// - Returns: What there was to do before.
    /// - Throws: `JournalError`.
    func begin(_ steps: [Plan.Step]) throws -> Pending {
        let earlier = try pending()
        try keep(steps.reduce(into: earlier, add), unless: earlier)
        return earlier
    }

    /// Forgets what those steps asked for that were not taken.
    ///
    /// - Parameters:
    ///   - earlier: What there was to do before.
    ///   - taken: The steps that were taken.
    /// - Throws: `JournalError`.
    func end(_ earlier: Pending, taken: [Plan.Step]) throws {
        try keep(taken.reduce(into: earlier, add), unless: pending())
    }

    private func add(to pending: inout Pending, for step: Plan.Step) {
        let isTold = step.key.filePath.map { path in components.all.contains { $0.claim(path) != .none } }
        if isTold ?? false { pending.files.insert(step.key.name) }
        let cause = Cause(key: step.key, revision: step.revision)
        for unit in step.flags.restart { pending.restart[unit] = pending.restart[unit] ?? cause }
        for unit in step.flags.reload { pending.reload[unit] = pending.reload[unit] ?? cause }
    }

    /// Forgets units that no entry asks for any more.
    ///
    /// - Throws: `JournalError`.
    func keepUnits(of configuration: EffectiveConfiguration) throws {
        let earlier = try pending()
        guard !earlier.restart.isEmpty || !earlier.reload.isEmpty else { return }
        let flags = Dictionary(configuration.items.map { ($0.key, $0.flags ?? EntryFlags()) }) { $1 }
        var pending = earlier
        pending.restart = pending.restart.filter { flags[$1.key]?.restart.contains($0) ?? false }
        pending.reload = pending.reload.filter { flags[$1.key]?.reload.contains($0) ?? false }
        try keep(pending, unless: earlier)
    }

    /// Has components take in the files that were changed.
    ///
    /// - Throws: What they throw, and `JournalError`; then it is done again the next time.
    func takeInFiles() throws {
        var pending = try pending()
        guard !pending.files.isEmpty else { return }
        let paths = try pending.files.sorted().map { FilePath(bytes: try EscapedText.unescape($0)) }
        for component in components.all {
            let told = paths.filter { component.claim($0) != .none }
            if !told.isEmpty { try component.follow(told) }
        }
        pending.files = []
        try keep(pending)
    }

    /// Restarts and reloads the units that entries name.
    ///
    /// - Returns: Why each that was not did not.
    /// - Throws: `JournalError`.
    func act() throws -> [ResourceKey: ComponentsError] {
        var pending = try pending()
        guard !pending.restart.isEmpty || !pending.reload.isEmpty else { return [:] }
        let restart = Set(pending.restart.keys)
        let flags = EntryFlags(restart: restart, reload: Set(pending.reload.keys).subtracting(restart))
        let failures = components.all.reduce(into: [ResourceKey: ComponentsError]()) { failures, component in
            failures.merge(component.act(on: flags)) { $1 }
        }
        let failed = Set(failures.keys.map(\.name))
        pending.restart = pending.restart.filter { failed.contains($0.key) }
        pending.reload = pending.reload.filter { failed.contains($0.key) }
        try keep(pending)
        return failures
    }

    /// The units that are still to be restarted or reloaded, each with an entry that asks for it.
    ///
    /// - Throws: `JournalError`.
    func units() throws -> [ResourceKey: Cause] {
        let pending = try pending()
        return Dictionary(
            uniqueKeysWithValues: pending.reload.merging(pending.restart) { $1 }
                .map { (ResourceKey(.service, checked: $0), $1) }
        )
    }

    private func pending() throws -> Pending {
        guard let text = try journal.value(Self.mark) else { return Pending() }
        return try CanonicalJSON.decode(Pending.self, from: Data(text.utf8))
    }

    private func keep(_ pending: Pending, unless known: Pending? = nil) throws {
        guard pending != known else { return }
        let text = String(decoding: try CanonicalJSON.encode(pending), as: UTF8.self)
        try journal.setValue(pending == Pending() ? nil : text, for: Self.mark)
    }
}
