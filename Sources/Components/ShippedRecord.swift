internal import FabricModel
internal import FoundationEssentials
internal import Glibc
internal import LinuxSystem
internal import SystemPackage

/// What packages ship below the recorded roots, kept in the state folder.
struct ShippedRecord: Sendable {
    /// What is kept.
    struct Contents: Equatable, Sendable {
        /// What the installed packages ship.
        var shipped: [ResourceKey: [ShippedFile]] = [:]
        /// What packages that changed lately shipped before; forgotten when their changes are committed.
        var replaced: [ResourceKey: [ShippedFile]] = [:]

        /// Whether any package ships or shipped something at a path.
        func names(_ key: ResourceKey) -> Bool { shipped[key] != nil || replaced[key] != nil }
    }

    private static let limit = 256 << 20
    private let file: FilePath

    init(folder: FilePath) {
        file = folder.appending("shipped-files.json")
    }

    /// Reads what was kept; nothing where nothing was, or where another version wrote it.
    ///
    /// - Throws: `SystemError`.
    func read() throws(SystemError) -> Contents {
        guard let bytes = try SystemFile.read(file, limit: Self.limit),
            let stored = try? JSONDecoder().decode(Stored.self, from: Data(bytes))
        else { return Contents() }
        return Contents(shipped: Self.byKey(stored.shipped), replaced: Self.byKey(stored.replaced))
    }

    /// Keeps it, durable on return.
    ///
    /// - Throws: `SystemError`.
    func write(_ contents: Contents) throws {
        let stored = Stored(
            shipped: contents.shipped.values.flatMap { $0.map(StoredFile.init) },
            replaced: contents.replaced.values.flatMap { $0.map(StoredFile.init) }
        )
        let bytes = Array(try JSONEncoder().encode(stored))
        try AtomicFile.replace(file, with: bytes, mode: 0o600, uid: geteuid(), gid: getegid())
    }

    private static func byKey(_ files: [StoredFile]) -> [ResourceKey: [ShippedFile]] {
        var byKey: [ResourceKey: [ShippedFile]] = [:]
        for file in files {
            guard let shipped = file.shipped, let key = try? ResourceKey(file: shipped.path) else { continue }
            byKey[key, default: []].append(shipped)
        }
        return byKey
    }
}

private struct Stored: Codable {
    var shipped: [StoredFile]
    var replaced: [StoredFile]
}

/// A shipped file; path and target as ``EscapedText``.
private struct StoredFile: Codable {
    var path: String
    var package: String
    var algorithm: String?
    var digest: String?
    var kind: String?
    var isConfig: Bool
    var mode: UInt16?
    var owner: String?
    var group: String?
    var target: String?

    private static let kinds: [(name: String, kind: ShippedFile.Kind)] = [
        ("regular", .regular), ("directory", .directory), ("symlink", .symlink), ("other", .other),
    ]

    init(_ file: ShippedFile) {
        path = EscapedText.escape(file.path.bytes)
        package = file.package
        algorithm = file.digest?.algorithm.rawValue
        digest = file.digest?.hex
        kind = Self.kinds.first { $0.kind == file.kind }?.name
        isConfig = file.isConfig
        mode = file.mode
        owner = file.owner
        group = file.group
        target = file.target.map { EscapedText.escape($0) }
    }

    var shipped: ShippedFile? {
        guard let bytes = try? EscapedText.unescape(path) else { return nil }
        let algorithm = algorithm.flatMap(FileDigest.Algorithm.init)
        return ShippedFile(
            path: FilePath(bytes: bytes),
            package: package,
            digest: algorithm.flatMap { algorithm in
                digest.map { ShippedDigest(algorithm: algorithm, hex: $0) }
            },
            kind: Self.kinds.first { $0.name == kind }?.kind,
            isConfig: isConfig,
            mode: mode,
            owner: owner,
            group: group,
            target: target.flatMap { try? EscapedText.unescape($0) }
        )
    }
}
