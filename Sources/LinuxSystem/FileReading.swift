import CLinux
import Glibc
public import SystemPackage

/// Reading files that other programs may replace at any moment.
///
/// A path is pinned with `O_PATH`, which opens nothing, and only the expected regular file is then opened for reading:
/// a FIFO, device or socket never is, and a symlink in the last component is never followed.
public enum FileReading {
    /// What a read found.
    public enum Contents: Hashable, Sendable {
        /// All of the file, which did not change while it was read.
        case complete([UInt8])
        /// The file is larger than the limit; nothing was read.
        case larger
        /// The file is not the expected one any more, or was written to meanwhile: take its status again and retry.
        case changed
    }

    /// Whether a stream reached the end of an unchanged file.
    public enum StreamEnd: Hashable, Sendable {
        /// Every byte was given, and the file did not change meanwhile.
        case complete
        /// What was given is worthless: the file is another one or was written to.
        case changed
    }

    /// The content of the regular file `path`, if its status is `expecting` before and after.
    ///
    /// *Units*: `limit` in bytes.
    /// - Throws: `SystemError`, such as `permissionDenied`; `notRegularFile` when `expecting` is none.
    public static func read(
        _ path: FilePath,
        expecting: FileStatus,
        limit: Int
    ) throws(SystemError) -> Contents {
        guard expecting.kind != .regular || expecting.size <= limit else { return .larger }
        guard let file = try open(path, expecting) else { return .changed }
        // One byte more than expected, so that a file that grew is seen by the read itself.
        let capacity = Int(expecting.size) + 1
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            while count < capacity {
                let got = retrying {
                    Glibc.read(file.descriptor, buffer.baseAddress?.advanced(by: count), capacity - count)
                }
                if got < 0 { failure = SystemError(.read, errno: errno, path) }
                if got <= 0 { return }
                count += got
            }
        }
        if let failure { throw failure }
        guard bytes.count == Int(expecting.size), try file.status(path) == expecting else {
            return .changed
        }
        return .complete(bytes)
    }

    /// Gives the regular file `path` to `chunk` piece by piece: for digests of files too large for memory.
    ///
    /// It ends early when the file changes, or when `isCancelled` says so.
    ///
    /// - Throws: `SystemError`, such as `permissionDenied`; `notRegularFile` when `expecting` is none.
    public static func digestStream(
        _ path: FilePath,
        expecting: FileStatus,
        unless isCancelled: () -> Bool = { false },
        chunk: (UnsafeRawBufferPointer) -> Void
    ) throws(SystemError) -> StreamEnd {
        guard let file = try open(path, expecting) else { return .changed }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var total: Int64 = 0
        var nextLook: Int64 = 0
        while true {
            if total >= nextLook {
                guard !isCancelled(), try file.status(path) == expecting else { return .changed }
                nextLook += 16 << 20
            }
            let got = retrying { Glibc.read(file.descriptor, buffer.baseAddress, buffer.count) }
            guard got >= 0 else { throw SystemError(.read, errno: errno, path) }
            guard got > 0 else { break }
            total += Int64(got)
            guard total <= expecting.size else { return .changed }
            chunk(UnsafeRawBufferPointer(rebasing: buffer[..<got]))
        }
        guard total == expecting.size else { return .changed }
        return try file.status(path) == expecting ? .complete : .changed
    }

    /// What the symlink `path` points to, byte by byte.
    ///
    /// - Throws: `SystemError`: `notSymlink` when it is none any more, `notFound`.
    public static func linkTarget(_ path: FilePath) throws(SystemError) -> [UInt8] {
        guard let target = linkText({ text, count in path.withPlatformString { readlink($0, text, count) } })
        else {
            throw SystemError(.readlink, errno: errno, path)
        }
        return target
    }

    private static func open(_ path: FilePath, _ expecting: FileStatus) throws(SystemError) -> OpenFile? {
        guard expecting.kind == .regular else {
            throw SystemError(.notRegularFile, .open, path.bytes, "is not a regular file, so it is not read")
        }
        let gone: [Errno] = [.noSuchFileOrDirectory, .notDirectory]
        guard let pinned = try OpenFile.open(path, O_PATH | O_NOFOLLOW, unless: gone) else { return nil }
        guard try pinned.status(path) == expecting else { return nil }
        do {
            // The pinned file itself, whatever its path means by now.
            return try OpenFile.open("/proc/self/fd/\(pinned.descriptor)", O_RDONLY | O_NONBLOCK | O_NOCTTY)
        } catch {
            switch error {
            // Another process holds a lease and is asked to give it up: the caller's next try succeeds.
            case .wouldBlock: return nil
            case .noSuchFileOrDirectory:
                throw SystemError(.unsupported, .open, path.bytes, "cannot be read without /proc; mount it")
            default: throw SystemError(.open, errno: error.rawValue, path)
            }
        }
    }
}

/// The target that readlink(2) writes into the given memory; `nil` when it fails, with `errno` as it left it.
func linkText(_ read: (UnsafeMutablePointer<CChar>, Int) -> Int) -> [UInt8]? {
    // No file system stores a longer target than PATH_MAX.
    var text = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = read(&text, text.count)
    return count < 0 ? nil : text[..<count].map { UInt8(bitPattern: $0) }
}
