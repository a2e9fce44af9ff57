import FabricModel
import NodeControl

extension Actor {
    /// Who it was, for a column: `alice`, with a question mark where that is only inferred.
    var short: String {
        switch tier {
        case .exact, .strong: name ?? "unknown"
        case .inferred: name.map { "\($0)?" } ?? "unknown"
        case .unknown: "unknown"
        }
    }

    /// Who it was, how sure that is and why.
    var long: String {
        let reason = evidence.map { "\(tier.rawValue): \($0)" } ?? tier.rawValue
        return name.map { "\($0) (\(reason))" } ?? (evidence.map { "unknown (\($0))" } ?? "unknown")
    }
}

extension Entry {
    /// What a tag says of a resource, in one line.
    var summary: String { StateSummary.describe(self) }
}

extension Entry? {
    /// What a tag says of a resource, or that it says nothing.
    var summary: String { self?.summary ?? "(unmanaged)" }
}

extension PackageState {
    /// The installed versions, with architectures where that matters.
    func versions(withArchitecture: Bool) -> String {
        let versions = instances.map { withArchitecture ? "\($0.evr) \($0.arch)" : "\($0.evr)" }
        return versions.isEmpty ? "(configuration only)" : versions.joined(separator: ", ")
    }
}

extension FileState.FileType {
    var label: String {
        switch self {
        case .regular: "file"
        case .directory, .symlink, .fifo, .socket: rawValue
        case .characterDevice: "character device"
        case .blockDevice: "block device"
        }
    }
}

/// The first line of a message, for a column.
func firstLine(_ message: String) -> String {
    message.lines.first { !$0.isEmpty } ?? ""
}
