import Components
import FabricModel
import Journal
import NodeControl

/// Puts a resource back to the state before an open change.
struct Restoration: Sendable {
    let journal: Journal
    let components: ComponentTable

    /// Restores `change.before`, unless the resource is not what `change.after` says: then it has changed once more.
    ///
    /// What is undone stays in the journal; a content or password of which that has only the digest would be lost for
    /// good.
    ///
    /// - Throws: `NodeControlError` with code `cannotDiscard`, `contentNotKept` or `changedMeanwhile`.
    func restore(_ change: Change) throws(NodeControlError) {
        guard change.key.kind != .package, let component = components[change.key.kind] else {
            throw NodeControlError(
                .cannotDiscard,
                "a package is put back with the package manager; discard takes files, services, users and groups",
                subject: "\(change.key)"
            )
        }
        try checkKept(change)
        let undoing = Change(key: change.key, before: change.after, after: change.before, at: change.at)
        let failures: [ResourceKey: ComponentsError]
        do {
            let wanted = Entry(asking: undoing)
            failures = component.change([
                ChangeRequest(
                    key: change.key,
                    current: change.after,
                    wanted: component.localised(wanted),
                    content: try wanted.keptDigest.flatMap { try journal.content($0) }
                )
            ])
        } catch {
            throw NodeControlError(.unavailable, "\(error)", subject: "\(change.key)")
        }
        guard let error = failures[change.key] else { return }
        throw NodeControlError(Self.code(error.code), Self.message(error), subject: "\(change.key)")
    }

    /// Refuses to undo what could not be had again.
    private func checkKept(_ change: Change) throws(NodeControlError) {
        if let content = change.after.content, let withheld = content.withheld {
            throw NodeControlError(
                .contentNotKept,
                "what it is now is not kept (\(Self.reason(withheld))), so undoing it would lose it; do it by hand",
                subject: "\(change.key)"
            )
        }
        if case .user(let before) = change.before, case .set(let digest, _, nil) = before.password {
            if case .user(let after) = change.after, case .set(digest, _, _) = after.password { return }
            throw NodeControlError(
                .contentNotKept,
                "the password that it had is not kept, so it cannot be put back; do it by hand",
                subject: "\(change.key)"
            )
        }
    }

    private static func reason(_ withheld: FileContent.Withholding) -> String {
        switch withheld {
        case .secret(let rule): "secret by the rule '\(EscapedText.escape(rule.utf8))'"
        case .tooLarge: "too large"
        case .journalFull: "the journal was full"
        }
    }

    private static func code(_ code: ComponentsError.Code) -> NodeControlError.Code {
        switch code {
        case .changedMeanwhile: .changedMeanwhile
        case .contentNotKept: .contentNotKept
        default: .cannotDiscard
        }
    }

    private static func message(_ error: ComponentsError) -> String {
        error.code == .changedMeanwhile ? "\(error.message); look at 'weft diff' again" : error.message
    }
}
