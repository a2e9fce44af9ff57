import CLinux
import Glibc
public import SystemPackage

extension FileStatus {
    /// The status of `path`, which lies below `root`, with no symlink followed on the way from there.
    ///
    /// For places where others may swap a directory for a symlink, such as a home: who reads with this status as the
    /// expected one reads no file elsewhere. The root's own path may hold symlinks.
    /// - Returns: `nil` when nothing is there, or a symlink lies on the way.
    /// - Throws: `SystemError`: `invalidPath` when `path` is not below `root` or holds `..`.
    public static func at(_ path: FilePath, below root: FilePath) throws(SystemError) -> FileStatus? {
        var rest = path
        guard rest.removePrefix(root), !rest.components.contains(where: { $0.kind != .regular }) else {
            let place = PrintableBytes.escape(root.bytes)
            throw SystemError(
                .invalidPath,
                .lstat,
                path.bytes,
                "does not lie below \(place); name a path that does"
            )
        }
        let gone: [Errno] = [.noSuchFileOrDirectory, .notDirectory, .tooManySymbolicLinkLevels]
        guard var place = try OpenFile.open(root, O_PATH, unless: gone) else { return nil }
        for component in rest.components {
            do {
                place = try OpenFile.open(component.terminated, below: place.descriptor, O_PATH | O_NOFOLLOW)
            } catch {
                if gone.contains(error) { return nil }
                throw SystemError(.open, errno: error.rawValue, path)
            }
        }
        return try place.status(path)
    }
}
