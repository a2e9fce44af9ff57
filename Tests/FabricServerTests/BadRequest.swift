import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

/// What nobody should send: it is refused with its code, is in the audit log, and leaves nothing behind.
struct BadRequest {
    var method = HTTPRequest.Method.post
    var path: String
    var caller: (any Caller)?
    var body: [UInt8] = []
    var code: APIError.Code
    /// Who, what and about what, as the log has it.
    var logged: String

    /// Sends it.
    func expectRefused(
        by bench: Bench,
        _ client: any TestClientProtocol,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try await Self.kept(by: bench)
        let answer = try await client.send(method, path, as: caller, bytes: body)
        let error = try answer.refusal()
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        let newest = try #require(try await bench.store.audit(AuditFilter(), before: nil, limit: 1).first)
        let found = "\(newest.principal ?? "nobody") \(newest.action) \(newest.subject)"
        #expect(found == logged, sourceLocation: sourceLocation)
        #expect(newest.outcome == code.rawValue, sourceLocation: sourceLocation)
        #expect(newest.detail?.isEmpty == false, sourceLocation: sourceLocation)
        for text in [newest.subject, newest.detail ?? "", error.message, error.subject ?? ""]
            + bench.log.lines
        {
            #expect(PrintableText.escape(text) == text, sourceLocation: sourceLocation)
        }
        #expect(try await Self.kept(by: bench) == before, sourceLocation: sourceLocation)
    }

    /// Everything that a request could have changed, but the log.
    private static func kept(by bench: Bench) async throws -> [String] {
        let store = bench.store
        var kept = try await store.nodes().map { "\($0.id) \($0.name) \($0.tags) \($0.undecided)" }
        for tag in try await store.tags() { kept.append("\(try await store.tag(tag.name))") }
        kept += try await store.queue(node: nil).map { "\($0)" }
        kept += try await store.candidates().map { "\($0)" }
        return kept + (try await store.pauses().map { "\($0)" })
    }
}

extension Sample {
    /// Commits as a node sends them.
    static func upload(_ commits: [FeedbackCommit]) throws -> [UInt8] {
        Array(try CanonicalJSON.encode(CommitUpload(commits: commits)))
    }
}
