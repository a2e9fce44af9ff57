import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import ServerStore
import Testing

@testable import FabricServer

@Suite struct ReviewRouteTests {
    @Test("the queue shows what waits, of all nodes or of one")
    func queue() async throws {
        try await Bench.run { bench, client in
            let web = try await bench.upload("/etc/motd", from: nil, to: "w", by: bench.web, through: client)
            let mail = try await bench.upload(
                "/etc/motd",
                from: nil,
                to: "m",
                by: bench.mail,
                through: client
            )
            let reader = bench.token(.reader)
            let all = try await client.send(.get, "/v1/queue", as: reader).value(Queue.self)
            #expect(Set(all.commits.map(\.id)) == [web.id, mail.id])
            let one = try await client.send(.get, "/v1/queue?node=mail1", as: reader).value(Queue.self)
            #expect(one.commits.map(\.id) == [mail.id])
            let none = try await client.send(.get, "/v1/queue?node=db1", as: reader)
            #expect(try none.refusal().code == .unknownNode)
            let misspelt = try await client.send(.get, "/v1/queue?nodes=mail1", as: reader)
            #expect(try misspelt.refusal().code == .invalidRequest)
        }
    }

    @Test("a commit is shown by its id or the end of it")
    func show() async throws {
        try await Bench.run { bench, client in
            let commit = try await bench.upload(
                "/etc/motd",
                from: nil,
                to: "w",
                by: bench.web,
                through: client
            )
            for reference in [commit.id.text, commit.id.short] {
                let detail = try await client.send(.get, "/v1/commits/\(reference)", as: bench.token(.reader))
                    .value(CommitDetail.self)
                #expect(detail.id == commit.id)
                #expect(detail.changes.map(\.change) == commit.changes)
                #expect(detail.receivedAt == Bench.start)
            }
            let unknown = try await client.send(.get, "/v1/commits/ffffffff", as: bench.token(.reader))
            #expect(try unknown.refusal().code == .unknownCommit)
        }
    }

    @Test("an approved change is in the node's configuration, decided by whom the token names")
    func approve() async throws {
        try await Bench.run { bench, client in
            let commit = try await bench.upload(
                "/etc/motd",
                from: nil,
                to: "hi",
                by: bench.web,
                through: client
            )
            let approval = try await client.send(
                .post,
                "/v1/commits/\(commit.id.short)/approval",
                as: bench.token(.reviewer),
                Approval(message: "good")
            )
            let revision = try #require(try approval.value(ApprovalResult.self).revision)
            #expect(revision.tag == TagName(ownTagOf: bench.web.name))
            #expect(revision.author == "reviewer-person")
            #expect(revision.message == "good")
            let node = "/v1/nodes/\(bench.web.id)"
            let configuration = try await client.send(.get, "\(node)/configuration", as: bench.web)
                .value(NodeConfiguration.self)
            #expect(configuration.configuration.items.map(\.key) == commit.changes.map(\.key))
            let decisions = try await client.send(.get, "\(node)/decisions?after=0", as: bench.web)
                .value(DecisionList.self).decisions
            #expect(decisions.map(\.outcome) == [.approved])
            #expect(decisions.map(\.by) == ["reviewer-person"])
            let later = try await client.send(.get, "\(node)/decisions?after=1", as: bench.web)
            #expect(try later.value(DecisionList.self).decisions.isEmpty)
        }
    }

    @Test("a decided change is not decided again, and what is unknown is named")
    func refusals() async throws {
        try await Bench.run { bench, client in
            let commit = try await bench.upload(
                "/etc/motd",
                from: nil,
                to: "hi",
                by: bench.web,
                through: client
            )
            let path = "/v1/commits/\(commit.id)"
            let reviewer = bench.token(.reviewer)
            let tag = try await client.send(
                .post,
                "\(path)/approval",
                as: reviewer,
                json: #"{"into":"nope"}"#
            )
            #expect(try tag.refusal().code == .unknownTag)
            let change = try await client.send(
                .post,
                "\(path)/approval",
                as: reviewer,
                json: #"{"changes":[2]}"#
            )
            #expect(try change.refusal().code == .unknownChange)
            let silent = try await client.send(
                .post,
                "\(path)/rejection",
                as: reviewer,
                Rejection(reason: " ")
            )
            #expect(try silent.refusal().code == .invalidRequest)
            let rejection = try await client.send(
                .post,
                "\(path)/rejection",
                as: reviewer,
                Rejection(reason: "not here")
            )
            #expect(try rejection.value(RejectionResult.self).rejected == [1])
            let again = try await client.send(.post, "\(path)/approval", as: reviewer, json: "{}")
            #expect(try again.refusal().code == .alreadyDecided)
            let long = Rejection(reason: String(repeating: "a", count: APILimits.message + 1))
            let tooLong = try await client.send(.post, "\(path)/rejection", as: reviewer, long)
            #expect(try tooLong.refusal().code == .invalidRequest)
        }
    }

    @Test("a change that clashes with the tag is refused and nothing is written")
    func conflict() async throws {
        try await Bench.run { bench, client in
            let reviewer = bench.token(.reviewer)
            _ = try await client.send(.post, "/v1/tags", as: reviewer, json: #"{"name":"all"}"#)
            for (machine, text, status) in [(bench.web, "one", 200), (bench.mail, "two", 409)] {
                let commit = try await bench.upload(
                    "/etc/motd",
                    from: nil,
                    to: text,
                    by: machine,
                    through: client
                )
                let answer = try await client.send(
                    .post,
                    "/v1/commits/\(commit.id)/approval",
                    as: reviewer,
                    json: #"{"into":"all"}"#
                )
                #expect(answer.status == status)
                if status == 409 { #expect(try answer.refusal().code == .conflict) }
            }
            #expect(try await bench.store.tag(TagName("all")).tag.revision == 1)
        }
    }

    @Test("a change that clashes with a tag of its node is shown as a conflict to whoever reads, and counted")
    func conflictToReview() async throws {
        try await Bench.run { bench, client in
            let (admin, reader) = (bench.token(.admin), bench.token(.reader))
            _ = try await client.send(.post, "/v1/tags", as: bench.token(.reviewer), json: #"{"name":"web"}"#)
            _ = try await client.send(.put, "/v1/nodes/web1/tags", as: admin, json: #"{"tags":["web"]}"#)
            let edit = #"{"items":[{"entry":{"absent":true},"key":"file:/etc/motd"}],"message":"m"}"#
            let edited = try await client.send(
                .post,
                "/v1/tags/web/revisions",
                as: bench.token(.reviewer),
                json: edit
            )
            #expect(edited.status == 200)
            let commit = try await bench.upload(
                "/etc/motd",
                from: "a",
                to: "b",
                by: bench.web,
                through: client
            )
            let mail = try await bench.upload(
                "/etc/motd",
                from: "a",
                to: "b",
                by: bench.mail,
                through: client
            )
            let queue = try await client.send(.get, "/v1/queue", as: reader).value(Queue.self).commits
            #expect(queue.first { $0.id == commit.id }?.conflicts == 1)
            #expect(queue.first { $0.id == mail.id }?.conflicts == 0)
            let detail = try await client.send(.get, "/v1/commits/\(commit.id)", as: reader)
                .value(CommitDetail.self)
            let conflict = try #require(detail.changes.first?.conflict)
            #expect(conflict.entry == .absent && conflict.revision.description == "web@1")
            #expect(conflict.by == "reviewer-person")
        }
    }

    @Test("reviewers read and write contents")
    func contents() async throws {
        try await Bench.run { bench, client in
            let reviewer = bench.token(.reviewer)
            let content = Array("ntp.example.org\n".utf8)
            let path = "/v1/contents/\(ContentDigest.sha256(content))"
            let before = try await client.send(.get, path, as: reviewer)
            #expect(try before.refusal().code == .unknownContent)
            #expect(try await client.send(.put, path, as: reviewer, bytes: content).status == 204)
            #expect(try await client.send(.get, path, as: reviewer).body == content)
            let other = try await client.send(.put, path, as: reviewer, bytes: Array("x".utf8))
            #expect(try other.refusal().code == .digestMismatch)
        }
    }

    @Test("units of an approval and dropped overrides are in the answer and in the node's configuration")
    func promotion() async throws {
        try await Bench.run { bench, client in
            let reviewer = bench.token(.reviewer)
            _ = try await client.send(.post, "/v1/tags", as: reviewer, json: #"{"name":"web"}"#)
            _ = try await client.send(
                .put,
                "/v1/nodes/mail1/tags",
                as: bench.token(.admin),
                json: #"{"tags":["web"]}"#
            )
            for (machine, into) in [(bench.mail, "node:mail1"), (bench.web, "web")] {
                let commit = try await bench.upload(
                    "/etc/motd",
                    from: nil,
                    to: "hi",
                    by: machine,
                    through: client
                )
                let answer = try await client.send(
                    .post,
                    "/v1/commits/\(commit.id)/approval",
                    as: reviewer,
                    json: #"{"into":"\#(into)","flags":{"restart":["b.service","a.service"],"reload":[]}}"#
                )
                let dropped = try answer.value(ApprovalResult.self).dropped.map(\.node)
                #expect(dropped == (into == "web" ? [bench.mail.name] : []))
            }
            let configuration = try await client.send(
                .get,
                "/v1/nodes/\(bench.mail.id)/configuration",
                as: bench.mail
            )
            let items = try configuration.value(NodeConfiguration.self).configuration.items
            #expect(items.map(\.tag.text) == ["web"])
            #expect(items.map(\.flags) == [EntryFlags(restart: ["a.service", "b.service"])])
        }
    }

    @Test("a rejection can ask for a roll-back, and for nothing else that is not known")
    func rollBack() async throws {
        try await Bench.run { bench, client in
            let reviewer = bench.token(.reviewer)
            let commit = try await bench.upload(
                "/etc/motd",
                from: "a",
                to: "b",
                by: bench.web,
                through: client
            )
            let path = "/v1/commits/\(commit.id)/rejection"
            for remedy in ["rollback", "", "roll-back\u{A0}"] {
                let refused = try await client.send(
                    .post,
                    path,
                    as: reviewer,
                    json: #"{"reason":"no","remedy":"\#(remedy)"}"#
                )
                #expect(try refused.refusal().code == .invalidRequest)
            }
            let rejection = Rejection(reason: "no", remedy: .rollBack)
            #expect(try await client.send(.post, path, as: reviewer, rejection).status == 200)
            let decisions = try await client.send(
                .get,
                "/v1/nodes/\(bench.web.id)/decisions",
                as: bench.web
            )
            #expect(try decisions.value(DecisionList.self).decisions.map(\.outcome) == [.rolledBack])
        }
    }
}
