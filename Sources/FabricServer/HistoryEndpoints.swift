import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import ServerStore

/// What was so, and whether the history of it is what was written.
struct HistoryEndpoints: Sendable {
    let fabric: Fabric

    var all: [Endpoint] {
        [
            Endpoint(.get, "/v1/verification", .reading, answer: verify),
            Endpoint(.get, "/v1/tags/{tag}/state", .reading, answer: state),
            Endpoint(.get, "/v1/tags/{tag}/difference", .reading, answer: difference),
        ]
    }

    private func state(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["revision", "at"])
        let number = try query.integer("revision", in: 0...Int64.max)
        let time = try query.time("at")
        let point =
            switch (number, time) {
            case (let number?, nil): HistoryPoint.revision(number)
            case (nil, let time?): HistoryPoint.time(time)
            default:
                throw APIError(
                    .invalidRequest,
                    "say when: ?revision=NUMBER or ?at=2026-11-22T20:03:27Z",
                    subject: "revision"
                )
            }
        return try await .json(fabric.store.state(of: call.tag(), at: point))
    }

    private func difference(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["from", "to"])
        guard let from = try query.integer("from", in: 0...Int64.max) else {
            throw APIError(.invalidRequest, "say from which revision: ?from=NUMBER", subject: "from")
        }
        let to = try query.integer("to", in: 0...Int64.max)
        return try await .json(fabric.store.difference(of: call.tag(), from: from, to: to))
    }

    private func verify(_ call: Call) async throws -> Response {
        let query = try Query(of: call.request, allowed: ["tag", "after", "limit"])
        if let tag = query["tag"] {
            guard query["after"] == nil, query["limit"] == nil else {
                throw APIError(
                    .invalidRequest,
                    "'tag' names one tag; a page is of all of them",
                    subject: "tag"
                )
            }
            return try await .json(VerificationList(tags: [fabric.store.verify(TagName(tag))]))
        }
        let most = APILimits.verificationsPerPage
        let limit = try query.integer("limit", in: 1...most) ?? most
        let after = try query["after"].map { try TagName($0) }
        let page = try await fabric.store.verifications(after: after, limit: limit + 1).page(limit)
        return try .json(VerificationList(tags: page.rows, next: page.last?.tag))
    }
}
