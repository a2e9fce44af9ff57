import FabricModel
import NodeControl

/// Resources as a person types them.
enum ResourceName {
    /// Reads `file:/path`, `package:name`, `service:name` or a bare absolute path; repeated and trailing slashes are left
    /// out, and a unit without a type is a service.
    ///
    /// - Throws: `ModelError` with code `invalidResourceKey` or `invalidEscape`.
    static func read(_ text: String) throws(ModelError) -> ResourceKey {
        let text = EscapedText.normalize(text)
        guard let path = path(in: text) else { return try named(text) }
        return try ResourceKey("file:" + withoutSpareSlashes(path))
    }

    /// Reads `kind:name`; a unit without a type is a service, as with systemctl(1).
    private static func named(_ text: String) throws(ModelError) -> ResourceKey {
        do {
            return try ResourceKey(text)
        } catch {
            guard text.hasPrefix("service:"), let key = try? ResourceKey(text + ".service") else {
                throw error
            }
            return key
        }
    }

    /// Reads a selection of resources, also by a path relative to a directory of this machine.
    ///
    /// The directory is given as `EscapedText`.
    /// - Throws: `ModelError` with code `invalidResourceKey` or `invalidEscape`.
    static func readSelection(_ text: String, in directory: String) throws(ModelError) -> ResourceSelection {
        let text = absolute(EscapedText.normalize(text), in: directory)
        guard let path = path(in: text) else {
            return text.hasPrefix("service:")
                ? ResourceSelection(try named(text)) : try ResourceSelection(text)
        }
        return try ResourceSelection(withoutSpareSlashes(path))
    }

    /// Reads one resource, also by a path relative to a directory of this machine.
    ///
    /// The directory is given as `EscapedText`.
    /// - Throws: `ModelError` with code `invalidResourceKey` or `invalidEscape`.
    static func readLocal(_ text: String, in directory: String) throws(ModelError) -> ResourceKey {
        try read(absolute(EscapedText.normalize(text), in: directory))
    }

    private static func path(in text: String) -> String? {
        text.hasPrefix("file:/") ? String(text.dropFirst("file:".count)) : text.hasPrefix("/") ? text : nil
    }

    private static func absolute(_ text: String, in directory: String) -> String {
        let hasKind = ResourceKind.allCases.contains { text.hasPrefix("\($0.rawValue):") }
        guard !hasKind, !text.hasPrefix("/"), !text.isEmpty else { return text }
        var components = directory.split(separator: "/")
        for component in text.split(separator: "/") {
            switch component {
            case ".": continue
            case "..": _ = components.popLast()
            default: components.append(component)
            }
        }
        return "/" + components.joined(separator: "/")
    }

    private static func withoutSpareSlashes(_ path: String) -> String {
        "/" + path.split(separator: "/").joined(separator: "/")
    }
}
