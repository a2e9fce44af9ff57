import FabricModel
import Glibc
import Journal
import SystemPackage
import Testing

/// A folder of its own under the temporary folder, removed with everything in it at the end.
final class ScratchFolder: Sendable {
    let path: FilePath

    init() throws {
        var template = Array("/tmp/weft-journal-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } != nil }
        try #require(made)
        path = FilePath(platformString: template)
    }

    deinit { ScratchFolder.remove(path) }

    static func remove(_ path: FilePath) {
        var names: [String] = []
        if let folder = opendir(path.string) {
            while let entry = readdir(folder) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name != ".", name != ".." { names.append(name) }
            }
            closedir(folder)
        }
        for name in names where unlink(path.appending(name).string) != 0 { remove(path.appending(name)) }
        rmdir(path.string)
    }
}

extension FilePath {
    /// The mode bits of what lies here.
    var permissions: UInt32? {
        var status = Glibc.stat()
        return Glibc.lstat(string, &status) == 0 ? status.st_mode & 0o7777 : nil
    }

    var fileSize: Int64? {
        var status = Glibc.stat()
        return Glibc.lstat(string, &status) == 0 ? Int64(status.st_size) : nil
    }

    /// The names in this folder.
    var names: [String] {
        guard let folder = opendir(string) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

/// Bytes that do not compress, the same at every run for the same seed.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        for index in 0..<count {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            buffer[index] = UInt8(truncatingIfNeeded: state >> 32)
        }
        initialized = count
    }
}

/// The bytes of a file, read without SQLite.
func rawContents(_ path: FilePath) throws -> [UInt8] {
    let file = try FileDescriptor.open(path, .readOnly)
    return try file.closeAfter {
        let size = try Int(file.seek(offset: 0, from: .end))
        var bytes = [UInt8](repeating: 0, count: size)
        let count = try bytes.withUnsafeMutableBytes { try file.read(fromAbsoluteOffset: 0, into: $0) }
        return Array(bytes.prefix(count))
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

let noon = Timestamp(seconds: 1_790_000_000)
let root = AccountReference(name: "root", id: 0)

func fingerprint(_ number: Int64) -> FileFingerprint {
    FileFingerprint(
        device: 64_769,
        inode: UInt64(bitPattern: number),
        mode: 0o100644,
        uid: 0,
        gid: 0,
        size: number,
        modified: number * 1000,
        changed: number * 1001
    )
}

func fileState(_ content: [UInt8], mode: UInt16 = 0o644) -> ResourceState {
    .file(
        FileState(
            type: .regular,
            mode: mode,
            owner: root,
            group: root,
            content: FileContent(digest: .sha256(content), size: UInt64(content.count))
        )
    )
}

func file(_ path: String) throws -> ResourceKey { try ResourceKey("file:\(path)") }

/// A regular file with kept content.
func observe(
    _ path: String,
    _ content: [UInt8],
    mode: UInt16 = 0o644,
    fingerprint number: Int64 = 1
) throws -> Observation {
    Observation(
        key: try file(path),
        state: fileState(content, mode: mode),
        fingerprint: fingerprint(number),
        content: content
    )
}

func gone(_ path: String) throws -> Observation { Observation(key: try file(path), state: .absent) }

func package(
    _ name: String,
    _ version: String,
    reason: PackageState.Reason? = nil
) throws -> Observation {
    let evr = try PackageVersion(version)
    let instance = PackageState.Instance(evr: evr, arch: "amd64")
    return Observation(
        key: try ResourceKey("package:\(name)"),
        state: .package(PackageState(system: .dpkg, instances: [instance], reason: reason))
    )
}

extension Journal {
    @discardableResult
    func record(_ observation: Observation, at time: Timestamp = noon) throws -> RecordedChange? {
        try record([observation], at: time).first
    }

    /// Puts all that is open into a commit, as the agent does.
    func commitAll(at time: Timestamp = noon, node: NodeID = .make(at: noon)) throws -> FeedbackCommit? {
        let open = try openChanges()
        return try makeCommit(
            of: open.map(\.sequence),
            id: .make(at: time),
            node: node,
            author: Actor(tier: .inferred, name: "alice", session: "3", evidence: "the only session"),
            message: "open port 2222",
            trigger: .quiet,
            at: time,
            changes: Change.net(open.map(\.change))
        )
    }
}

/// Writes a file as another program would.
func write(_ bytes: [UInt8], to path: FilePath) throws {
    let file = try FileDescriptor.open(
        path,
        .writeOnly,
        options: [.create, .truncate],
        permissions: .ownerReadWrite
    )
    try file.closeAfter { _ = try file.writeAll(bytes) }
}
