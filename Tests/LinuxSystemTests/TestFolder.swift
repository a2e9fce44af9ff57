import CLinux
import Glibc
import LinuxSystem
import SystemPackage
import Testing

/// A new folder for one test, without symlinks in its path, removed with all that it holds.
final class TestFolder: Sendable {
    let path: FilePath

    init() throws {
        var template = Array("/tmp/weft-linuxsystem-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        let real = try #require(realpath(made, nil))
        defer { free(real) }
        path = FilePath(platformString: real)
    }

    deinit { Self.remove(path) }

    func callAsFunction(_ name: String) -> FilePath { path.appending(name) }

    func callAsFunction(bytes name: [UInt8]) -> FilePath {
        FilePath(bytes: path.bytes + [UInt8(ascii: "/")] + name)
    }

    @discardableResult
    func file(_ name: String, _ content: some Collection<UInt8> = [], mode: mode_t = 0o644) throws -> FilePath
    {
        try write(self(name), content, mode: mode)
        return self(name)
    }

    @discardableResult
    func folder(_ name: String, mode: mode_t = 0o755) throws -> FilePath {
        try #require(mkdir(self(name).string, mode) == 0)
        return self(name)
    }

    @discardableResult
    func link(_ name: String, to target: String) throws -> FilePath {
        try #require(symlink(target, self(name).string) == 0)
        return self(name)
    }

    @discardableResult
    func fifo(_ name: String) throws -> FilePath {
        try #require(mkfifo(self(name).string, 0o600) == 0)
        return self(name)
    }

    /// The names that the folder holds, sorted.
    func names(_ name: String = "") throws -> [String] {
        let folder = name.isEmpty ? path : self(name)
        return try #require(try DirectoryListing.entries(of: folder))
            .map { String(decoding: $0.name, as: UTF8.self) }.sorted()
    }

    private static func remove(_ path: FilePath) {
        for (name, status) in (try? DirectoryListing.entries(of: path)) ?? [] {
            let entry = FilePath(bytes: path.bytes + [UInt8(ascii: "/")] + name)
            if status.kind == .directory {
                remove(entry)
            } else {
                entry.withPlatformString { _ = unlink($0) }
            }
        }
        path.withPlatformString { _ = rmdir($0) }
    }
}

/// Writes in place, as a program does that knows nothing of atomic replacement.
func write(_ path: FilePath, _ content: some Collection<UInt8>, mode: mode_t = 0o644) throws {
    let bytes = Array(content)
    let descriptor = path.withPlatformString { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode) }
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
}

func content(of path: FilePath) throws -> [UInt8] {
    let status = try #require(try FileStatus.at(path))
    guard case .complete(let bytes) = try FileReading.read(path, expecting: status, limit: 1 << 30) else {
        throw SystemError(.changed, .read, path.bytes, "changed under a test")
    }
    return bytes
}

func text(of path: FilePath) throws -> String { String(decoding: try content(of: path), as: UTF8.self) }

/// Runs `body` on a thread that has the file rights of the user `nobody`, and hands back its result.
///
/// A user who is not root keeps the rights that he has.
func asNobody<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
    try onThread {
        setfsgid(65534)
        setfsuid(65534)
        return try body()
    }
}

/// Runs `body` on a thread of its own, and hands back its result.
func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) throws -> T {
    let result = Box<Result<T, any Error>>()
    let thread = try WorkerThread.start(name: "test") { result.set(Result(catching: body)) }
    try #require(thread.join(timeout: .seconds(60)))
    return try #require(result.value).get()
}
