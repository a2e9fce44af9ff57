/// The way to facts, as a person writes it.
///
/// *Shape*: names between dots, such as `network.interfaces.eth0.mtu`; `*` and `?` stand for any characters and any one
/// within a name. A name that has dots of its own may be written as it is, or in double quotes, where nothing else has a
/// meaning: `addresses.192.0.2.1` or `addresses."192.0.2.1"`. Of a list, a number names one item; without one all are
/// meant.
public struct FactPath: Hashable, Sendable, CustomStringConvertible {
    /// One name between dots.
    struct Part: Hashable, Sendable {
        var text: String
        var isQuoted = false

        var isPattern: Bool { !isQuoted && text.contains { $0 == "*" || $0 == "?" } }
    }

    let parts: [Part]

    init(parts: [Part]) {
        self.parts = parts
    }

    /// Reads a path.
    ///
    /// - Throws: `ModelError` with code `invalidQuery`, which points at the place.
    public init(_ text: String) throws(ModelError) {
        var reader = FactQueryReader(text)
        self = try reader.wholePath()
    }

    /// The path as it is written.
    public var description: String {
        parts.map { $0.isQuoted ? Self.quoted($0.text) : $0.text }.joined(separator: ".")
    }

    /// The way by these names as a person writes it, so that it is read as the same.
    public static func text(of names: [String]) -> String {
        names.map { isPlain($0) ? $0 : quoted($0) }.joined(separator: ".")
    }

    private static func quoted(_ name: String) -> String {
        let escaped = name.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] }
        return "\"\(String(escaped))\""
    }

    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty
            && name.unicodeScalars.allSatisfy { FactQueryReader.isName($0) && $0 != "*" && $0 != "?" }
    }

    /// What the path leads to, each with the names on the way.
    public func values(in facts: FactValue) -> [FactLeaf] {
        var found: [FactLeaf] = []
        follow(parts[...], [], facts, &found)
        return found
    }

    private func follow(
        _ rest: ArraySlice<Part>,
        _ names: [String],
        _ value: FactValue,
        _ found: inout [FactLeaf]
    ) {
        guard let part = rest.first else { return found.append(FactLeaf(names: names, value: value)) }
        switch value {
        case .list(let items):
            let isEvery = part.isPattern && part.text == "*"
            if !part.isQuoted, let index = Int(part.text) {
                guard items.indices.contains(index) else { return }
                return follow(rest.dropFirst(), names + [part.text], items[index], &found)
            }
            for (index, item) in items.enumerated() {
                follow(isEvery ? rest.dropFirst() : rest, names + [String(index)], item, &found)
            }
        case .table(let table):
            if part.isPattern {
                let glob = Glob(part.text)
                for (name, value) in table.sorted(by: { FactName.isOrdered($0.key, $1.key) })
                where glob.matches(name) {
                    follow(rest.dropFirst(), names + [name], value, &found)
                }
            }
            // A name with dots is several parts of the path.
            var name = ""
            for (index, part) in zip(rest.indices, rest) {
                if index > rest.startIndex, part.isQuoted || part.isPattern { return }
                name += index > rest.startIndex ? "." + part.text : part.text
                if !part.isPattern, let value = table[name] {
                    follow(rest[(index + 1)...], names + [name], value, &found)
                }
                if part.isQuoted || part.isPattern { return }
            }
        default: return
        }
    }
}

/// A pattern in which `*` stands for any characters and `?` for any one.
struct Glob: Sendable {
    private let pattern: [Character]

    init(_ pattern: String) {
        self.pattern = Array(pattern)
    }

    /// Whether the whole text is of the pattern.
    func matches(_ text: String) -> Bool {
        let text = Array(text)
        var (here, there) = (0, 0)
        var star: (pattern: Int, text: Int)?
        // On a mismatch the last `*` takes one character more; earlier ones need not be tried again.
        while there < text.count {
            if here < pattern.count, pattern[here] == "*" {
                star = (here + 1, there)
                here += 1
            } else if here < pattern.count, pattern[here] == "?" || pattern[here] == text[there] {
                here += 1
                there += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                (here, there) = (last.pattern, last.text + 1)
            } else {
                return false
            }
        }
        return pattern[here...].allSatisfy { $0 == "*" }
    }
}
