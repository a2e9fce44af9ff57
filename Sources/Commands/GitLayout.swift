import FabricModel
import FoundationEssentials

/// Where an entry of a tag lies in the repository.
///
/// *Shape*: `tags/NAME/KIND/RESOURCE.json` and, for a file, `tags/NAME/contents/PATH`; `nodes/NAME/…` for an own tag.
enum GitLayout {
    /// The file that says what the tag says.
    static func entry(_ key: ResourceKey, of tag: TagName) -> String {
        "\(folder(of: tag))/\(key.kind.rawValue)/\(path(key.name)).json"
    }

    /// The file with the content.
    static func content(_ key: ResourceKey, of tag: TagName) -> String {
        "\(folder(of: tag))/contents/\(path(key.name))"
    }

    /// A path as a fast-import stream has it.
    static func quoted(_ path: String) -> String {
        var text = "\""
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
            case 0x20..<0x7F: text += String(UnicodeScalar(byte))
            default:
                let digits = String(byte, radix: 8)
                text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
        }
        return text + "\""
    }

    private static func folder(of tag: TagName) -> String {
        tag.node.map { "nodes/\($0)" } ?? "tags/\(tag)"
    }

    /// A resource's name as a path below the folder: what git refuses, and what could be taken for another entry's file, is
    /// percent-encoded.
    private static func path(_ name: String) -> String {
        name.split(separator: "/").map(component).joined(separator: "/")
    }

    private static func component(_ text: Substring) -> String {
        let safe = text.replacing("%", with: "%25")
        let lower = safe.lowercased()
        if [".", "..", ".git"].contains(lower) || lower.hasPrefix(".git") {
            return "%2E" + String(safe.dropFirst())
        }
        // A folder of this name could stand where another entry's file does.
        return lower.hasSuffix(".json") ? "\(safe.dropLast(5))%2E\(safe.suffix(4))" : String(safe)
    }
}
