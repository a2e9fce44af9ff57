/// The message of a commit for which nobody wrote one: what was done, in one line.
public enum CommitMessage {
    /// The longest name that is written whole; of a longer one the end.
    ///
    /// A path can have 16 KiB when it is escaped, as much as a message may have in all.
    static let longestName = 200

    /// One line such as `install nginx 1.22-1, edit /etc/nginx/nginx.conf and 2 more files`.
    public static func describe(_ changes: [Change]) -> String {
        var parts: [String] = []
        for (kind, noun) in nouns {
            for (verb, names) in group(changes.filter({ $0.key.kind == kind }), naming: name) {
                parts.append(list(verb, names, of: noun))
            }
        }
        return parts.isEmpty ? "no changes" : parts.joined(separator: ", ")
    }

    private static let nouns: [(kind: ResourceKind, noun: String)] = [
        (.package, "packages"), (.user, "users"), (.group, "groups"), (.file, "files"),
        (.service, "services"),
    ]

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

    private static func name(_ change: Change) -> String {
        switch (change.key.kind, change.after) {
        case (.package, .package(let state)):
            state.newest.map { "\(change.key.name) \($0)" } ?? change.key.name
        case (.user, _), (.group, _): "\(change.key)"
        default: change.key.name
        }
    }
}
