public import FabricModel
internal import LinuxSystem
public import SystemPackage

extension ResourceKey {
    /// The key of the file at an absolute path.
    ///
    /// - Throws: `ModelError` with code `invalidResourceKey` when the path is relative or not normal.
    public init(file path: FilePath) throws(ModelError) {
        try self.init(.file, bytes: path.withBytes { Array($0) })
    }

    /// The path of a file; `nil` for another kind.
    public var filePath: FilePath? {
        kind == .file ? FilePath(bytes: nameBytes) : nil
    }
}

extension FilePath {
    /// Calls `body` with the path's bytes in place, without the NUL at their end.
    @inline(__always)
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        try withPlatformString { text in
            try text.withMemoryRebound(to: UInt8.self, capacity: length) {
                try body(UnsafeBufferPointer(start: $0, count: length))
            }
        }
    }
}
