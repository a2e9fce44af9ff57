internal import LinuxSystem
internal import SystemPackage

/// The files of one rpm header.
struct RPMShippedFiles {
    let filter: ShippedPathFilter

    /// The files at and below the roots that the package `name` brought and that were really installed.
    func files(of header: RPMHeader, named name: String) throws(RPMHeader.Malformed) -> [ShippedFile] {
        let directories = try header.strings(.dirNames)
        let wanted = directories.map { filter.mayHold(Array($0)[...]) }
        guard wanted.contains(true) else { return [] }
        let names = try header.strings(.baseNames)
        let indexes = try header.numbers(.dirIndexes)
        guard names.count == indexes.count, indexes.allSatisfy({ $0 < directories.count }) else {
            throw RPMHeader.Malformed()
        }
        let facts = try Facts(header)
        var files: [ShippedFile] = []
        for (position, directory) in indexes.enumerated() where wanted[Int(directory)] {
            guard facts.isInstalled(position),
                let path = filter.path((Array(directories[Int(directory)]) + names[position])[...])
            else { continue }
            files.append(facts.file(position, path: FilePath(bytes: path), package: name))
        }
        return files
    }

    /// What a header says of its files, by their position; a list that is missing or too short says nothing.
    private struct Facts {
        private let states: [UInt32]
        private let modes: [UInt32]
        private let flags: [UInt32]
        private let digests: [UnsafeRawBufferPointer]
        private let targets: [UnsafeRawBufferPointer]
        private let users: [UnsafeRawBufferPointer]
        private let groups: [UnsafeRawBufferPointer]
        private let algorithm: FileDigest.Algorithm?

        init(_ header: RPMHeader) throws(RPMHeader.Malformed) {
            states = try header.numbers(.fileStates)
            modes = try header.numbers(.fileModes)
            flags = try header.numbers(.fileFlags)
            digests = try header.strings(.fileDigests)
            targets = try header.strings(.fileLinkTargets)
            users = try header.strings(.fileUserNames)
            groups = try header.strings(.fileGroupNames)
            algorithm = FileDigest.Algorithm(rpm: try header.numbers(.fileDigestAlgorithm).first)
        }

        /// Not left out, such as documentation, and not replaced by another package's file.
        func isInstalled(_ position: Int) -> Bool {
            position >= states.count || states[position] == 0
        }

        func file(_ position: Int, path: FilePath, package: String) -> ShippedFile {
            let mode = position < modes.count ? modes[position] : nil
            let flags = position < flags.count ? flags[position] : 0
            let target = position < targets.count ? targets[position] : nil
            return ShippedFile(
                path: path,
                package: package,
                digest: digest(position),
                kind: mode.map(ShippedFile.Kind.init(mode:)),
                isConfig: flags & 1 != 0,
                mode: mode.map { UInt16($0 & 0o7777) },
                owner: position < users.count ? String(decoding: users[position], as: UTF8.self) : nil,
                group: position < groups.count ? String(decoding: groups[position], as: UTF8.self) : nil,
                target: target.flatMap { $0.isEmpty ? nil : Array($0) }
            )
        }

        // Only regular files have one; a ghost, which the package merely owns, has none.
        private func digest(_ position: Int) -> ShippedDigest? {
            guard let algorithm, position < digests.count, !digests[position].isEmpty else { return nil }
            return ShippedDigest(
                algorithm: algorithm,
                hex: String(decoding: digests[position], as: UTF8.self)
            )
        }
    }
}

extension FileDigest.Algorithm {
    /// The algorithm of rpm's number, which is OpenPGP's; MD5 where there is none.
    init?(rpm number: UInt32?) {
        switch number {
        case nil, 1: self = .md5
        case 2: self = .sha1
        case 8: self = .sha256
        case 9: self = .sha384
        case 10: self = .sha512
        default: return nil
        }
    }
}

extension ShippedFile.Kind {
    /// The kind of a file with this `st_mode`.
    init(mode: UInt32) {
        switch mode & 0o170000 {
        case 0o100000: self = .regular
        case 0o040000: self = .directory
        case 0o120000: self = .symlink
        default: self = .other
        }
    }
}
