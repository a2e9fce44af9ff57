import FabricAPI
import FabricModel
import ServerStore

/// What a route changes, as far as the scope of a token is concerned.
///
/// A token that was made for some tags changes these and nothing besides: not what nodes that have none of them are
/// asked to be, nor which nodes have them, unless the node's own tag is one of them.
enum Effect: Sendable {
    /// No tag, and nothing that a node is to be: open to every scope.
    case nothing
    /// The tag that the path names.
    case tagOfPath
    /// What the body or the query names; the route itself asks with ``Call/checkScope(_:)`` once it has read that.
    case tagsOfRequest
    /// What is no matter of single tags: closed to every scope of tags.
    case fabric

    /// Refuses a principal whose scope the route goes beyond, as far as that can be told by the path.
    ///
    /// - Throws: `forbidden`.
    func admit(_ principal: Principal, tag: () throws -> TagName) throws {
        guard principal.scope?.tags != nil else { return }
        switch self {
        case .nothing, .tagsOfRequest: return
        case .tagOfPath: try principal.checkScope(tag())
        case .fabric: throw principal.outOfScope("this")
        }
    }
}

extension Principal {
    /// Refuses a tag that the scope does not have; `nil` stands for all tags.
    ///
    /// - Throws: `forbidden`.
    func checkScope(_ tag: TagName?) throws(APIError) {
        guard let tags = scope?.tags else { return }
        guard let tag else { throw outOfScope("all tags at once") }
        guard tags.contains(tag) else { throw outOfScope(tag.text) }
    }

    /// Refuses to decide changes of a node that has none of the tags of the scope, its own tag among them.
    ///
    /// - Throws: `forbidden`.
    func checkScope(decidingFor node: NodeSummary) throws(APIError) {
        guard let tags = scope?.tags else { return }
        guard !Set(node.tags + [TagName(ownTagOf: node.name)]).isDisjoint(with: tags) else {
            throw outOfScope("what is decided for \(node.name), which has none of them")
        }
    }

    /// Refuses another list of included tags, unless the node's own tag is in the scope and all that differs is where tags
    /// of the scope stand in it.
    ///
    /// Otherwise whoever may change one tag had every node by including it there.
    ///
    /// - Throws: `forbidden`.
    func checkScope(including list: [TagName], in node: NodeSummary) throws(APIError) {
        guard let tags = scope?.tags else { return }
        try checkScope(TagName(ownTagOf: node.name))
        let (old, new) = (node.tags.filter { !tags.contains($0) }, list.filter { !tags.contains($0) })
        guard old == new else {
            throw outOfScope(
                "where \(Set(old).symmetricDifference(new).min() ?? old[0]) stands in \(node.name)"
            )
        }
    }

    fileprivate func outOfScope(_ what: String) -> APIError {
        let tags = (scope?.tags ?? []).map(\.text).joined(separator: ", ")
        return APIError(
            .forbidden,
            "the token '\(name)' was made to change \(tags.isEmpty ? "nothing" : tags) alone, and not \(what); it takes "
                + "one without --tag, or with others"
        )
    }
}

extension Call {
    /// Refuses a tag that the scope of the token does not have; `nil` stands for all tags.
    ///
    /// - Throws: `forbidden`.
    func checkScope(_ tag: TagName?) throws(APIError) { try principal?.checkScope(tag) }
}
