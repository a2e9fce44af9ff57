import Components
import FabricModel
import Journal

/// The packages that Weft's own transactions have left unfinished, kept in the journal for as long as they are.
///
/// They are there in the version that is wanted, and convergence goes on with them all the same. What others have left is
/// theirs: somebody may be at work on it.
struct UnfinishedPackages {
    private static let mark = "convergence/unfinished-packages"

    let journal: Journal

    /// By the names of their keys.
    ///
    /// - Throws: `JournalError`.
    var names: Set<String> {
        get throws {
            Set(try journal.value(Self.mark)?.split(separator: "\n").map(String.init) ?? [])
        }
    }

    /// Takes in what is unfinished now.
    ///
    /// - Parameters:
    ///   - unfinished: All that is.
    ///   - own: Weft's own transaction that has ended; `nil` where somebody else's has.
    /// - Throws: `JournalError`.
    func update(_ unfinished: [UnfinishedPackage], after own: PackageTransaction?) throws {
        let known = try names
        let left = unfinished.map(\.key.name)
            .filter { known.contains($0) || own?.mayHaveLeft($0) ?? false }
        guard Set(left) != known else { return }
        try journal.setValue(left.isEmpty ? nil : left.sorted().joined(separator: "\n"), for: Self.mark)
    }
}
