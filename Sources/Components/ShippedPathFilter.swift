internal import LinuxSystem
internal import SystemPackage

/// Says of the paths in a package database where the files really lie, and whether that is at or below the roots.
struct ShippedPathFilter {
    private let roots: [[UInt8]]
    // The directories in the root that are links, such as `/bin` where `/usr` is merged: name → where it leads.
    private let links: [ArraySlice<UInt8>: [UInt8]]

    init(root: FilePath, roots: [FilePath]) throws(SystemError) {
        self.roots = roots.map(\.bytes)
        var links: [ArraySlice<UInt8>: [UInt8]] = [:]
        for entry in try DirectoryListing.entries(of: root, unreadable: { _ in }) ?? []
        where entry.status.kind == .symlink {
            let path = FilePath(bytes: (root == "/" ? [] : root.bytes) + [slash] + entry.name)
            var target = try FileReading.linkTarget(path)
            if target.first == slash { target.removeFirst() }
            // A link to somewhere odd is left alone: no package ships files through it.
            let isPlain = !target.isEmpty && !target.starts(with: Array("..".utf8))
            if isPlain { links[entry.name[...]] = [slash] + target }
        }
        self.links = links
    }

    /// Where a file of this path lies, when that is at or below a root.
    func path(_ shipped: ArraySlice<UInt8>) -> [UInt8]? {
        guard shipped.first == slash else { return nil }
        var path = shipped
        if !links.isEmpty {
            let name = shipped.dropFirst().prefix { $0 != slash }
            // The link itself is what it is.
            if name.endIndex < shipped.endIndex, let target = links[name] {
                path = target + shipped[name.endIndex...]
            }
        }
        return roots.contains { Self.lies(path, below: $0) } ? Array(path) : nil
    }

    /// Whether a directory may hold a file that ``path(_:)`` answers with; `directory` ends in a slash.
    func mayHold(_ directory: ArraySlice<UInt8>) -> Bool {
        if path(directory.dropLast()) != nil || path(directory + [UInt8(ascii: "x")]) != nil { return true }
        return roots.contains { root in
            let parent = root.prefix(upTo: (root.lastIndex(of: slash) ?? 0) + 1)
            return parent.elementsEqual(directory)
        }
    }

    private static func lies(_ path: ArraySlice<UInt8>, below root: [UInt8]) -> Bool {
        if root == [slash] { return true }
        guard path.starts(with: root) else { return false }
        return path.count == root.count || path[path.startIndex + root.count] == slash
    }
}

private let slash = UInt8(ascii: "/")
