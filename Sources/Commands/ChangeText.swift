import FabricModel
import LinuxSystem
import NodeControl

/// A change as lines: what was done, the attributes that differ, and a unified diff of the contents.
struct ChangeText {
    var change: Change
    /// Stands before the title, such as `(2)`.
    var number: Int?
    /// Lines below the title: the decision, another author.
    var notes: [Text] = []
    /// Where the state after is what a tag wants, not what the node has: the revision that says so.
    var wantedBy: RevisionReference?
    /// The accounts of the machine that the change was made on, where that is this one.
    var accounts: AccountNames?

    private static let indent = "    "

    /// The lines without a diff.
    var head: [Text] {
        var title = number.map { Text("(\($0)) ", .bold) } ?? ""
        title += Text("\(ChangeVerb(of: change).rawValue)  \(change.key)", .bold)
        if let versions { title += Text("  \(versions)") }
        var lines = [title] + notes.map { Text(Self.indent) + $0 }
        if change.isLate {
            lines.append(Text("\(Self.indent)happened while nothing was watching; found later", .dim))
        }
        return lines + attributes
    }

    /// Whether there are contents to compare.
    var hasContent: Bool {
        change.before.content?.digest != change.after.content?.digest
    }

    /// The lines that compare the contents, and why there is no comparison where that is so.
    func body(
        before: DiffContent,
        after: DiffContent,
        environment: [String: String]
    ) -> (lines: [Text], failure: String?) {
        var lines: [Text] = []
        let newSide = wantedBy.map { "in \($0)" } ?? "after"
        for (side, content) in [("before", before), (newSide, after)] {
            if let note = content.note { lines.append(Text("content \(side): \(note)", .yellow)) }
        }
        // Where one side has a content that cannot be shown, the other alone would look like a whole new file.
        guard before.text != nil || before == .none, after.text != nil || after == .none else {
            return (lines, nil)
        }
        switch DiffProgram.compare(before.text ?? "", after.text ?? "", environment: environment) {
        case .unavailable(let reason):
            return (lines + [Text("no diff: \(reason)", .yellow)], reason)
        case .hunks(let hunks):
            guard !hunks.isEmpty else { return (lines, nil) }
            lines.append(Text("--- \(before == .none ? "/dev/null" : change.key.name)", .bold))
            let newName = change.key.name + (wantedBy.map { " (\($0))" } ?? "")
            lines.append(Text("+++ \(after == .none ? "/dev/null" : newName)", .bold))
            return (lines + hunks.map(Self.line), nil)
        }
    }

    private static func line(_ line: String) -> Text {
        switch line.first {
        case "+": Text(fileLine: line, .green)
        case "-": Text(fileLine: line, .red)
        case "@": Text(fileLine: line, .cyan)
        default: Text(fileLine: line)
        }
    }

    private var versions: String? {
        func state(_ state: ResourceState) -> PackageState? {
            if case .package(let package) = state { package } else { nil }
        }
        let (before, after) = (state(change.before), state(change.after))
        guard before != nil || after != nil else { return nil }
        let architectures = Set([before, after].compactMap { $0 }.flatMap { $0.instances.map(\.arch) })
        let isSeveral = architectures.count > 1
        func text(_ package: PackageState?) -> String {
            guard let package else { return "(none)" }
            let reason =
                before?.reason != after?.reason || package.reason == .dependency ? package.reason : nil
            let versions = package.versions(withArchitecture: isSeveral)
            return reason.map { "\(versions) (\($0.rawValue))" } ?? versions
        }
        return "\(text(before)) → \(text(after))"
    }

    /// What differs besides the contents.
    var attributes: [Text] {
        switch (change.before, change.after) {
        case (.file(let before), .file(let after)): differences(before, after)
        case (.absent, .file(let state)): [Text("new \(describe(state))", .green)]
        case (.file(let state), .absent): [Text("deleted \(describe(state))", .red)]
        default: Self.differences(change.before.aspects, change.after.aspects)
        }
    }

    /// The aspects that one has and the other has not.
    private static func differences(_ before: [Aspect], _ after: [Aspect]) -> [Text] {
        before.filter { !after.contains($0) }.map { Text("old \($0)", .red) }
            + after.filter { !before.contains($0) }.map { Text("new \($0)", .green) }
    }

    private func differences(_ before: FileState, _ after: FileState) -> [Text] {
        var pairs: [(name: String, old: String?, new: String?)] = [
            ("type", before.type.label, after.type.label),
            ("mode", before.octalMode, after.octalMode),
            ("owner", before.owner.text, after.owner.text),
            ("group", before.group.text, after.group.text),
            ("target", before.target, after.target),
        ]
        for name in Set(before.attributes.keys).union(after.attributes.keys).sorted() {
            let (old, new) = (before.attributes[name], after.attributes[name])
            guard old != new else { continue }
            let texts = (old.map { attribute(name, $0) }, new.map { attribute(name, $0) })
            // Two forms may have the same text; then only the values tell what differs.
            pairs.append(
                ("attribute \(name)", texts.0 == texts.1 ? old : texts.0, texts.0 == texts.1 ? new : texts.1)
            )
        }
        return pairs.filter { $0.old != $0.new }
            .flatMap { pair in
                [
                    pair.old.map { Text("old \(pair.name) \($0)", .red) },
                    pair.new.map { Text("new \(pair.name) \($0)", .green) },
                ]
                .compactMap(\.self)
            }
    }

    private func attribute(_ name: String, _ value: String) -> String {
        AttributeText.describe(name, value, accounts: accounts)
    }

    private func describe(_ state: FileState) -> String {
        let mode = state.type == .symlink ? "" : ", mode \(state.octalMode)"
        let target = state.target.map { ", to \($0)" } ?? ""
        let attributes = state.attributes.sorted { $0.key < $1.key }
            .map { ", attribute \($0.key) \(attribute($0.key, $0.value))" }.joined()
        return
            "\(state.type.label)\(mode), owner \(state.owner.text):\(state.group.text)\(target)\(attributes)"
    }
}

extension ResourceState {
    fileprivate var aspects: [Aspect] {
        switch self {
        case .service(let state): state.aspects
        case .user(let state): state.aspects
        case .group(let state): state.aspects
        case .absent, .file, .package: []
        }
    }
}
