public import SystemPackage

/// A place in the file system whose changes are wanted.
///
/// It may not exist yet, go away and come back. Roots may overlap: what any of them asks for is reported.
public struct WatchedRoot: Hashable, Sendable {
    /// How much of what lies below the root is wanted.
    public enum Scope: Hashable, Sendable {
        /// The root and everything below it.
        case tree
        /// These paths, relative to the root, and nothing else: `.ssh/authorized_keys`, `.bashrc`.
        ///
        /// The root and the directories on the way are no resources themselves and are never listed.
        case only([FilePath])
    }

    /// The root's absolute path without `.` and `..`.
    ///
    /// Symbolic links above every root are followed; the root itself and what lies below it never is.
    public var path: FilePath
    /// How much of it is wanted.
    public var scope: Scope

    /// A root at `path`, which is taken from `/` when it is relative.
    public init(path: FilePath, scope: Scope = .tree) {
        self.path = FilePath("/").pushing(path).lexicallyNormalized()
        self.scope = scope
    }
}
