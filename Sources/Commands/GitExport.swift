import FabricAPI
import FabricClient
import FabricModel
import SystemPackage

/// Writes the revisions of all tags into a git repository, in the order of the feed, from where the last export ended.
///
/// The newest commit says in its trailers how far that was, so the repository holds all there is to know, and a run
/// that was cut off leaves it as it was.
struct GitExport {
    let client: FabricClient
    let repository: GitRepository

    private static let cursor = "Weft-Cursor"
    private static let revision = "Weft-Revision"

    /// Adds what is new; how many revisions that were.
    func run() throws -> Int {
        try repository.prepare()
        var reader = RevisionReader(client: client)
        var after = try repository.newest(Self.cursor)
        guard after != "" else {
            throw CommandError(
                .gitFailed,
                repository.path,
                "its branch main was not written by 'weft export'; name a folder for the export alone"
            )
        }
        var count = 0
        var isFirst = after == nil
        while true {
            let page = try client.changes(after: after)
            let events = page.events.filter { $0.kind == .revision }
            if !events.isEmpty {
                let file = try UnnamedFile.open(repository.environment)
                defer { file.closeQuietly() }
                for event in events {
                    guard let reference = event.revision else { continue }
                    let revision = try reader.revision(reference)
                    try write(
                        revision,
                        event.cursor,
                        isRoot: isFirst,
                        isNext: event == events.first,
                        to: file
                    )
                    isFirst = false
                    count += 1
                }
                try repository.load(file)
            }
            guard !page.events.isEmpty else { return count }
            after = page.next
        }
    }

    private func write(
        _ revision: Revision,
        _ cursor: String,
        isRoot: Bool,
        isNext: Bool,
        to file: FileDescriptor
    ) throws {
        func add(_ text: String) throws { try UnnamedFile.write(Array(text.utf8), to: file) }
        func data(_ bytes: [UInt8]) throws {
            try add("data \(bytes.count)\n")
            try UnnamedFile.write(bytes + [UInt8(ascii: "\n")], to: file)
        }
        let who = Self.identity(revision.author)
        let when = "\(revision.at.microseconds / 1_000_000) +0000"
        try add("commit refs/heads/main\nauthor \(who) \(when)\ncommitter \(who) \(when)\n")
        try data(Array(Self.message(of: revision, cursor).utf8))
        if isNext, !isRoot { try add("from refs/heads/main^0\n") }
        for item in revision.items {
            let entry = GitLayout.quoted(GitLayout.entry(item.key, of: revision.tag))
            let content = GitLayout.quoted(GitLayout.content(item.key, of: revision.tag))
            guard let after = item.after else {
                try add("D \(entry)\nD \(content)\n")
                continue
            }
            try add("M 100644 inline \(entry)\n")
            try data(Array((JSONText.encode(Said(entry: after, flags: item.flagsAfter)) + "\n").utf8))
            if let bytes = try bytes(of: after), case .file(let state) = after {
                try add("M \(state.mode & 0o111 == 0 ? 100_644 : 100_755) inline \(content)\n")
                try data(bytes)
            } else {
                try add("D \(content)\n")
            }
        }
        try add("\n")
    }

    /// An entry with what is to be done besides.
    private struct Said: Encodable {
        var entry: Entry
        var flags: EntryFlags?
    }

    /// The content of an entry; `nil` where it has none, or none that is kept any more.
    private func bytes(of entry: Entry) throws -> [UInt8]? {
        guard let digest = entry.keptDigest else { return nil }
        do {
            return try client.content(digest)
        } catch {
            guard [.contentRedacted, .unknownContent].contains(error.refusal?.code) else { throw error }
            return nil
        }
    }

    private static func message(of revision: Revision, _ cursor: String) -> String {
        var trailers = ["\(Self.revision): \(revision.reference)"]
        if let commit = revision.commit { trailers.append("Weft-Commit: \(commit)") }
        if let reverts = revision.reverts { trailers.append("Weft-Reverts: \(revision.tag)@\(reverts)") }
        if let follows = revision.follows { trailers.append("Weft-Follows: \(follows)") }
        trailers.append("\(Self.cursor): \(cursor)")
        let message = revision.message.allSatisfy(\.isWhitespace) ? "\(revision.reference)" : revision.message
        return message + "\n\n" + trailers.joined(separator: "\n") + "\n"
    }

    private static func identity(_ author: String) -> String {
        let name = String(
            author.unicodeScalars.map {
                $0.value < 0x20 || "<>".contains(Character($0)) ? "_" : Character($0)
            }
        )
        let address = String(name.map { $0 == " " ? "_" : $0 })
        return "\(name) <\(address)@weft>"
    }
}

/// Reads revisions one after the other, several at a time where they follow each other in a tag.
private struct RevisionReader {
    let client: FabricClient
    private var known: [RevisionReference: Revision] = [:]

    private static let batch: Int64 = 50

    init(client: FabricClient) {
        self.client = client
    }

    mutating func revision(_ reference: RevisionReference) throws -> Revision {
        if let revision = known.removeValue(forKey: reference) { return revision }
        let page = try client.revisions(
            of: reference.tag,
            before: reference.number + Self.batch,
            limit: Int(Self.batch)
        )
        for revision in page where revision.number >= reference.number {
            known[revision.reference] = revision
        }
        guard let revision = known.removeValue(forKey: reference) else {
            throw CommandError(
                .gitFailed,
                reference.description,
                "the server has an event of this revision, and not the revision; ask whoever looks after it"
            )
        }
        return revision
    }
}

extension FileDescriptor {
    /// Closes a file of which nothing is needed any more.
    fileprivate func closeQuietly() {
        _ = Result { try close() }
    }
}
