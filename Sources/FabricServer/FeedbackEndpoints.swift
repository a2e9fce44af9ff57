import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import NIOCore
import ServerStore

/// What nodes send: contents first, then the feedback commits that name them.
struct FeedbackEndpoints: Sendable {
    let fabric: Fabric

    var all: [Endpoint] {
        [
            Endpoint(.post, "/v1/nodes/{node}/contents/missing", .ownNode, answer: missing),
            Endpoint(.put, "/v1/nodes/{node}/contents/{digest}", .ownNode, answer: upload),
            Endpoint(.get, "/v1/nodes/{node}/contents/{digest}", .ownNode, answer: download),
            Endpoint(.get, "/v1/nodes/{node}/redactions", .ownNode, answer: redactions),
            Endpoint(.post, "/v1/nodes/{node}/commits", .ownNode, answer: commits),
        ]
    }

    private func missing(_ call: Call) async throws -> Response {
        let inquiry = try await call.decode(ContentInquiry.self)
        guard inquiry.digests.count <= APILimits.digestsPerInquiry else {
            throw APIError(
                .invalidRequest,
                "'digests' may have at most \(APILimits.digestsPerInquiry) items",
                subject: "digests"
            )
        }
        let node = try await fabric.node(of: call)
        let missing = try await fabric.store.missing(inquiry.digests, for: node.id)
        return try .json(MissingContents(missing: missing))
    }

    private func upload(_ call: Call) async throws -> Response {
        let digest = try call.digest()
        let node = try await fabric.node(of: call)
        let content = try await call.content()
        try await fabric.store.putContent(content, digest: digest, from: node.id)
        return .done
    }

    private func download(_ call: Call) async throws -> Response {
        let digest = try call.digest()
        let node = try await fabric.node(of: call)
        guard try await fabric.store.isContent(digest, readableBy: node.id) else {
            throw APIError(.unknownContent, "the node has no use for such a content", subject: digest.text)
        }
        return try await .content(fabric.store.content(digest))
    }

    private func redactions(_ call: Call) async throws -> Response {
        let node = try await fabric.node(of: call)
        return try await .json(RedactionList(digests: fabric.store.redactions(for: node.id)))
    }

    private func commits(_ call: Call) async throws -> Response {
        let body = try await call.jsonBody()
        let commits = try await Call.decoded(body.readableBytes) {
            try CommitUpload.commits(in: Array(body.readableBytesView))
        }
        let node = try await fabric.node(of: call)
        guard commits.count <= APILimits.commitsPerUpload else {
            throw APIError(
                .invalidRequest,
                "'commits' may have at most \(APILimits.commitsPerUpload) items",
                subject: "commits"
            )
        }
        for received in commits { try Self.check(received.commit, from: node.id) }
        let accepted = try await fabric.store.add(commits, from: node.id, at: fabric.now())
        return .json(Self.receipt(accepted))
    }

    /// The JSON text of a ``CommitReceipt``; ids have nothing to escape, and each upload has one.
    static func receipt(_ accepted: [CommitID]) -> ByteBuffer {
        ByteBuffer(string: "{\"accepted\":[\(accepted.map { "\"\($0.text)\"" }.joined(separator: ","))]}")
    }

    /// Refuses what no node makes.
    private static func check(_ commit: FeedbackCommit, from node: NodeID) throws(APIError) {
        func refused(_ message: String) -> APIError {
            APIError(.invalidRequest, message, subject: commit.id.text)
        }
        guard commit.node == node else { throw refused("the commit is of another node, \(commit.node)") }
        guard commit.sequence > 0 else { throw refused("a node counts its commits from 1") }
        guard !commit.changes.isEmpty else { throw refused("a commit has at least one change") }
        guard commit.changes.count <= APILimits.changesPerCommit else {
            throw refused("a commit may have at most \(APILimits.changesPerCommit) changes; split it")
        }
        guard commit.message.utf8.count <= APILimits.message else {
            throw refused("a message may have at most \(APILimits.message) bytes")
        }
        var keys = Set<ResourceKey>(minimumCapacity: commit.changes.count)
        for change in commit.changes {
            guard change.before.fits(change.key), change.after.fits(change.key) else {
                throw refused("the state of \(change.key) is not one of a \(change.key.kind.rawValue)")
            }
            for state in [change.before, change.after] {
                do {
                    try state.check()
                } catch {
                    throw refused("a state of \(change.key) is not one: \(error)")
                }
            }
            guard keys.insert(change.key).inserted else {
                throw refused("\(change.key) changes twice; a commit has net changes")
            }
        }
    }
}
