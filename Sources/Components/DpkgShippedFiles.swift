internal import LinuxSystem
internal import SystemPackage

/// Reads from dpkg's folder what packages brought.
struct DpkgShippedFiles {
    private let folder: FilePath
    private let filter: ShippedPathFilter
    private let diversions: [ArraySlice<UInt8>: Diversion]
    private let overrides: [ArraySlice<UInt8>: Override]

    private struct Diversion {
        var target: [UInt8]
        /// The package for whose sake the others' file lies elsewhere; `nil` where an admin said so.
        var package: [UInt8]?
    }

    private struct Override {
        var owner: String
        var group: String
        var mode: UInt16
    }

    init(places: DpkgDatabase.Places, roots: [FilePath]) throws(SystemError) {
        folder = places.folder
        filter = try ShippedPathFilter(root: places.root, roots: roots)
        diversions = try Self.diversions(places.folder.appending("diversions"))
        overrides = try Self.overrides(places.folder.appending("statoverride"))
    }

    /// What one package brought at and below the roots.
    func files(of package: DpkgStatus.Package, named name: String) throws(SystemError) -> [ShippedFile] {
        var files: [[UInt8]: ShippedFile] = [:]
        func add(_ shipped: ArraySlice<UInt8>) -> (path: [UInt8], file: ShippedFile)? {
            let diversion = diversions[shipped]
            let isDiverted = diversion.map { $0.package != Array(package.name.utf8) } ?? false
            guard let path = filter.path(isDiverted ? diversion?.target[...] ?? shipped : shipped) else {
                return nil
            }
            return (path, files[path] ?? ShippedFile(path: FilePath(bytes: path), package: name))
        }
        for (path, digest) in Self.conffiles(package.conffiles) {
            guard let (path, shipped) = add(path) else { continue }
            var file = shipped
            file.digest = digest
            file.kind = .regular
            file.isConfig = true
            files[path] = file
        }
        guard let list = try read(package, "list") else { return Array(files.values) }
        let lines = list.split(separator: newline)
        var needsDigests = false
        for (index, line) in lines.enumerated() {
            guard let (path, shipped) = add(line) else { continue }
            var file = shipped
            // A directory comes before what it holds.
            let isDirectory = index + 1 < lines.count && lines[index + 1].starts(with: line + [slash])
            if isDirectory { file.kind = .directory }
            if let override = overrides[line] {
                file.owner = override.owner
                file.group = override.group
                file.mode = override.mode
            }
            needsDigests = needsDigests || file.kind == nil
            files[path] = file
        }
        guard needsDigests, let sums = try read(package, "md5sums") else { return Array(files.values) }
        for line in sums.split(separator: newline) {
            // DIGEST, two blanks, the path without its slash.
            guard line.count > 34, let (path, shipped) = add([slash] + line.dropFirst(34)),
                shipped.digest == nil
            else { continue }
            var file = shipped
            file.digest = Self.digest(line.prefix(32))
            file.kind = .regular
            files[path] = file
        }
        return Array(files.values)
    }

    // Packages that may be installed for several architectures have theirs in the name.
    private func read(_ package: DpkgStatus.Package, _ suffix: String) throws(SystemError) -> [UInt8]? {
        let info = folder.appending("info")
        for name in ["\(package.name):\(package.arch).\(suffix)", "\(package.name).\(suffix)"] {
            if let bytes = try SystemFile.read(info.appending(name), limit: 256 << 20) { return bytes }
        }
        return nil
    }

    private static func conffiles(_ field: [UInt8]) -> [(path: ArraySlice<UInt8>, digest: ShippedDigest?)] {
        field.split(separator: newline)
            .compactMap { line in
                // PATH DIGEST [obsolete | remove-on-upgrade]; a path may hold blanks, a digest does not.
                var words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: true)
                while let last = words.last, words.count > 2, Self.digest(last) == nil { words.removeLast() }
                guard words.count >= 2, let digest = words.last, let first = words.first else { return nil }
                return (line[first.startIndex..<(digest.startIndex - 1)], Self.digest(digest))
            }
    }

    private static func digest(_ text: ArraySlice<UInt8>) -> ShippedDigest? {
        let isHex = text.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
        guard text.count == 32, isHex else { return nil }
        return ShippedDigest(algorithm: .md5, hex: String(decoding: text, as: UTF8.self))
    }

    // Three lines each: the path, where others' file lies instead, and for whose sake.
    private static func diversions(_ path: FilePath) throws(SystemError) -> [ArraySlice<UInt8>: Diversion] {
        let lines = try SystemFile.read(path, limit: 64 << 20)?.split(separator: newline) ?? []
        var diversions: [ArraySlice<UInt8>: Diversion] = [:]
        for start in stride(from: 0, to: lines.count - 2, by: 3) {
            let package = Array(lines[start + 2])
            diversions[lines[start]] = Diversion(
                target: Array(lines[start + 1]),
                package: package == [UInt8(ascii: ":")] ? nil : package
            )
        }
        return diversions
    }

    // USER GROUP MODE PATH; a number where there is a '#' before it.
    private static func overrides(_ path: FilePath) throws(SystemError) -> [ArraySlice<UInt8>: Override] {
        let lines = try SystemFile.read(path, limit: 64 << 20)?.split(separator: newline) ?? []
        var overrides: [ArraySlice<UInt8>: Override] = [:]
        for line in lines {
            let words = line.split(separator: UInt8(ascii: " "), maxSplits: 3)
            guard words.count == 4, let mode = UInt16(String(decoding: words[2], as: UTF8.self), radix: 8)
            else {
                continue
            }
            overrides[words[3]] = Override(
                owner: String(decoding: words[0], as: UTF8.self),
                group: String(decoding: words[1], as: UTF8.self),
                mode: mode
            )
        }
        return overrides
    }
}

private let newline = UInt8(ascii: "\n")
private let slash = UInt8(ascii: "/")
