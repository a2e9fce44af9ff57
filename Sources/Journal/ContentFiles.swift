import Compression
import FabricModel
import Glibc
import SystemPackage

/// How the bytes of a content are stored; the raw value is in the database.
enum ContentForm: Int64 {
    case plain = 0
    case deflated = 1
}

/// The folder of contents that are too large for the database, one file each, named by its digest.
struct ContentFiles: Sendable {
    private static let partial = ".partial"
    let folder: FilePath

    /// Writes a content and returns when it is durable.
    ///
    /// Deflated piece by piece, so that no second copy lies in memory; plain where a first piece shows that it would not
    /// become smaller.
    func write(
        _ content: [UInt8],
        _ digest: ContentDigest,
        with compressor: Compressor
    ) throws -> (form: ContentForm, stored: Int64) {
        let temporary = folder.appending(digest.hexDigits + Self.partial)
        let file = try FileDescriptor.open(
            temporary,
            .writeOnly,
            options: [.create, .truncate, .noFollow, .closeOnExec],
            permissions: .ownerReadWrite
        )
        do {
            let result = try file.closeAfter {
                guard fchmod(file.rawValue, 0o600) == 0 else { throw Errno(rawValue: errno) }
                let form = try Self.write(content, to: file, with: compressor)
                try JournalFolder.synchronize(file)
                return (form: form, stored: try file.seek(offset: 0, from: .end))
            }
            try Self.check(rename(temporary.string, path(digest).string))
            try JournalFolder.synchronizeFolder(folder)
            return result
        } catch {
            // What could not be finished only takes space; the sweep of `prune` removes it if this cannot.
            unlink(temporary.string)
            throw error
        }
    }

    /// The bytes as stored; `nil` when there is no such file.
    func read(_ digest: ContentDigest, stored: Int64) throws -> [UInt8]? {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(path(digest), .readOnly, options: [.noFollow, .closeOnExec])
        } catch Errno.noSuchFileOrDirectory {
            return nil
        }
        return try file.closeAfter {
            var failure: (any Error)?
            let bytes = [UInt8](unsafeUninitializedCapacity: Int(stored)) { buffer, count in
                do {
                    while count < buffer.count {
                        let read = try file.read(
                            into: UnsafeMutableRawBufferPointer(
                                rebasing: UnsafeMutableRawBufferPointer(buffer)[count...]
                            )
                        )
                        guard read > 0 else { break }
                        count += read
                    }
                } catch {
                    failure = error
                }
            }
            if let failure { throw failure }
            return bytes
        }
    }

    /// Removes a file that the database does not name any more.
    func remove(hexDigits: String) {
        // One that stays only takes space, and the next sweep finds it again.
        unlink(folder.appending(hexDigits).string)
    }

    /// The names of all files: digests, and what a crash left half written.
    func names() throws -> [String] {
        guard let directory = opendir(folder.string) else { throw Errno(rawValue: errno) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private func path(_ digest: ContentDigest) -> FilePath { folder.appending(String(digest.hexDigits)) }

    private static func write(
        _ content: [UInt8],
        to file: FileDescriptor,
        with compressor: Compressor
    ) throws -> ContentForm {
        let sample = Array(content.prefix(1 << 16))
        guard compressor.compress(sample).count < sample.count / 20 * 19 else {
            try file.writeAll(content)
            return .plain
        }
        try content.withUnsafeBytes { buffer in
            try compressor.compress(buffer) { piece in _ = try file.writeAll(piece) }
        }
        return .deflated
    }

    private static func check(_ status: Int32) throws {
        guard status == 0 else { throw Errno(rawValue: errno) }
    }
}
