internal import Glibc

/// A file for a program's input that only its owner can read, and that goes when nobody holds it any more.
final class ScriptFile {
    let path: String

    /// Writes the file into the folder for temporary files.
    ///
    /// - Throws: `ComponentsError` with code `programFailed`.
    init(_ text: String) throws(ComponentsError) {
        var template = Array("/tmp/weft-script-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        let bytes = Array(text.utf8)
        let isWritten = descriptor >= 0 && write(descriptor, bytes, bytes.count) == bytes.count
        if descriptor >= 0 { close(descriptor) }
        guard isWritten else {
            throw ComponentsError(.programFailed, path.utf8, "a script for a program cannot be written")
        }
    }

    deinit {
        unlink(path)
    }
}
