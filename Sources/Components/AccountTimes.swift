internal import FabricModel
internal import LinuxSystem
internal import SystemPackage

/// When accounts came to be or went, at the latest.
///
/// The system's tools keep the version before each change beside the file, with the time at which it was written: what was
/// there already came to be by then. *Source*: `create_backup` in commonio.c of shadow-utils.
struct AccountTimes {
    private struct File {
        /// When it last changed, in nanoseconds since the epoch.
        let changed: Int64?
        /// The names in the version before.
        var earlier: Set<[UInt8]> = []
        /// When that was written, in nanoseconds since the epoch; `nil` where there is none.
        var written: Int64?

        init(_ path: FilePath) throws(SystemError) {
            changed = try FileStatus.at(path)?.changed
            let backup = FilePath(bytes: path.bytes + [UInt8(ascii: "-")])
            guard let status = try FileStatus.at(backup),
                let bytes = try SystemFile.read(backup, limit: AccountFiles.limit)
            else { return }
            written = status.modified
            earlier = Set(AccountLines(bytes).compactMap { $0.first.map(Array.init) })
        }
    }

    private let users: File
    private let groups: File

    /// Reads the versions before below a root.
    ///
    /// - Throws: `ComponentsError` with code `unreadableFile`.
    init(below root: FilePath) throws(ComponentsError) {
        let folder = root.appending("etc")
        do {
            users = try File(folder.appending("passwd"))
            groups = try File(folder.appending("group"))
        } catch {
            throw ComponentsError(.unreadableFile, folder.bytes, error.message, cause: error)
        }
    }

    /// When an account came to be, or went where it is not there any more.
    ///
    /// *Units*: nanoseconds since the epoch.
    func changed(_ key: ResourceKey, isThere: Bool) -> Int64? {
        let file = key.kind == .group ? groups : users
        guard let written = file.written, file.earlier.contains(key.nameBytes) == isThere else {
            return file.changed
        }
        return written
    }
}
