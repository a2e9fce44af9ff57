import Components
import FabricModel
import FileWatching
import Journal
import LinuxSystem
import Logging
import SystemPackage

extension Recorder {
    /// Compares everything at and below a path with the record, and looks again at what differs.
    ///
    /// Status first: only files whose fingerprint is not the recorded one are read. One directory at a time, so that
    /// memory does not grow with the tree.
    func compare(_ top: FilePath) {
        var paths: [FilePath] = []
        var directories: [FilePath] = []
        switch scope.coverage(of: top) {
        case .everything:
            paths.append(top)
            directories.append(top)
        case .only(let named): paths += named
        case .nothing: return
        }
        while let directory = directories.popLast() {
            do {
                try compare(directory: directory, &paths, &directories)
            } catch {
                log.error(
                    "cannot compare a directory",
                    metadata: ["path": "\(directory)", "error": "\(error)"]
                )
                paths.append(directory)
            }
            guard paths.count >= Self.batchSize else { continue }
            look(at: paths, isLate: true)
            paths.removeAll(keepingCapacity: true)
        }
        paths += vanishedDirectories(below: top)
        look(at: paths, isLate: true)
    }

    /// Directories of which no listing tells that they are gone, as they are no resources themselves.
    private func vanishedDirectories(below top: FilePath) -> [FilePath] {
        do {
            return try journal.directories(below: EscapedText.escape(top.bytes))
                .map { FilePath(bytes: try EscapedText.unescape($0)) }
                .filter { try FileStatus.at($0) == nil }
        } catch {
            log.error("cannot compare directories", metadata: ["path": "\(top)", "error": "\(error)"])
            return []
        }
    }

    private func compare(
        directory: FilePath,
        _ paths: inout [FilePath],
        _ directories: inout [FilePath]
    ) throws {
        // What has no status, such as a dead mount, is looked at by itself, which says so where people see it.
        var unreadable: [String] = []
        let listing = try DirectoryListing.entries(of: directory) { unreadable.append($0.subject) }
        guard let entries = listing else {
            paths.append(directory)
            return
        }
        var known = try journal.fingerprints(inDirectory: EscapedText.escape(directory.bytes))
        for entry in entries {
            let name = EscapedText.escape(entry.name)
            let path = directory.appending(bytes: entry.name)
            let isDirectory = entry.status.kind == .directory
            let recorded = known.removeValue(forKey: name)
            guard !scope.isIgnored(path, isDirectory: isDirectory) else { continue }
            if recorded.flatMap(\.self) != FileComponent.fingerprint(entry.status) { paths.append(path) }
            if isDirectory { directories.append(path) }
        }
        for path in unreadable {
            known[path.split(separator: "/").last.map(String.init) ?? ""] = nil
            paths.append(FilePath(bytes: try EscapedText.unescape(path)))
        }
        // What is recorded and not listed is gone; looking at it takes what was below it along.
        for name in known.keys {
            guard let bytes = try? EscapedText.unescape(name) else { continue }
            paths.append(directory.appending(bytes: bytes))
        }
    }
}

extension FilePath {
    /// The path of an entry of this directory.
    fileprivate func appending(bytes name: [UInt8]) -> FilePath { pushing(FilePath(bytes: name)) }
}
