/// The message of a commit for which nobody wrote one: what was done, in one line.
public enum CommitMessage {
    /// The longest name that is written whole; of a longer one the end.
    ///
    /// A path can have 16 KiB when it is escaped, as much as a message may have in all.
    static let longestName = 200

    /// One line such as `install nginx 1.22-1, edit /etc/nginx/nginx.conf and 2 more files`.
    public static func describe(_ changes: [Change]) -> String {
        let packages = changes.filter { $0.key.kind == .package }
        let files = changes.filter { $0.key.kind == .file }
        var parts: [String] = []
        for (verb, names) in group(packages, naming: packageName) {
            parts.append(list(verb, names, of: "packages"))
        }
        for (verb, names) in group(files, naming: \.key.name) {
            parts.append(list(verb, names, of: "files"))
        }
        return parts.isEmpty ? "no changes" : parts.joined(separator: ", ")
    }

    private static func group(
        _ changes: [Change],
        naming name: (Change) -> String
    ) -> [(verb: String, names: [String])] {
        var order: [String] = []
        var names: [String: [String]] = [:]
        for change in changes {
            let verb = ChangeVerb(of: change).imperative
            if names[verb] == nil { order.append(verb) }
            names[verb, default: []].append(shorten(name(change)))
        }
        return order.map { ($0, names[$0] ?? []) }
    }

    private static func list(_ verb: String, _ names: [String], of things: String) -> String {
        switch names.count {
        case 1: "\(verb) \(names[0])"
        case 2: "\(verb) \(names[0]) and \(names[1])"
        default: "\(verb) \(names[0]) and \(names.count - 1) more \(things)"
        }
    }

    private static func shorten(_ name: String) -> String {
        name.utf8.count <= longestName ? name : "..." + name.suffix(longestName - 3)
    }

    private static func packageName(_ change: Change) -> String {
        if case .package(let state) = change.after, let newest = state.newest {
            "\(change.key.name) \(newest)"
        } else {
            change.key.name
        }
    }
}
