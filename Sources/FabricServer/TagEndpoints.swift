import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import ServerStore

/// Tags and their history.
struct TagEndpoints: Sendable {
    let fabric: Fabric

    private static let revisionsByDefault = 50

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/tags", .reading, answer: list),
            Endpoint(.post, "/v1/tags", .reviewing, changing: .tagsOfRequest, answer: create),
            Endpoint(.get, "/v1/tags/{tag}", .reading, answer: show),
            Endpoint(.delete, "/v1/tags/{tag}", .reviewing, changing: .tagOfPath, answer: delete),
            Endpoint(.put, "/v1/tags/{tag}/limit", .reviewing, changing: .tagOfPath, answer: limit),
            Endpoint(.get, "/v1/tags/{tag}/revisions", .reading, answer: revisions),
            Endpoint(.post, "/v1/tags/{tag}/revisions", .reviewing, changing: .tagOfPath, answer: edit),
            Endpoint(
                .post,
                "/v1/tags/{tag}/revisions/{number}/reversal",
                .reviewing,
                changing: .tagOfPath,
                answer: revert
            ),
        ]
    }

    private func list(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["after", "limit"])
        let limit = try query.limit()
        let after = try query["after"].map { try TagName($0) }
        let page = try await fabric.store.tags(after: after, limit: limit + 1).page(limit)
        let brakes = try await brakes()
        let rows = page.rows.map { Self.summary($0, brakes) }
        return try .json(TagList(tags: rows, next: page.last?.name))
    }

    /// What keeps nodes from converging: that depends on the hour.
    private struct Brakes {
        var stops: [TagName: RolloutStop]
        /// The key `nil` stands for all nodes.
        var pauses: [TagName?: Pause]
    }

    /// Puts to a tag what stops it.
    private static func summary(_ tag: TagSummary, _ brakes: Brakes) -> TagSummary {
        var tag = tag
        tag.stop = brakes.stops[tag.name]
        tag.pause = brakes.pauses[tag.name] ?? brakes.pauses[nil]
        return tag
    }

    private func brakes() async throws -> Brakes {
        let stops = try await fabric.store.stops(at: fabric.now())
        let pauses = try await fabric.store.pauses()
        return Brakes(
            stops: Dictionary(stops.map { ($0.tag, $0) }) { first, _ in first },
            pauses: Dictionary(pauses.map { ($0.tag, $0) }) { first, _ in first }
        )
    }

    private func create(_ call: Call) async throws -> Response {
        let request = try await call.decode(CreateTag.self)
        try call.checkScope(request.name)
        try await fabric.store.createTag(request.name, by: call.author, at: fabric.now())
        return try await .json(fabric.store.tag(request.name).tag, status: .created)
    }

    private func show(_ call: Call) async throws -> Response {
        var detail = try await fabric.store.tag(call.tag())
        detail.tag = Self.summary(detail.tag, try await brakes())
        return try .json(detail)
    }

    private func limit(_ call: Call) async throws -> Response {
        let name = try call.tag()
        let limit = try await call.decode(TagLimit.self)
        guard APILimits.atOnce.contains(limit.atOnce) else {
            throw APIError(
                .invalidRequest,
                "'atOnce' is a whole number from \(APILimits.atOnce.lowerBound) to \(APILimits.atOnce.upperBound)",
                subject: "atOnce"
            )
        }
        try await fabric.store.limit(name, to: limit.atOnce, by: call.author, at: fabric.now())
        fabric.slots.wakeAll([name])
        return try await .json(Self.summary(fabric.store.tag(name).tag, brakes()))
    }

    private func delete(_ call: Call) async throws -> Response {
        try await fabric.store.deleteTag(call.tag(), by: call.author, at: fabric.now())
        return .done
    }

    private func revisions(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["before", "limit"])
        let before = try query.integer("before", in: 1...Int64.max)
        let limit = try query.integer("limit", in: 1...APILimits.revisionsPerPage) ?? Self.revisionsByDefault
        let revisions = try await fabric.store.revisions(of: call.tag(), before: before, limit: limit)
        return try .json(RevisionList(revisions: revisions))
    }

    private func edit(_ call: Call) async throws -> Response {
        let name = try call.tag()
        let edit = try await call.decode(EditTag.self)
        try Fabric.check(edit.message, "message", limit: APILimits.message)
        guard !edit.items.isEmpty, edit.items.count <= APILimits.changesPerCommit else {
            throw APIError(
                .invalidRequest,
                "'items' must have 1 to \(APILimits.changesPerCommit) items",
                subject: "items"
            )
        }
        try fabric.checkNotSecret(edit.items)
        guard edit.dryRun != true else { return try await .json(fabric.store.plan(edit, of: name)) }
        let revision = try await fabric.store.edit(name, edit, by: call.author, at: fabric.now())
        guard let revision else { return .done }
        await fabric.wakeNodes(of: name)
        return try .json(revision)
    }

    private func revert(_ call: Call) async throws -> Response {
        let reference = try RevisionReference("\(call.part("tag"))@\(call.part("number"))")
        let reversal = try await call.decode(Reversal.self)
        if let resources = reversal.resources {
            guard (1...APILimits.changesPerCommit).contains(resources.count) else {
                throw APIError(
                    .invalidRequest,
                    "'resources' must have 1 to \(APILimits.changesPerCommit) items, or be left out for all",
                    subject: "resources"
                )
            }
        }
        let result = try await fabric.store.revert(
            reference,
            reversal,
            by: call.author,
            at: fabric.now()
        )
        if result.revision != nil { await fabric.wakeNodes(of: reference.tag) }
        return try .json(result)
    }
}
