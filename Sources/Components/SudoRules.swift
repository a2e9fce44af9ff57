/// The rules of sudoers files: who may run everything as root, as far as that is understood.
///
/// *Source*: sudoers(5).
struct SudoRules: Sendable {
    /// Somebody as rules name them.
    private(set) var users: Set<[UInt8]> = []
    /// Groups as rules name them, without the `%`.
    private(set) var groups: Set<[UInt8]> = []
    /// Numbers of users as rules name them.
    private(set) var uids: Set<UInt32> = []
    /// Whether everybody may.
    private(set) var isForAll = false
    /// Whether there are rules that are not understood.
    private(set) var hasOthers = false
    private var aliases: [String: [String]] = [:]
    /// Who is named, in rules for everything.
    private var names: [String] = []

    /// The rules of several files, of which each may use what another defines.
    init(_ files: [[UInt8]]) {
        for file in files {
            for line in Self.lines(file) { add(line) }
        }
        var seen: Set<String> = []
        while let name = names.popLast() {
            if seen.insert(name).inserted { resolve(name) }
        }
    }

    /// Logical lines: joined where they end in a backslash, without comments.
    private static func lines(_ file: [UInt8]) -> [Substring] {
        // Latin-1: every byte is one character, and names that are no text stay what they are.
        let text = String(String.UnicodeScalarView(file.map { UnicodeScalar($0) }))
        return text.replacing("\\\n", with: " ").split(separator: "\n").map(withoutComment)
    }

    private static func withoutComment(_ line: Substring) -> Substring {
        let line = line.drop { $0 == " " || $0 == "\t" }
        if line.hasPrefix("#include") { return line }
        var previous: Character = " "
        for (index, character) in zip(line.indices, line) {
            let next = line[line.index(after: index)...].first
            // A number is a user's; a backslash takes the meaning away.
            if character == "#", previous != "\\", next?.isWholeNumber != true { return line[..<index] }
            previous = character
        }
        return line
    }

    private mutating func add(_ line: Substring) {
        let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }
        guard let first = words.first else { return }
        switch first {
        case "User_Alias": addAliases(words.dropFirst().joined(separator: " "))
        case "Host_Alias", "Runas_Alias", "Cmnd_Alias", "Cmd_Alias": break
        // The usual folder is read anyway.
        case "@includedir", "#includedir": if words.last != "/etc/sudoers.d" { hasOthers = true }
        case "@include", "#include": hasOthers = true
        default:
            if !first.hasPrefix("Defaults") { addRule(line) }
        }
    }

    private mutating func addAliases(_ text: String) {
        for definition in text.split(separator: ":") {
            let parts = definition.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else {
                hasOthers = true
                continue
            }
            aliases[Self.trimmed(parts[0]), default: []] += Self.list(parts[1])
        }
    }

    /// A rule `USERS HOSTS = (RUNAS) TAGS: COMMANDS`.
    private mutating func addRule(_ line: Substring) {
        guard let equals = line.firstIndex(of: "=") else {
            hasOthers = true
            return
        }
        var left = String(line[..<equals])
        for blank in [" ,", "\t,", ", ", ",\t"] {
            while left.contains(blank) { left = left.replacing(blank, with: ",") }
        }
        let words = left.split { $0 == " " || $0 == "\t" }
        let isPlain = !line.contains { $0 == "\\" || $0 == "\"" || $0 == "!" }
        guard words.count == 2, isPlain else {
            hasOthers = true
            return
        }
        let commands = Self.list(line[line.index(after: equals)...])
            .map { command in
                let rest = command.hasPrefix("(") ? command.drop { $0 != ")" }.dropFirst() : command[...]
                return Self.trimmed(rest.split(separator: ":").last ?? "")
            }
        // A rule for some commands, or other hosts, makes nobody an administrator of this one.
        guard commands.contains("ALL") else { return }
        guard words[1].split(separator: ",").contains("ALL") else {
            hasOthers = true
            return
        }
        names += Self.list(words[0])
    }

    private mutating func resolve(_ name: String) {
        if name == "ALL" {
            isForAll = true
        } else if let members = aliases[name] {
            names += members
        } else if name.hasPrefix("%") || name.hasPrefix("#") {
            let rest = name.dropFirst()
            switch (name.first, rest.first, UInt32(rest)) {
            case ("#", _, let uid?): uids.insert(uid)
            case ("#", _, nil), ("%", "#", _), ("%", ":", _): hasOthers = true
            default: groups.insert(Self.bytes(rest))
            }
        } else if name.contains(where: { "!+\\\"".contains($0) }) {
            hasOthers = true
        } else {
            users.insert(Self.bytes(name))
        }
    }

    private static func list(_ text: some StringProtocol) -> [String] {
        text.split(separator: ",").map { trimmed($0) }.filter { !$0.isEmpty }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        String(Substring(text).trimming { $0.isWhitespace })
    }

    private static func bytes(_ text: some StringProtocol) -> [UInt8] {
        text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
}
