import FabricAPI
import HTTPTypes
import Testing

@testable import FabricServer

@Suite struct HTTPStatusTests {
    private static let table: [(APIError.Code, Int)] = [
        (.invalidRequest, 400), (.ambiguousID, 400), (.unauthenticated, 401), (.forbidden, 403),
        (.tokenUsed, 403), (.tokenExpired, 401), (.certificateExpired, 401), (.certificateRevoked, 401),
        (.unknownRoute, 404), (.wrongMethod, 405), (.unknownNode, 404), (.unknownCommit, 404),
        (.unknownChange, 404),
        (.unknownTag, 404), (.unknownRevision, 404), (.unknownContent, 404), (.unknownToken, 404),
        (.unknownFacts, 404),
        (.nameTaken, 409), (.alreadyRegistered, 409),
        (.tagInUse, 409), (.alreadyDecided, 409), (.conflict, 409), (.commitMismatch, 409),
        (.bodyTooLarge, 413), (.digestMismatch, 422), (.secretContent, 422), (.contentNotKept, 422),
        (.contentRedacted, 410), (.unknownCursor, 410), (.unknownWebhook, 404), (.missingContents, 422),
        (.internalError, 500),
        (.unavailable, 503),
    ]

    @Test("every code has its status")
    func statuses() {
        for (code, status) in Self.table { #expect(code.status.code == status, "\(code)") }
        #expect(Set(Self.table.map(\.0)) == Set(APIError.Code.allCases))
    }
}
