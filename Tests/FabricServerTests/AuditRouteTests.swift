import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

@Suite struct AuditRouteTests {
    private func log(
        _ bench: Bench,
        _ client: any TestClientProtocol,
        _ query: String = ""
    ) async throws -> [AuditEntry] {
        try await client.send(.get, "/v1/audit\(query)", as: bench.token(.admin)).value(AuditList.self)
            .entries
    }

    @Test("every route that writes is refused in the log under the name that its writes have there")
    func refusals() async throws {
        try await Bench.run { bench, client in
            let writing = bench.routes.endpoints.filter { $0.method != .get }
            for endpoint in writing {
                _ = try await client.send(endpoint.method, bench.path(endpoint), as: nil)
                let newest = try #require(try await log(bench, client, "?limit=1").first)
                #expect(newest.action == endpoint.action, "\(endpoint.path)")
                // Without a token a machine asks to be a node; what it sends here is no question.
                let isOpen = endpoint.method == .post && endpoint.path == "/v1/nodes"
                #expect(newest.outcome == (isOpen ? "invalid-request" : "unauthenticated"))
                #expect(newest.principal == nil)
                #expect(newest.detail?.isEmpty == false)
            }
            let names = [
                "approve", "reject", "edit", "revert", "create-tag", "delete-tag", "register", "include",
            ]
            #expect(Set(names).isSubset(of: writing.map(\.action)))
            #expect(writing.allSatisfy { !$0.action.contains("/") }, "give it a name in the audit log")
        }
    }

    @Test(
        "who was refused, what it was about and why is in the log; what was done is there once, without a refusal"
    )
    func entries() async throws {
        try await Bench.run { bench, client in
            let reviewer = bench.token(.reviewer)
            let path = "/v1/tags/web/revisions"
            let edit = #"{"items":[{"key":"package:a","entry":{"absent":true}}],"message":"m"}"#
            _ = try await client.send(.post, path, as: bench.token(.reader), json: edit)
            _ = try await client.send(.post, path, as: reviewer, json: edit)
            _ = try await client.send(.post, "/v1/tags", as: reviewer, json: #"{"name":"web"}"#)
            _ = try await client.send(.post, "/v1/tags", as: reviewer, json: #"{"name":"web"}"#)
            _ = try await client.send(.post, path, as: reviewer, json: edit)
            _ = try await client.send(.post, path, as: reviewer, json: #"{"items":[{"key":"file:/a/../b"}]}"#)
            _ = try await client.send(.post, "\(path)/9/reversal", as: reviewer, Reversal())
            let mail = "/v1/nodes/\(bench.mail.id)/commits"
            _ = try await client.send(.post, mail, as: bench.web, json: "{}")
            let entries = try await log(bench, client).prefix(8)
            #expect(
                entries.reversed().map { "\($0.principal ?? "") \($0.action) \($0.subject) \($0.outcome)" }
                    == [
                        "reader-person edit web forbidden", "reviewer-person edit web unknown-tag",
                        "reviewer-person create-tag web done", "reviewer-person create-tag web name-taken",
                        "reviewer-person edit web done", "reviewer-person edit web invalid-request",
                        "reviewer-person revert web@9 unknown-revision",
                        "web1 commit \(bench.mail.id) forbidden",
                    ]
            )
            #expect(entries.allSatisfy { $0.at == Bench.start })
        }
    }

    @Test("the address is that of the connection")
    func address() async throws {
        try await Bench.runLive { bench, client in
            let reviewer = bench.token(.reviewer)
            _ = try await client.send(.post, "/v1/tags", as: reviewer, json: #"{"name":"web"}"#)
            _ = try await client.send(.post, "/v1/tags", as: nil, json: #"{"name":"web"}"#)
            let entries = try await log(bench, client, "?action=create-tag")
            #expect(entries.map(\.outcome) == ["unauthenticated", "done"])
            #expect(entries.allSatisfy { $0.address == "127.0.0.1" || $0.address == "::1" })
        }
    }

    @Test("a flood of refusals is cut off for each who asks, and the next one tells how many are missing")
    func flood() throws {
        let budget = RefusalBudget()
        func taken(_ principal: String?, _ count: Int, after seconds: Double) -> [Int] {
            (0..<count)
                .compactMap { _ in budget.take(for: principal, at: Bench.start.adding(seconds: seconds)) }
        }
        #expect(taken(nil, 500, after: 0) == Array(repeating: 0, count: 100))
        #expect(taken("alice", 2, after: 0) == [400, 0])
        #expect(taken(nil, 5, after: 10) == [0])
        #expect(taken(nil, 10, after: 60) == [4, 0, 0, 0, 0])
        #expect(taken(nil, 500, after: 1_000_000).count == 100)
    }

    @Test("no number of names gets more into the log than all have together")
    func floodOfMany() {
        let budget = RefusalBudget()
        let taken = (0..<20_000).count { budget.take(for: "node\($0)", at: Bench.start) != nil }
        #expect(taken == 1000)
        // A clock that goes back fills nothing.
        #expect(budget.take(for: "one", at: Bench.start.adding(seconds: -3600)) == nil)
    }

    @Test("the log is read in pages and filtered, by reviewers alone")
    func reading() async throws {
        try await Bench.run { bench, client in
            for name in ["a", "b", "c"] {
                _ = try await client.send(.post, "/v1/tags", as: bench.token(.reviewer), ["name": name])
            }
            let first =
                try await client.send(.get, "/v1/audit?action=create-tag&limit=2", as: bench.token(.admin))
                .value(AuditList.self)
            #expect(first.entries.map(\.subject) == ["c", "b"])
            let next = try #require(first.next)
            #expect(next == first.entries.last?.id)
            let rest = try await log(bench, client, "?action=create-tag&before=\(next)")
            #expect(rest.map(\.subject) == ["a"])
            #expect(
                try await log(bench, client, "?subject=b&principal=reviewer-person").map(\.subject) == ["b"]
            )
            #expect(try await log(bench, client, "?since=\(Bench.start.adding(seconds: 1))").isEmpty)
            for query in ["since=now", "before=0", "limit=501", "x=1"] {
                let answer = try await client.send(.get, "/v1/audit?\(query)", as: bench.token(.admin))
                #expect(try answer.refusal().code == .invalidRequest, "\(query)")
            }
            let reader = try await client.send(.get, "/v1/audit", as: bench.token(.reader))
            #expect(try reader.refusal().code == .forbidden)
        }
    }
}
