import Glibc
import SystemPackage
import Testing

@testable import FileWatching

/// A path as bytes; loops over many files use `String`, since a `FilePath` takes half a millisecond without optimisation.
protocol RawPath {
    var rawBytes: [UInt8] { get }
}

extension FilePath: RawPath {
    var rawBytes: [UInt8] { RawHint(.path(self)).bytes }
}

extension String: RawPath {
    var rawBytes: [UInt8] { Array(utf8) }
}

extension [UInt8]: RawPath {
    var rawBytes: [UInt8] { self }
}

/// A folder of its own for one test, removed at the end.
final class TemporaryFolder: Sendable {
    let path: FilePath

    init() throws {
        var template = Array("/tmp/weft-watching-XXXXXX".utf8CString)
        let made = mkdtemp(&template)
        try #require(made != nil)
        path = FilePath(platformString: template)
    }

    deinit {
        removeTree(path)
    }

    /// The path of `name`, which may have several components.
    func callAsFunction(_ name: String) -> FilePath {
        path.appending(name)
    }
}

/// A system call that did not do what a test needs.
struct CallFailed: Error {
    let call: String
    let path: String
    let errno: Int32
}

private func check(_ result: Int32, _ call: String, _ path: some RawPath) throws {
    guard result >= 0 else {
        throw CallFailed(call: call, path: String(decoding: path.rawBytes, as: UTF8.self), errno: errno)
    }
}

func makeDirectory(_ path: some RawPath) throws {
    try check(withPath(path.rawBytes) { mkdir($0, 0o755) }, "mkdir", path)
}

/// `mkdir -p` from `base` downwards.
func makeDirectories(_ relative: String, in base: some RawPath) throws {
    var path = base.rawBytes
    for name in relative.utf8.split(separator: UInt8(ascii: "/")) {
        path.append(UInt8(ascii: "/"))
        path.append(contentsOf: name)
        if withPath(path, { mkdir($0, 0o755) }) != 0, errno != EEXIST { try check(-1, "mkdir", path) }
    }
}

/// An open file, to be closed by the test.
func openFile(_ path: some RawPath, _ flags: Int32 = O_WRONLY | O_CREAT | O_TRUNC) throws -> Int32 {
    let descriptor = withPath(path.rawBytes) { open($0, flags | O_CLOEXEC, 0o644) }
    try check(descriptor, "open", path)
    return descriptor
}

func append(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)
    _ = write(descriptor, &bytes, bytes.count)
}

func writeFile(_ path: some RawPath, _ text: String = "text\n") throws {
    let descriptor = try openFile(path)
    append(text, to: descriptor)
    close(descriptor)
}

func move(_ source: some RawPath, _ target: some RawPath) throws {
    let result = withPath(source.rawBytes) { old in withPath(target.rawBytes) { rename(old, $0) } }
    try check(result, "rename", source)
}

func makeSymlink(_ path: some RawPath, to target: some RawPath) throws {
    let result = withPath(target.rawBytes) { text in withPath(path.rawBytes) { symlink(text, $0) } }
    try check(result, "symlink", path)
}

func removeFile(_ path: some RawPath) throws {
    try check(withPath(path.rawBytes) { unlink($0) }, "unlink", path)
}

func removeDirectory(_ path: some RawPath) throws {
    try check(withPath(path.rawBytes) { rmdir($0) }, "rmdir", path)
}

func setMode(_ path: some RawPath, _ mode: mode_t) throws {
    try check(withPath(path.rawBytes) { chmod($0, mode) }, "chmod", path)
}

/// `rm -rf`, which leaves out what it cannot remove.
func removeTree(_ path: some RawPath) {
    let path = path.rawBytes
    if withPath(path, { unlink($0) }) == 0 { return }
    var names: [[UInt8]] = []
    _ = try? DirectoryNames.visit(path) { name, _ in names.append(Array(name)) }
    for name in names { removeTree(path + [UInt8(ascii: "/")] + name) }
    _ = withPath(path) { rmdir($0) }
}

/// Runs a program that must succeed.
func run(_ program: String, _ arguments: String...) throws {
    var child = pid_t()
    let strings = ([program] + arguments).map { strdup($0) }
    defer { for string in strings { free(string) } }
    let result = posix_spawnp(&child, program, nil, nil, strings + [nil], environ)
    try #require(result == 0)
    var status: Int32 = 0
    try #require(waitpid(child, &status, 0) == child)
    try #require(status == 0)
}
