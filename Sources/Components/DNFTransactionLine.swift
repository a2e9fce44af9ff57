/// A line in the table that dnf prints of a transaction: a package, and what becomes of it.
struct DNFTransactionLine: Hashable {
    /// What is said above it, such as `Removing dependent packages`.
    var title: String
    /// The package's name.
    var name: String
    /// The package's architecture; `nil` where an older dnf has wrapped the line.
    var arch: String?

    /// What a key may be called: the table does not tell which architecture is the machine's own.
    var names: Set<String> { arch.map { [name, "\(name).\($0)"] } ?? [name] }

    /// Whether it goes for what others ask; not what nothing needs any more, and what another one takes the place of.
    var isRemovedWithOthers: Bool { title.hasPrefix("Removing") && title != "Removing unused dependencies" }

    /// The packages of a transaction.
    ///
    /// *Source*: `list_transaction` of dnf 4's output.py: titles such as `Upgrading:`, and below them lines that begin with
    /// one space, name and architecture; for what one obsoletes, `     replacing  NAME.ARCH EVR`. Where nobody has a
    /// terminal, lines are not wrapped; where an older one wraps them, the name is on the first.
    static func lines(of output: [UInt8]) -> [DNFTransactionLine] {
        var lines: [DNFTransactionLine] = []
        var title: String?
        for line in String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map(String.init)
            guard let first = words.first else { continue }
            if !line.hasPrefix(" ") {
                // Of what is skipped nothing happens.
                let isTitle = line.hasSuffix(":") && !line.hasPrefix("Skipping")
                title = isTitle ? String(line.dropLast()) : nil
            } else if let title, !line.hasPrefix("  ") {
                let arch = words.count > 1 ? words[1] : nil
                lines.append(DNFTransactionLine(title: title, name: first, arch: arch))
            } else if title != nil, first == "replacing", words.count > 1 {
                let parts = words[1].split(separator: ".")
                let arch = parts.count > 1 ? parts.last.map(String.init) : nil
                let name = arch.map { String(words[1].dropLast($0.count + 1)) } ?? words[1]
                lines.append(DNFTransactionLine(title: "Replacing", name: name, arch: arch))
            }
        }
        return lines
    }
}
