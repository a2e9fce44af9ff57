internal import LinuxSystem
internal import SystemPackage

/// The files in which a node keeps its own accounts, as they were at one moment.
///
/// *Source*: passwd(5), group(5), shadow(5), subuid(5), subgid(5), login.defs(5).
struct AccountFiles: Hashable, Sendable {
    var passwd: [UInt8] = []
    var group: [UInt8] = []
    var shadow: [UInt8] = []
    var subuid: [UInt8] = []
    var subgid: [UInt8] = []
    var definitions: [UInt8] = []

    private static let names = ["passwd", "group", "shadow", "subuid", "subgid", "login.defs"]
    private static let attempts = 4
    // As many as a large directory that was copied into the files.
    static let limit = 64 << 20

    /// The files below a root, all of one moment: programs replace each of them, one after the other.
    ///
    /// - Parameters:
    ///   - root: Where `/etc` lies.
    ///   - whenRead: Called when all were read, before it is checked whether they are still the same.
    /// - Returns: The bytes of each; none of one that is not there.
    /// - Throws: `ComponentsError` with code `unreadableFile`; `unstableFile` when they changed during each read.
    static func read(
        below root: FilePath,
        whenRead: () -> Void = {}
    ) throws(ComponentsError) -> AccountFiles {
        let folder = root.appending("etc")
        for _ in 0..<attempts {
            let before = try statuses(in: folder)
            let contents = try names.map { name throws(ComponentsError) in
                try read(folder.appending(name), isNeeded: name == "passwd" || name == "group")
            }
            whenRead()
            guard try statuses(in: folder) == before else { continue }
            return AccountFiles(
                passwd: contents[0],
                group: contents[1],
                shadow: contents[2],
                subuid: contents[3],
                subgid: contents[4],
                definitions: contents[5]
            )
        }
        throw ComponentsError(
            .unstableFile,
            folder.appending("passwd").bytes,
            "or a file that belongs to it changed each time while accounts were read; look again later"
        )
    }

    /// The numbers of the groups, by name.
    ///
    /// - Throws: `ComponentsError` with code `unreadableFile`.
    static func groups(below root: FilePath) throws(ComponentsError) -> [String: UInt32] {
        let lines = AccountLines(try read(root.appending("etc/group"), isNeeded: true))
        let groups = Accounts.groups(lines).map { ($0.referenceName, $0.gid) }
        return Dictionary(groups) { first, _ in first }
    }

    private static func statuses(in folder: FilePath) throws(ComponentsError) -> [FileStatus?] {
        try names.map { name throws(ComponentsError) -> FileStatus? in
            let path = folder.appending(name)
            do throws(SystemError) {
                return try FileStatus.at(path)
            } catch {
                throw ComponentsError(.unreadableFile, path.bytes, error.message, cause: error)
            }
        }
    }

    private static func read(_ path: FilePath, isNeeded: Bool) throws(ComponentsError) -> [UInt8] {
        do throws(SystemError) {
            if let bytes = try SystemFile.read(path, limit: limit) { return bytes }
        } catch {
            throw ComponentsError(.unreadableFile, path.bytes, error.message, cause: error)
        }
        guard !isNeeded else {
            // Without it all accounts would seem to be gone.
            throw ComponentsError(.unreadableFile, path.bytes, "is not there; put it back")
        }
        return []
    }
}
