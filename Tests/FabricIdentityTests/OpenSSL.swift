import FoundationEssentials
import TrialFabric

/// The program that most of the world checks certificates with.
struct OpenSSL {
    /// What it wrote, and how it ended.
    struct Outcome {
        var status: Int32
        var text: String
    }

    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weft-identity-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func remove() throws { try FileManager.default.removeItem(at: folder) }

    func write(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appending(path: name)), as: UTF8.self)
    }

    /// Runs it in its folder with the arguments, which are separated by blanks.
    func callAsFunction(_ arguments: String) throws -> Outcome {
        let words = arguments.split(separator: " ").map(String.init)
        let ran = try runToEnd(
            URL(filePath: "/usr/bin/env"),
            ["-C", folder.path, "openssl"] + words
        )
        return Outcome(status: ran.status, text: ran.text + ran.errors)
    }
}
