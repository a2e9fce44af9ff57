import LinuxSystem
import SystemPackage

/// Where systemd's unit files, links and the scripts for System V lie.
///
/// *Source*: systemd.unit(5), systemd-sysv-generator(8).
struct UnitPlaces: Sendable {
    /// Where the system's files are: `/` but for tests.
    let root: FilePath

    /// Where links and the admin's own units are.
    static let settings: FilePath = "/etc/systemd/system"
    /// Where `systemctl set-property` puts drop-ins, and nothing else lies.
    static let properties: FilePath = "/etc/systemd/system.control"
    /// Where unit files are, the first of a name counts.
    static let units: [FilePath] = [
        settings, "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
        "/lib/systemd/system",
    ]
    /// Where units are that were made from other files.
    static let generated: [FilePath] = [
        "/run/systemd/generator.early", "/run/systemd/generator", "/run/systemd/generator.late",
    ]
    static let scripts: FilePath = "/etc/init.d"
    static let runlevels = ["rc0.d", "rc1.d", "rc2.d", "rc3.d", "rc4.d", "rc5.d", "rc6.d", "rcS.d"]

    /// A path of the system as it is found here.
    func callAsFunction(_ path: FilePath) -> FilePath { root == "/" ? path : root.pushing(path.relative) }

    /// What is at a path of the system.
    func status(_ path: FilePath) throws(ComponentsError) -> FileStatus? {
        do {
            return try FileStatus.at(self(path))
        } catch {
            throw ComponentsError(.unreadableFile, path.bytes, error.message, cause: error)
        }
    }

    /// Names and kinds of what is in a folder of the system, by name; empty where it is not there.
    func names(in folder: FilePath) throws(ComponentsError) -> [(name: String, kind: FileStatus.Kind)] {
        do {
            let entries = try DirectoryListing.entries(of: self(folder)) ?? []
            return entries.map { (String(decoding: $0.name, as: UTF8.self), $0.status.kind) }
                .sorted { $0.name < $1.name }
        } catch {
            throw ComponentsError(.unreadableFile, folder.bytes, error.message, cause: error)
        }
    }

    /// What the symlink at a path of the system points to; `nil` where there is none.
    func target(_ path: FilePath) throws(ComponentsError) -> FilePath? {
        guard try status(path)?.kind == .symlink else { return nil }
        do {
            return FilePath(bytes: try FileReading.linkTarget(self(path)))
        } catch {
            if error.code == .notSymlink || error.code == .notFound { return nil }
            throw ComponentsError(.unreadableFile, path.bytes, error.message, cause: error)
        }
    }

    /// The lines of a text file of the system; `nil` where it is not there.
    func lines(_ path: FilePath) throws(ComponentsError) -> [Substring]? {
        do {
            return try SystemFile.lines(self(path))
        } catch {
            throw ComponentsError(.unreadableFile, path.bytes, error.message, cause: error)
        }
    }
}

extension FilePath {
    /// The path without the slash that it begins with.
    fileprivate var relative: FilePath { FilePath(root: nil, components) }
}
