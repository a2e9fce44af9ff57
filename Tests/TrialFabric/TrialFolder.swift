public import FoundationEssentials
import Glibc

/// A folder that is gone after the test.
public final class TrialFolder {
    /// The folder.
    public let url: URL

    /// Makes a folder below `parent`.
    public init(below parent: String = "/var/tmp") throws {
        var template = Array("\(parent)/weft-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw TrialError("no folder can be made in \(parent): \(String(cString: strerror(errno)))")
        }
        url = URL(filePath: String(cString: template), directoryHint: .isDirectory)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    /// A path below it.
    public subscript(_ path: String) -> URL { url.appending(path: path) }

    /// Makes a folder below it.
    @discardableResult
    public func makeFolder(_ path: String) throws -> URL {
        let folder = self[path]
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    /// Writes a file below it.
    @discardableResult
    public func write(_ text: String, to path: String) throws -> URL {
        let file = self[path]
        try Data(text.utf8).write(to: file)
        return file
    }
}
