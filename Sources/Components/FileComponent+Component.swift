public import FabricModel
internal import LinuxSystem
internal import SystemPackage

extension FileComponent: Component {
    /// Files.
    public var kinds: Set<ResourceKind> { [.file] }

    /// No: trees are compared path by path.
    public var knowsAll: Bool { false }

    /// Finds out what files are now; all of them nobody can ask for.
    ///
    /// - Throws: As ``observe(_:below:unless:attempts:isCancelled:)``.
    public func identify(_ keys: Set<ResourceKey>?) throws(ComponentsError) -> [Observation] {
        var found: [Observation] = []
        for key in (keys ?? []).sorted() {
            guard let path = key.filePath else { continue }
            if let observation = try observe(path, below: homes(path)) { found.append(observation) }
        }
        return found
    }

    /// Writes files, each by itself.
    public func change(_ requests: [ChangeRequest]) -> [ResourceKey: ComponentsError] {
        requests.reduce(into: [:]) { failures, request in
            do throws(ComponentsError) {
                try change(request)
            } catch {
                failures[request.key] = error
            }
        }
    }

    private func change(_ request: ChangeRequest) throws(ComponentsError) {
        guard let path = request.key.filePath else { return }
        let wanted: ResourceState
        switch request.wanted {
        case .absent: wanted = .absent
        case .file(let state): wanted = .file(state)
        default: throw ComponentsError(.cannotChange, path.bytes, "what is wanted is no state of a file")
        }
        try change(path, from: request.current, to: wanted, below: homes(path)) { _ in request.content }
        let now = try observe(path, below: homes(path))?.state ?? .absent
        guard request.wanted.isSatisfied(by: now) else {
            throw ComponentsError(
                .changedMeanwhile,
                path.bytes,
                "was written, and is something else already; another program writes it too"
            )
        }
    }

    /// The net change, unless it follows from a package's.
    ///
    /// Its owner may have got another name since, by which alone other nodes will know the account.
    /// - Throws: What reading contents throws.
    public func feedback(of seen: [SeenChange], in context: FeedbackContext) throws -> Change? {
        let net =
            try consequences.map { try $0.feedback(of: seen, in: context) }
            ?? Change.net(seen.map(\.change)).first
        guard var net, case .file(var file) = net.after else { return net }
        file.owner = names.renewed(user: file.owner)
        file.group = names.renewed(group: file.group)
        net.after = .file(file)
        return net
    }

    /// What a directory that stays passes through: it gets its owner, attributes and mode one after the other.
    private static func halfway(_ request: ChangeRequest) -> [Entry] {
        guard case .file(var state) = request.current, case .file(let wanted) = request.wanted,
            state.type == .directory, wanted.type == .directory
        else { return [] }
        state.owner = wanted.owner
        state.group = wanted.group
        let owned = state
        state.attributes = wanted.attributes
        return [.file(owned), .file(state)]
    }

    /// The file itself, what it passes through where its type changes, and the directories that are made for it.
    public func expectations(of request: ChangeRequest) -> [ResourceKey: [Entry]] {
        guard let path = request.key.filePath else { return [:] }
        var isDirectory = false
        if case .file(let wanted) = request.wanted { isDirectory = wanted.type == .directory }
        // A directory goes before something else takes its place, and the other way round.
        let passesThrough: [Entry] = request.current.isDirectory == isDirectory ? [] : [.absent]
        var expected = [request.key: [request.wanted] + passesThrough + Self.halfway(request)]
        // What cannot be looked at cannot be changed either, and the change says why.
        for parent in (try? missingParents(of: path)) ?? [] {
            guard let key = try? ResourceKey(file: parent.path) else { continue }
            expected[key] = [.file(parent.state)]
        }
        return expected
    }
}

extension ResourceState {
    fileprivate var isDirectory: Bool {
        if case .file(let state) = self { state.type == .directory } else { false }
    }
}
