import FabricModel

/// Where a resource lies in the baseline: a file under its parent directory, others under none.
struct ResourcePlace {
    let kind: String
    let directory: String
    let name: String

    init(_ key: ResourceKey) {
        kind = key.kind.rawValue
        guard key.kind == .file, let slash = key.name.utf8.lastIndex(of: UInt8(ascii: "/")) else {
            directory = ""
            name = key.name
            return
        }
        directory = slash == key.name.startIndex ? "/" : String(key.name[..<slash])
        name = String(key.name[key.name.utf8.index(after: slash)...])
    }

    /// The path of `name` in `directory`.
    static func path(_ directory: String, _ name: String) -> String {
        directory == "/" ? "/\(name)" : "\(directory)/\(name)"
    }

    /// The bounds between which the names below `directory` sort: its own name with a slash, and with what follows one.
    static func bounds(below directory: String) -> (from: String, to: String) {
        directory == "/" ? ("/", "0") : ("\(directory)/", "\(directory)0")
    }
}

extension ResourceKey {
    /// The key that a row names by its kind and whole name.
    init(kind: String, name: String) throws {
        guard let kind = ResourceKind(rawValue: kind) else {
            throw UnreadableRecord(reason: "a resource has the unknown kind \(kind)")
        }
        self.init(kind, checked: name)
    }
}
