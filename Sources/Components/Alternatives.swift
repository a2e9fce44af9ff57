internal import FabricModel
internal import LinuxSystem
internal import SystemPackage

/// The links of `update-alternatives`, and of RedHat's `alternatives`.
///
/// A link in mode *auto* goes where the offer with the highest priority says, which follows from the packages that are
/// installed. In mode *manual* an admin chose.
///
/// *Source*: the file of each group: mode, link, name and link of each follower, an empty line; then of each offer its
/// path, its priority and the path of each follower, an empty line at the end.
struct Alternatives: PackageTrace {
    /// One group of links that change together.
    struct Group: Equatable {
        struct Offer: Equatable {
            var path: String
            var priority: Int
            var followers: [String]
        }

        var isAutomatic: Bool
        var followers: [String]
        var offers: [Offer]

        /// Reads a group's file; `nil` where it is none.
        init?(_ text: String) {
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
            guard let mode = lines.popFirst(), mode == "auto" || mode == "manual", lines.popFirst() != nil
            else { return nil }
            isAutomatic = mode == "auto"
            followers = []
            while let name = lines.popFirst(), !name.isEmpty {
                guard lines.popFirst() != nil else { return nil }
                followers.append(name)
            }
            offers = []
            while let path = lines.popFirst(), !path.isEmpty {
                // RedHat's may have a family in front and a service behind.
                let words = lines.popFirst().map { $0.split { $0 == " " || $0 == "@" } } ?? []
                guard let priority = words.lazy.compactMap({ Int($0) }).first,
                    lines.count >= followers.count
                else { return nil }
                offers.append(
                    Offer(path: path, priority: priority, followers: Array(lines.prefix(followers.count)))
                )
                lines = lines.dropFirst(followers.count)
            }
        }

        /// Where a link of the group goes in mode *auto*; empty when it is not there.
        func target(of follower: Int?) -> String {
            guard let best = offers.max(by: { $0.priority < $1.priority }) else { return "" }
            return follower.map { best.followers[$0] } ?? best.path
        }
    }

    private static let limit = 1 << 20
    /// Where the links lie.
    private let links = "/etc/alternatives/"
    private let folders: [FilePath]

    init(folders: [FilePath] = ["/var/lib/dpkg/alternatives", "/var/lib/alternatives"]) {
        self.folders = folders
    }

    func explains(
        _ change: Change,
        isDuringTransaction: Bool,
        in context: FeedbackContext
    ) throws -> Bool {
        // An admin's own `--auto` and `--install` leave the same records: only the moment tells them apart.
        guard isDuringTransaction, change.key.kind == .file, change.key.name.hasPrefix(links) else {
            return false
        }
        let name = String(change.key.name.dropFirst(links.count))
        let target: String
        switch change.after {
        case .absent: target = ""
        case .file(let file) where file.type == .symlink: target = file.target ?? ""
        default: return false
        }
        var isKnown = false
        for folder in folders {
            for entry in try DirectoryListing.entries(of: folder) ?? [] where entry.status.kind == .regular {
                let isMaster = entry.name.elementsEqual(name.utf8)
                guard let group = try group(folder.appending(String(decoding: entry.name, as: UTF8.self)))
                else { continue }
                let follower = group.followers.firstIndex(of: name)
                guard isMaster || follower != nil else { continue }
                isKnown = true
                let wanted = group.target(of: isMaster ? nil : follower)
                if group.isAutomatic, EscapedText.escape(wanted.utf8) == target { return true }
            }
        }
        // The last offer went, and the group with it.
        return !isKnown && target.isEmpty
    }

    private func group(_ file: FilePath) throws -> Group? {
        try SystemFile.read(file, limit: Self.limit).flatMap { Group(String(decoding: $0, as: UTF8.self)) }
    }
}
