import ArgumentParser
import FabricAPI
import FabricClient
import FabricModel
import NodeControl

/// What is done where a tag has moved since a change began.
struct ClashOptions: ParsableArguments {
    enum Choice: String, EnumerableFlag {
        case theirs
        case ours
        case edit

        static func help(for value: Choice) -> ArgumentHelp? {
            switch value {
            case .theirs:
                "Where the tag says something else by now, it goes on to say that, and the node becomes it."
            case .ours: "Where the tag says something else by now, it says what the change made."
            case .edit: "Where both changed the same lines, edit the two together."
            }
        }
    }

    @Flag var choice: Choice?
}

/// Brings changes together with what a tag says by now: files part by part and line by line, as nobody has to lose
/// anything by it.
///
/// It works where the reviewer is, who sees each merge before it is taken: the server starts no program for what others
/// send.
struct ClashResolver {
    let client: FabricClient
    let context: Context
    let choice: ClashOptions.Choice?

    /// What came of clashes.
    struct Outcome {
        var resolutions: [Resolution] = []
        /// The files that were merged without anybody's help, to be seen before they are taken.
        var merges: [Merge] = []
    }

    /// A file as the tag has it, and as it would have it.
    struct Merge {
        var clash: Clash
        var tag: TagName
        var before: FileState
        var after: FileState
    }

    /// Resolves clashes as far as that can be done; the others stay, for the server to say what is wrong with them.
    ///
    /// - Throws: `ClientError`; `CommandError` with code `editorFailed` or `unresolved`.
    func resolve(_ clashes: [Clash], with tag: TagName) throws -> Outcome {
        var outcome = Outcome()
        for clash in clashes {
            switch choice {
            case .theirs: outcome.resolutions.append(Resolution(clash, nil))
            case .ours:
                let entry = Entry(asking: clash.change, over: clash.entry)
                outcome.resolutions.append(Resolution(clash, entry))
            case .edit, nil:
                guard let theirs = clash.entry.file, let after = try merged(clash, theirs, tag) else {
                    continue
                }
                outcome.resolutions.append(Resolution(clash, .file(after)))
                outcome.merges.append(Merge(clash: clash, tag: tag, before: theirs, after: after))
            }
        }
        return outcome
    }

    /// What both sides made of a file; `nil` where that cannot be told.
    private func merged(_ clash: Clash, _ theirs: FileState, _ tag: TagName) throws -> FileState? {
        guard case .file(let base) = clash.change.before, case .file(let ours) = clash.change.after,
            let merge = FileMerge(of: base, theirs, ours)
        else { return nil }
        guard let texts = merge.texts else { return merge.state }
        let outcome = MergeProgram.merge(
            MergeProgram.Side(text: try client.content(texts.base), label: "before"),
            MergeProgram.Side(text: try client.content(texts.theirs), label: "\(tag)@\(clash.revision)"),
            MergeProgram.Side(text: try client.content(texts.ours), label: "change \(clash.number)"),
            environment: context.environment
        )
        switch outcome {
        case .merged(let text): return merge.with(try keep(text))
        case .marked(let text):
            guard choice == .edit else { return nil }
            return merge.with(try keep(edited(text, clash.change.key)))
        case .unavailable(let reason):
            context.console.writeError("\(clash.change.key) cannot be merged: \(reason)\n")
            return nil
        }
    }

    private func edited(_ text: [UInt8], _ key: ResourceKey) throws -> [UInt8] {
        let name = key.name.split(separator: "/").last.map(String.init) ?? ""
        let text = try EditorProgram.edit(text, name: name, environment: context.environment)
        guard !MergeProgram.hasMarks(text) else {
            throw CommandError(
                .unresolved,
                key.description,
                "it still has lines that begin with <<<<<<<, ||||||| or >>>>>>>; nothing was changed"
            )
        }
        return text
    }

    /// Has the server keep a content, which it may forget again when nothing comes of it.
    private func keep(_ text: [UInt8]) throws -> FileContent {
        FileContent(digest: try client.upload(text), size: UInt64(text.count))
    }
}

extension ClashResolver.Merge {
    /// What the tag says now against what it would say.
    func lines(_ client: FabricClient, _ environment: [String: String]) throws -> [Text] {
        func content(_ state: FileState) throws -> DiffContent {
            let state = ResourceState.file(state)
            guard let digest = state.keptDigest else { return DiffContent(of: state) { _ in nil } }
            return DiffContent(bytes: try client.content(digest))
        }
        var change = clash.change
        (change.before, change.after) = (.file(before), .file(after))
        let text = ChangeText(change: change)
        let title = Text("Merged with \(tag)@\(clash.revision), for which that would mean:", .bold)
        guard text.hasContent else { return [title] + text.head }
        let body = text.body(
            before: try content(before),
            after: try content(after),
            environment: environment
        )
        return [title] + text.head + body.lines
    }
}

extension Resolution {
    fileprivate init(_ clash: Clash, _ entry: Entry?) {
        self.init(number: clash.number, revision: clash.revision, entry: entry)
    }
}

extension Entry {
    fileprivate var file: FileState? {
        if case .file(let state) = self { state } else { nil }
    }
}
