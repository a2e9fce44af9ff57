internal import FabricModel
internal import Glibc
internal import LinuxSystem
internal import RecordingRules
internal import SystemPackage

/// Asks a file's own program whether it would take a new content.
struct FileCheck {
    private static let patience = Duration.seconds(60)
    /// How much is told of what a program says.
    private static let lineCount = 3
    /// *Units*: bytes.
    private static let lineLength = 200

    let rules: CheckRules

    /// Checks a content that is to be put at a path.
    ///
    /// - Throws: `ComponentsError` with code `cannotChange` when its program refuses it, `programFailed` when that could
    ///   not be asked.
    func check(_ content: [UInt8], for path: FilePath) throws(ComponentsError) {
        // The program sees a copy under the same name: many tell by that what kind of file it is.
        guard let name = path.lastComponent, rules.command(for: path, copy: path) != nil else { return }
        let folder = try CheckFolder()
        let copy = folder.path.appending(name)
        do {
            try AtomicFile.replace(copy, with: content, mode: 0o600, uid: geteuid(), gid: getegid())
        } catch {
            throw ComponentsError(
                .programFailed,
                path.bytes,
                "a copy to be checked cannot be written",
                cause: error
            )
        }
        guard let command = rules.command(for: path, copy: copy), Self.isInstalled(command[0]) else { return }
        let ended = try ProgramRun.ended(command[0], Array(command.dropFirst()), time: Self.patience)
        guard let problem = ended.problem else { return }
        // Programs quote the lines that they refuse, and some of them are secret.
        let said = Array((ended.messages + ended.output).replacing(copy.bytes, with: path.bytes))
        let lines = ProgramRun.lines(said).prefix(Self.lineCount).map { $0.prefix(Self.lineLength) }
        throw ComponentsError(
            .cannotChange,
            path.bytes,
            "is refused by \(command[0]), which \(problem): \(lines.joined(separator: " | "))"
        )
    }

    private static func isInstalled(_ program: String) -> Bool {
        guard !program.hasPrefix("/") else { return access(program, X_OK) == 0 }
        let folders = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":")
        return (folders + ["/usr/sbin", "/sbin"]).contains { access("\($0)/\(program)", X_OK) == 0 }
    }
}

/// A folder that only its owner can enter, removed with what is in it.
private final class CheckFolder {
    let path: FilePath

    init() throws(ComponentsError) {
        var template = Array("/tmp/weft-check-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ComponentsError(.programFailed, "/tmp".utf8, "no folder can be made there: \(errno)")
        }
        path = FilePath(platformString: template)
    }

    deinit {
        // What cannot be removed is in the folder for temporary files, which is emptied by others.
        for entry in (try? DirectoryListing.entries(of: path)) ?? [] {
            unlink(path.appending(String(decoding: entry.name, as: UTF8.self)).string)
        }
        rmdir(path.string)
    }
}
