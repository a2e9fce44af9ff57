import FabricAPI
import FabricModel

/// What a tag wants of a resource that changed in another way on a node, as lines below the change.
struct ConflictText {
    private let conflict: Conflict
    private let change: Change

    init(_ conflict: Conflict, with change: Change) {
        self.conflict = conflict
        self.change = change
    }

    /// Who wants what, in one line.
    func head(on page: Page) -> Text {
        let origin = "\(conflict.revision) by \(conflict.by), \(page.age(of: conflict.at)),"
        return Text("conflict: ", .red) + Text("\(origin) wants \(wish)")
    }

    /// How what the tag wants differs from the state before, where one line does not say all of it: of files.
    var wanted: ChangeText? {
        guard case .file(let file) = conflict.entry else { return nil }
        var wanted = change
        wanted.after = .file(file)
        return ChangeText(change: wanted, wantedBy: conflict.revision)
    }

    /// Only what stands against the change: of an account a tag may want much more.
    private var wish: String {
        switch conflict.entry.opposed(by: change) ?? conflict.entry {
        case .absent: "it absent"
        case .file(let file): describe(file)
        case .package(.any): "it installed"
        case .package(.removed): "it removed"
        case .package(let wish): "\(wish)"
        case .service(let state):
            switch state.enablement {
            case .enabled: "it started by \(state.links.joined(separator: ", "))"
            case .disabled, .masked: "it \(state.enablement.rawValue)"
            }
        case .user(let wish): wish.aspects.summary
        case .group(let wish): wish.aspects.summary
        }
    }

    private func describe(_ file: FileState) -> String {
        guard case .file(let after) = change.after else { return conflict.entry.summary }
        var known = [after]
        if case .file(let before) = change.before { known.append(before) }
        // Of a part that one side has, the other parts make the difference.
        if !known.contains(where: { $0.type == file.type }) { return "a \(file.type.label)" }
        if !known.contains(where: { $0.target == file.target }) { return "another target" }
        if !known.contains(where: { $0.content?.digest == file.content?.digest }) {
            return "another content"
        }
        return "other attributes"
    }
}
