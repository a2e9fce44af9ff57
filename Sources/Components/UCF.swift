internal import FabricModel
internal import LinuxSystem
internal import SystemPackage

/// The configuration files that Debian's packages put in place through `ucf` and do not ship.
///
/// *Source*: ucf(1); `hashfile` has the MD5 digest of the version last put there and the path, `registry` the package
/// and the path; of both, what was there before a purge is kept with a number at the end.
struct UCF: PackageTrace {
    private static let limit = 16 << 20
    /// How many earlier versions it keeps.
    private static let versions = 0..<8
    private let folder: FilePath

    init(folder: FilePath = "/var/lib/ucf") {
        self.folder = folder
    }

    func explains(
        _ change: Change,
        isDuringTransaction: Bool,
        in context: FeedbackContext
    ) throws -> Bool {
        guard change.key.kind == .file, try SystemFile.read(file("hashfile"), limit: Self.limit) != nil else {
            return false
        }
        switch change.after {
        case .file(let file) where file.type == .regular:
            guard let digest = try first(of: "hashfile", with: change.key),
                try isOfChanged(change.key, by: "registry", in: context)
            else { return false }
            return try change.after.keptDigest.flatMap(context.content)
                .map { FileDigest.hex(.md5, of: $0) == digest } ?? false
        case .absent:
            guard try first(of: "hashfile", with: change.key) == nil else { return false }
            return try Self.versions.contains { version in
                try isOfChanged(change.key, by: "registry.\(version)", in: context)
            }
        default: return false
        }
    }

    /// Whether a list says that a path is of a package that changed.
    private func isOfChanged(_ key: ResourceKey, by list: String, in context: FeedbackContext) throws -> Bool
    {
        try first(of: list, with: key).map(context.packages.contains) ?? false
    }

    /// The first word of the line that ends in a path.
    private func first(of list: String, with key: ResourceKey) throws -> String? {
        guard let bytes = try SystemFile.read(file(list), limit: Self.limit) else { return nil }
        let path = key.nameBytes
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
            guard words.count == 2, words[1].drop(while: { $0 == UInt8(ascii: " ") }).elementsEqual(path)
            else {
                continue
            }
            return String(decoding: words[0], as: UTF8.self)
        }
        return nil
    }

    private func file(_ name: String) -> FilePath { folder.appending(name) }
}
