import Components
import FabricModel
import Journal
import LinuxSystem
import SystemPackage

/// One file on its way to what a tag's entry wants.
struct FileStep {
    private let core: AgentCore
    private let recorder: Recorder
    private let content: (ContentDigest) throws -> [UInt8]?

    init(_ core: AgentCore, _ recorder: Recorder, _ content: @escaping (ContentDigest) throws -> [UInt8]?) {
        self.core = core
        self.recorder = recorder
        self.content = content
    }

    /// Makes the file what is wanted, and has that recorded as Weft's own doing.
    ///
    /// - Throws: `ComponentsError`, `JournalError`, `ClientError`.
    func take(_ step: Plan.Step) throws {
        let item = step.item
        guard let path = item.key.filePath else { return }
        let actor = Actor(tier: .exact, name: "weft", evidence: "applied \(item.reference)")
        // Before anything is said or done: the server may not answer.
        let bytes = try item.entry.keptDigest.flatMap(content)
        let parents = try missingParents(of: path)
        let directory = FileState(type: .directory, mode: 0o755, owner: .root, group: .root)
        for parent in parents {
            try core.journal.expect([.file(directory)], of: ResourceKey(file: parent), by: actor)
        }
        let wanted = Self.state(of: item.entry)
        // A directory goes before something else takes its place, and the other way round.
        let passesThrough: [Entry] = step.current.isDirectory == wanted.isDirectory ? [] : [.absent]
        try core.journal.expect([item.entry] + passesThrough, of: item.key, by: actor)
        let result = Result {
            try recorder.look(at: parents + [path]) {
                try core.files.change(path, from: step.current, to: wanted) { _ in bytes }
            }
        }
        for key in try parents.map({ try ResourceKey(file: $0) }) + [item.key] {
            try core.journal.forgetExpectations(of: key)
        }
        try result.get()
        let now = try core.files.observe(path)?.state ?? .absent
        guard item.entry.isSatisfied(by: now) else {
            throw ComponentsError(
                .changedMeanwhile,
                path.bytes,
                "was written, and is something else already; another program writes it too"
            )
        }
    }

    private func missingParents(of path: FilePath) throws -> [FilePath] {
        var missing: [FilePath] = []
        var parent = path.removingLastComponent()
        while try FileStatus.at(parent) == nil {
            missing.append(parent)
            parent.removeLastComponent()
        }
        return missing.reversed()
    }

    private static func state(of entry: Entry) -> ResourceState {
        if case .file(let state) = entry { .file(state) } else { .absent }
    }
}

extension AccountReference {
    fileprivate static let root = AccountReference(name: "root", id: 0)
}

extension ResourceState {
    fileprivate var isDirectory: Bool {
        if case .file(let state) = self { state.type == .directory } else { false }
    }
}
