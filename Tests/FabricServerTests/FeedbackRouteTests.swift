import Compression
import FabricAPI
import FabricModel
import HTTPTypes
import HummingbirdTesting
import NIOCore
import ServerStore
import Testing

@testable import FabricServer

@Suite struct FeedbackRouteTests {
    private func path(_ machine: Bench.Machine, _ digest: ContentDigest) -> String {
        "/v1/nodes/\(machine.id)/contents/\(digest)"
    }

    @Test("a content comes back as it was sent, plain or deflated")
    func contents() async throws {
        try await Bench.run { bench, client in
            let plain = Array("plain\0\u{FF}".utf8)
            let packed = Array(String(repeating: "deflated\n", count: 1000).utf8)
            let one = try await client.send(
                .put,
                path(bench.web, .sha256(plain)),
                as: bench.web,
                bytes: plain
            )
            #expect(one.status == 204)
            let two = try await client.send(
                .put,
                path(bench.web, .sha256(packed)),
                as: bench.web,
                headers: [.contentEncoding: "deflate"],
                bytes: Deflate.compress(packed)
            )
            #expect(two.status == 204)
            for content in [plain, packed] {
                let answer = try await client.send(
                    .get,
                    path(bench.web, .sha256(content)),
                    as: bench.web
                )
                #expect(answer.body == content)
                #expect(answer.headers[.contentType] == "application/octet-stream")
            }
        }
    }

    @Test("an escaped digest in the path is the same digest")
    func escapedDigest() async throws {
        try await Bench.run { bench, client in
            let digest = ContentDigest.sha256("x".utf8)
            let path = "/v1/nodes/\(bench.web.id)/contents/sha256%3A\(digest.hexDigits)"
            let answer = try await client.send(.put, path, as: bench.web, bytes: Array("x".utf8))
            #expect(answer.status == 204)
        }
    }

    @Test("only what the server lacks for the node is missing")
    func missing() async throws {
        try await Bench.run { bench, client in
            let held = ContentDigest.sha256("held".utf8)
            let lacking = ContentDigest.sha256("lacking".utf8)
            _ = try await client.send(
                .put,
                path(bench.web, held),
                as: bench.web,
                bytes: Array("held".utf8)
            )
            for (machine, expected) in [(bench.web, [lacking]), (bench.mail, [held, lacking])] {
                let answer = try await client.send(
                    .post,
                    "/v1/nodes/\(machine.id)/contents/missing",
                    as: machine,
                    ContentInquiry(digests: [held, lacking])
                )
                #expect(try answer.value(MissingContents.self).missing == expected)
            }
        }
    }

    @Test("an inquiry about too many contents is refused")
    func inquiryLimit() async throws {
        try await Bench.run { bench, client in
            let path = "/v1/nodes/\(bench.web.id)/contents/missing"
            let digest = ContentDigest.sha256([])
            for (count, status) in [
                (APILimits.digestsPerInquiry, 200), (APILimits.digestsPerInquiry + 1, 400),
            ] {
                let inquiry = ContentInquiry(digests: Array(repeating: digest, count: count))
                let answer = try await client.send(.post, path, as: bench.web, inquiry)
                #expect(answer.status == status)
            }
        }
    }

    @Test("a content of another digest is refused and not kept")
    func wrongDigest() async throws {
        try await Bench.run { bench, client in
            let digest = ContentDigest.sha256("other".utf8)
            let answer = try await client.send(
                .put,
                path(bench.web, digest),
                as: bench.web,
                bytes: Array("this".utf8)
            )
            #expect(try answer.refusal().code == .digestMismatch)
            #expect(try await bench.store.missing([digest], for: bench.web.id) == [digest])
        }
    }

    @Test(
        "a digest that cannot name a content is refused",
        arguments: [
            "sha256:00", "md5:d41d8cd98f00b204e9800998ecf8427e",
            "hmac-sha256:" + String(repeating: "0", count: 64),
        ]
    )
    func invalidDigest(digest: String) async throws {
        try await Bench.run { bench, client in
            let path = "/v1/nodes/\(bench.web.id)/contents/\(digest)"
            let answer = try await client.send(.put, path, as: bench.web, bytes: [])
            #expect(try answer.refusal().code == .invalidRequest)
        }
    }

    @Test("a content of another node is not there for this one")
    func foreignContent() async throws {
        try await Bench.run { bench, client in
            let digest = ContentDigest.sha256("secret plan".utf8)
            _ = try await client.send(
                .put,
                path(bench.web, digest),
                as: bench.web,
                bytes: Array("secret plan".utf8)
            )
            let answer = try await client.send(.get, path(bench.mail, digest), as: bench.mail)
            #expect(try answer.refusal().code == .unknownContent)
        }
    }

    @Test("a receipt is the JSON of its value", arguments: [0, 1, 3])
    func receipt(count: Int) throws {
        let ids = (0..<count).map { _ in CommitID.make(at: Sample.time) }
        let written = Array(FeedbackEndpoints.receipt(ids).readableBytesView)
        #expect(try written == Array(CanonicalJSON.encode(CommitReceipt(accepted: ids))))
    }

    @Test("a commit that is sent twice is held once")
    func idempotent() async throws {
        try await Bench.run { bench, client in
            let commit = try await bench.upload(
                "/etc/motd",
                from: nil,
                to: "hi\n",
                by: bench.web,
                through: client
            )
            let again = try await client.send(
                .post,
                "/v1/nodes/\(bench.web.id)/commits",
                as: bench.web,
                CommitUpload(commits: [commit])
            )
            #expect(try again.value(CommitReceipt.self).accepted == [commit.id])
            #expect(try await bench.store.queue(node: nil).map(\.id) == [commit.id])
        }
    }

    @Test("a known id with other changes is refused")
    func mismatch() async throws {
        try await Bench.run { bench, client in
            var commit = try await bench.upload(
                "/etc/motd",
                from: nil,
                to: "hi\n",
                by: bench.web,
                through: client
            )
            commit.message = "something else"
            let answer = try await client.send(
                .post,
                "/v1/nodes/\(bench.web.id)/commits",
                as: bench.web,
                CommitUpload(commits: [commit])
            )
            #expect(try answer.refusal().code == .commitMismatch)
        }
    }

    @Test("a commit without its contents is refused, naming them, and nothing of the upload is stored")
    func missingContents() async throws {
        try await Bench.run { bench, client in
            let package = Change(
                key: try ResourceKey("package:nginx"),
                before: .absent,
                after: .package(
                    PackageState(
                        system: .dpkg,
                        instances: [.init(evr: try PackageVersion("1.22-1"), arch: "amd64")]
                    )
                ),
                at: Sample.time
            )
            let edit = try Sample.edit("/etc/motd", from: nil, to: "hi\n")
            let commits = [
                Sample.commit([package], of: bench.web.id),
                Sample.commit([edit], of: bench.web.id, sequence: 2),
            ]
            let answer = try await client.send(
                .post,
                "/v1/nodes/\(bench.web.id)/commits",
                as: bench.web,
                CommitUpload(commits: commits)
            )
            let error = try answer.refusal()
            #expect(error.code == .missingContents)
            #expect(error.subject?.contains(ContentDigest.sha256("hi\n".utf8).text) == true)
            #expect(try await bench.store.queue(node: nil).isEmpty)
        }
    }
}
