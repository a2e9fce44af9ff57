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
