import Components
import FabricModel
import FoundationEssentials

/// Weft's own change of packages that is under way, or has ended and is to be recorded.
struct PackageTransaction: Codable, Equatable, Sendable {
    /// On whose behalf.
    var evidence: String?
    /// The packages that it is to change, by the names of their keys.
    var requested: Set<String>
    /// Whether the database could not be read when it had ended, so that somebody else's may have ended since.
    var isMixed = false

    /// The packages that somebody had left unfinished before it; `nil` where that is not known.
    var unfinished: Set<String>?

    init(of keys: [ResourceKey], by actor: Actor, besides unfinished: [UnfinishedPackage] = []) {
        evidence = actor.evidence
        requested = Set(keys.map(\.name))
        self.unfinished = Set(unfinished.map(\.key.name))
    }

    /// Reads back ``mark``.
    ///
    /// Of one that cannot be read, nothing is known that was asked for: an admin's change must not be taken for Weft's.
    init(mark: String) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(mark.utf8))
        } catch {
            evidence = nil
            requested = []
            isMixed = true
        }
    }

    /// What is kept in the journal until what came of it is recorded.
    ///
    /// - Throws: `EncodingError`.
    var mark: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }

    /// Who changed what it changed.
    var actor: Actor { Actor(tier: .exact, name: "weft", evidence: evidence) }

    /// Whether a package that is unfinished now is so by its doing: it was asked for, and nobody had left it so before.
    func mayHaveLeft(_ package: String) -> Bool {
        unfinished.map { requested.contains(package) && !$0.contains(package) } ?? false
    }

    /// Whether a difference of the database is its doing: a package that was asked for, or one that nobody chose.
    ///
    /// Whatever else changed meanwhile, somebody else did: apt waits for another transaction to end. What is not there
    /// before is `nil`.
    func explains(_ found: Observation, before known: PackageState?) -> Bool {
        if requested.contains(found.key.name) { return true }
        var after: PackageState?
        if case .package(let state) = found.state { after = state }
        // Updates and removals of what nobody chose come with an admin's transaction as well.
        guard !isMixed else { return known == nil && after?.reason == .dependency }
        return known?.reason == .dependency || after?.reason == .dependency
    }
}
