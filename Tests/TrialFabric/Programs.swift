public import FoundationEssentials

/// The programs under test.
public struct Programs: Sendable {
    /// The folder that holds `weftd`, `weft` and `weft-server`.
    public let folder: URL

    /// Programs in a folder.
    public init(folder: URL) {
        self.folder = folder
    }

    /// Those that were built with the running test bundle: they lie in the same folder.
    public static var built: Programs {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let arguments = [link].compactMap(\.self) + CommandLine.arguments
        let folders = arguments.filter { $0.contains("/weftPackageTests.xctest") }
            .map { URL(filePath: $0) }
            .map { url in
                var folder = url
                while folder.lastPathComponent != "weftPackageTests.xctest" {
                    folder.deleteLastPathComponent()
                }
                return folder.deletingLastPathComponent()
            }
        return Programs(folder: folders.first ?? URL(filePath: ".build/debug"))
    }

    /// The top folder of the project's sources.
    public static var project: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    /// The node daemon.
    public var weftd: URL { folder.appending(path: "weftd") }
    /// The command line.
    public var weft: URL { folder.appending(path: "weft") }
    /// The server.
    public var server: URL { folder.appending(path: "weft-server") }
}
