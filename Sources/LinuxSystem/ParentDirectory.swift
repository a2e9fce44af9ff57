import CLinux
import Glibc
import SystemPackage

/// The directory that holds a path, opened from `/` component by component, none of which is a symlink; and the
/// path's last component.
struct ParentDirectory: ~Copyable {
    let directory: OpenFile
    /// The last component.
    let name: [CChar]
    let path: FilePath

    init(of path: FilePath) throws(SystemError) {
        let components = path.components
        guard path.isAbsolute, let last = components.last, components.allSatisfy({ $0.kind == .regular })
        else {
            throw SystemError(
                .invalidPath,
                .open,
                path.bytes,
                "must be an absolute path below / without . and .. in it; write it in full"
            )
        }
        let parents = components.dropLast()
        // A parent need not be readable to be passed through; the last is opened for its sync.
        var directory = try Self.root(path, parents.isEmpty ? O_RDONLY : O_PATH)
        var walked = FilePath("/")
        for (index, component) in parents.enumerated() {
            let access = index == parents.count - 1 ? O_RDONLY : O_PATH
            let next = try Self.step(from: directory, to: component, walked, access)
            directory = next
            walked.append(component)
        }
        self.directory = directory
        self.name = last.terminated
        self.path = path
    }

    private static func root(_ path: FilePath, _ access: Int32) throws(SystemError) -> OpenFile {
        do {
            return try OpenFile.open("/", access | O_DIRECTORY)
        } catch {
            throw SystemError(.open, errno: error.rawValue, path)
        }
    }

    private static func step(
        from directory: borrowing OpenFile,
        to component: FilePath.Component,
        _ walked: FilePath,
        _ access: Int32
    ) throws(SystemError) -> OpenFile {
        let name = component.terminated
        do {
            let flags = access | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK
            return try OpenFile.open(name, below: directory.descriptor, flags)
        } catch {
            let place = walked.appending(component)
            guard error == .notDirectory || error == .tooManySymbolicLinkLevels,
                let target = linkText({ readlinkat(directory.descriptor, name, $0, $1) })
            else { throw SystemError(.open, errno: error.rawValue, place) }
            throw SystemError(
                .symlinkInPath,
                .open,
                place.bytes,
                "is a symlink to \(PrintableBytes.escape(target)), and nothing is written through symlinks; "
                    + "use the path that it stands for",
                errno: error.rawValue
            )
        }
    }

    /// The status of the entry itself; `nil` when there is none.
    func status() throws(SystemError) -> FileStatus? {
        var buffer = stat()
        guard fstatat(directory.descriptor, name, &buffer, AT_SYMLINK_NOFOLLOW) != 0 else {
            return FileStatus(buffer)
        }
        if errno == ENOENT { return nil }
        throw SystemError(.lstat, errno: errno, path)
    }

    /// Makes the directory's entries durable.
    func sync() throws(SystemError) {
        guard retrying({ fsync(directory.descriptor) }) == 0 else {
            throw SystemError(.fsync, errno: errno, path)
        }
    }

    /// Throws `changed` unless the entry is what the writer expects.
    func check(_ precondition: AtomicFile.Precondition) throws(SystemError) {
        let isMet =
            switch precondition {
            case .anything: true
            case .absent: try status() == nil
            case .unchanged(let expected): try status() == expected
            }
        guard isMet else { throw changed() }
    }

    func changed() -> SystemError {
        SystemError(
            .changed,
            .rename,
            path.bytes,
            "was changed meanwhile, so nothing was written; look at the new state and decide again"
        )
    }
}
