import FabricAPI
import FabricModel
import HTTPTypes
import Hummingbird
import ServerStore

/// What was so, and whether the history of it is what was written.
struct HistoryEndpoints: Sendable {
    let fabric: Fabric

    var all: [Endpoint] {
        [Endpoint(.get, "/v1/verification", .reading, answer: verify)]
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
