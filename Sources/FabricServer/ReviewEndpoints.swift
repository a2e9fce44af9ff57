import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import Logging
import ServerStore

/// The queue and what reviewers do with it.
struct ReviewEndpoints: Sendable {
    let fabric: Fabric

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/queue", .reading, answer: queue),
            Endpoint(.get, "/v1/commits/{commit}", .reading, answer: show),
            Endpoint(
                .post,
                "/v1/commits/{commit}/approval",
                .reviewing,
                changing: .tagsOfRequest,
                answer: approve
            ),
            Endpoint(.get, "/v1/commits/{commit}/clashes", .reading, answer: clashes),
            Endpoint(
                .post,
                "/v1/commits/{commit}/rejection",
                .reviewing,
                changing: .tagsOfRequest,
                answer: reject
            ),
            Endpoint(.get, "/v1/contents/{digest}", .contents, answer: content),
            Endpoint(.put, "/v1/contents/{digest}", .reviewing, changing: .nothing, answer: putContent),
        ]
    }

    private func queue(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["node", "after", "limit"])
        let limit = try query.limit()
        let after = try query["after"].map { try CommitID($0) }
        var node: NodeID?
        if let reference = query["node"] { node = try await fabric.store.node(reference).id }
        let page = try await fabric.store.queue(node: node, after: after, limit: limit + 1).page(limit)
        return try .json(Queue(commits: page.rows, next: page.last?.id))
    }

    private func show(_ call: Call) async throws -> Response {
        try await .json(fabric.store.commit(call.part("commit")))
    }

    private func approve(_ call: Call) async throws -> Response {
        let approval = try await call.decode(Approval.self)
        try Fabric.check(approval.message, "message", limit: APILimits.message)
        let commit = try await fabric.store.commit(call.part("commit"))
        try call.checkScope(approval.into ?? TagName(ownTagOf: commit.nodeName))
        try await fabric.checkScope(of: call, decidingFor: commit.node)
        try fabric.checkNotSecret(approval.resolutions ?? [], of: commit)
        let result = try await fabric.store.approve(
            commit.id,
            approval,
            by: call.author,
            at: fabric.now()
        )
        if !approval.dryRun { fabric.watch.wake([commit.nodeName]) }
        if let revision = result.revision { await fabric.wakeNodes(of: revision.tag) }
        if !approval.dryRun { fabric.watch.wake(result.dropped.map(\.node)) }
        return try .json(result)
    }

    private func clashes(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["into"])
        let into = try query["into"].map { try TagName($0) }
        let commit = try await fabric.store.commit(call.part("commit"))
        let clashes = try await fabric.store.clashes(commit.id, Approval(into: into))
        return try .json(ClashList(clashes: clashes))
    }

    private func reject(_ call: Call) async throws -> Response {
        let rejection = try await call.decode(Rejection.self)
        guard rejection.reason.contains(where: { !$0.isWhitespace }) else {
            throw APIError(.invalidRequest, "a rejection has a reason; say why", subject: "reason")
        }
        try Fabric.check(rejection.reason, "reason", limit: APILimits.message)
        let commit = try await fabric.store.commit(call.part("commit"))
        try await fabric.checkScope(of: call, decidingFor: commit.node)
        let result = try await fabric.store.reject(
            commit.id,
            rejection,
            by: call.author,
            at: fabric.now()
        )
        fabric.watch.wake([commit.nodeName])
        return try .json(result)
    }

    private func content(_ call: Call) async throws -> Response {
        try await .content(fabric.store.content(call.digest()))
    }

    private func putContent(_ call: Call) async throws -> Response {
        let digest = try call.digest()
        let content = try await call.content()
        try await fabric.checkNotSecret(content, digest)
        try await fabric.store.putContent(content, digest: digest, by: call.author, at: fabric.now())
        return .done
    }
}

extension Fabric {
    /// Refuses to decide changes of a node that has none of the tags of the token's scope.
    ///
    /// - Throws: `forbidden`.
    fileprivate func checkScope(of call: Call, decidingFor node: NodeID) async throws {
        guard let principal = call.principal, principal.scope?.tags != nil else { return }
        try principal.checkScope(decidingFor: try await store.node(node.text))
    }

    /// Wakes the nodes whose configuration a tag is part of.
    func wakeNodes(of tag: TagName) async {
        if let node = tag.node { return watch.wake([node]) }
        do {
            watch.wake(try await store.tag(tag).tag.nodes)
        } catch {
            // The change is stored; to be told of it too often does no harm.
            logger.info("waking all nodes: \(error)")
            watch.wakeAll()
        }
    }
}
