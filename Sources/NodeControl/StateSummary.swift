public import FabricModel

/// A state in one line for people, without content and without a whole digest.
public enum StateSummary {
    /// One line such as `file 0644 root:root, 1204 bytes, 3f1c09aa` or `1.22.1-9 amd64`.
    public static func describe(_ state: ResourceState) -> String {
        switch state {
        case .absent: "absent"
        case .file(let file): describe(file)
        case .package(let package): describe(package)
        case .service(let service): service.summary
        case .user(let user): user.summary
        case .group(let group): group.summary
        }
    }

    /// One line of what a tag wants.
    public static func describe(_ entry: Entry) -> String {
        switch entry {
        case .absent: "absent"
        case .file(let file): describe(file)
        case .package(let wish): "package \(wish)"
        case .service(let service): service.summary
        case .user(let wish): wish.aspects.summary
        case .group(let wish): wish.aspects.summary
        }
    }

    /// One line each of what is and of what is wanted; of an account only where these differ.
    public static func compare(_ state: ResourceState, _ entry: Entry) -> (current: String, wanted: String) {
        let aspects: (found: [Aspect], wanted: [Aspect])
        switch (state, entry) {
        case (.user(let user), .user(let wish)): aspects = (user.aspects, wish.aspects)
        case (.group(let group), .group(let wish)): aspects = (group.aspects, wish.aspects)
        default: return (describe(state), describe(entry))
        }
        let wanted = aspects.wanted.filter { !aspects.found.contains($0) }
        let names = Set(wanted.map(\.name))
        let found = aspects.found.filter { names.contains($0.name) && !aspects.wanted.contains($0) }
        return (found.isEmpty ? "without" : found.summary, wanted.summary)
    }

    /// One line each of what a tag said and says; of an account only where these differ.
    public static func compare(_ before: Entry?, _ after: Entry?) -> (before: String, after: String) {
        let aspects: (old: [Aspect], new: [Aspect])
        switch (before, after) {
        case (.user(let old), .user(let new)): aspects = (old.aspects, new.aspects)
        case (.group(let old), .group(let new)): aspects = (old.aspects, new.aspects)
        default: return (describe(before), describe(after))
        }
        let old = aspects.old.filter { !aspects.new.contains($0) }
        let new = aspects.new.filter { !aspects.old.contains($0) }
        return (old.isEmpty ? "without" : old.summary, new.isEmpty ? "without" : new.summary)
    }

    private static func describe(_ entry: Entry?) -> String { entry.map { describe($0) } ?? "(unmanaged)" }

    private static func describe(_ file: FileState) -> String {
        var parts = [name(of: file.type)]
        if file.type != .symlink { parts[0] += " \(file.octalMode)" }
        parts[0] += " \(file.owner.text):\(file.group.text)"
        if let target = file.target { parts[0] += " -> \(target)" }
        if let content = file.content {
            parts.append(content.size == 1 ? "1 byte" : "\(content.size) bytes")
            parts.append(String(content.digest.hexDigits.prefix(8)))
            if let withheld = content.withheld { parts.append(describe(withheld)) }
        }
        if !file.attributes.isEmpty {
            let count = file.attributes.count
            parts.append(count == 1 ? "1 extended attribute" : "\(count) extended attributes")
        }
        return parts.joined(separator: ", ")
    }

    private static func describe(_ package: PackageState) -> String {
        guard !package.instances.isEmpty else { return "removed, its configuration kept" }
        let versions = package.instances.map { "\($0.evr) \($0.arch)" }.joined(separator: ", ")
        return package.reason == .dependency ? "\(versions) (dependency)" : versions
    }

    private static func describe(_ withheld: FileContent.Withholding) -> String {
        switch withheld {
        case .tooLarge: "too large to keep"
        case .secret(let rule): "secret (\(EscapedText.escape(rule.utf8)))"
        case .journalFull: "not kept: the journal is full"
        }
    }

    private static func name(of type: FileState.FileType) -> String {
        switch type {
        case .regular: "file"
        case .directory, .symlink, .fifo, .socket: type.rawValue
        case .characterDevice: "character device"
        case .blockDevice: "block device"
        }
    }
}
