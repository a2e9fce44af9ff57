import FabricModel
import Glibc
import LinuxSystem
import SystemPackage

/// The editor of whoever runs the command: VISUAL, EDITOR, or vi.
enum EditorProgram {
    /// Has a text edited, under the name of the file that it is for, so that the editor knows what it is.
    ///
    /// - Parameters:
    ///   - text: What is there to begin with.
    ///   - name: The file's name.
    ///   - environment: Names the editor.
    /// - Returns: The text as it was saved.
    /// - Throws: `CommandError` with code `editorFailed`; `SystemError`.
    static func edit(_ text: [UInt8], name: String, environment: [String: String]) throws -> [UInt8] {
        let editor = ["VISUAL", "EDITOR"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? "vi"
        let folder = try makeFolder(environment["TMPDIR"] ?? "/tmp")
        // A name that others have chosen is no more than a hint.
        let isSafe = !name.isEmpty && name.first != "-" && name.first != "." && name.utf8.allSatisfy(isPlain)
        let file = folder.appending(isSafe ? name : "text")
        defer {
            _ = file.withPlatformString { unlink($0) }
            _ = folder.withPlatformString { rmdir($0) }
        }
        try AtomicFile.replace(file, with: text, mode: 0o600, uid: geteuid(), gid: getegid())
        // As git does: the variable may hold options, and a shell knows how to read them.
        let status = run(["sh", "-c", "\(editor) \"$@\"", editor, file.string])
        guard status == 0 else {
            throw CommandError(.editorFailed, editor, "it ended with status \(status); nothing was changed")
        }
        guard let bytes = try SystemFile.read(file, limit: 16 << 20) else {
            throw CommandError(.editorFailed, editor, "the text is gone; nothing was changed")
        }
        return bytes
    }

    private static func makeFolder(_ parent: String) throws -> FilePath {
        var template = Array("\(parent)/weft-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw CommandError(.editorFailed, parent, String(cString: strerror(errno)).lowercased())
        }
        return FilePath(platformString: template)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// Runs a program on the terminal of this one; its status, or 128 and the signal that ended it.
    private static func run(_ arguments: [String]) -> Int32 {
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var child = pid_t()
        let result = posix_spawnp(&child, arguments[0], nil, nil, &pointers, environ)
        guard result == 0 else { return 127 }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }
}
