import FabricAPI
import FabricModel
import Foundation
import Testing

@Suite("What both ends of the wire agree on")
struct ContractTests {
    @Test("an error has code, message and subject in an envelope")
    func errors() throws {
        let error = APIError(.unknownTag, "there is no such tag", subject: "web-server")
        let text =
            #"{"error":{"code":"unknown-tag","message":"there is no such tag","subject":"web-server"}}"#
        #expect(
            String(decoding: try CanonicalJSON.encode(ErrorEnvelope(error: error)), as: UTF8.self) == text
        )
        #expect(try CanonicalJSON.decode(ErrorEnvelope.self, from: Data(text.utf8)).error == error)
        #expect(error.description == "web-server: there is no such tag")
        #expect(APIError(.conflict, "no").description == "no")
    }

    @Test("codes are unique, in lower case with hyphens, and come back", arguments: APIError.Code.allCases)
    func codes(code: APIError.Code) throws {
        let text = code.rawValue
        #expect(text.allSatisfy { $0.isASCII && ($0.isLowercase || $0 == "-") })
        #expect(!text.hasPrefix("-") && !text.hasSuffix("-"))
        #expect(APIError.Code.allCases.filter { $0.rawValue == text }.count == 1)
        let error = APIError(code, "m")
        #expect(try CanonicalJSON.decode(APIError.self, from: CanonicalJSON.encode(error)) == error)
    }

    @Test(
        "a code that is not known is refused, not guessed",
        arguments: ["", "unknown", "Conflict", "unknownTag"]
    )
    func unknownCodes(code: String) {
        let text = #"{"code":"\#(code)","message":"m"}"#
        #expect(throws: (any Error).self) { try CanonicalJSON.decode(APIError.self, from: Data(text.utf8)) }
    }

    @Test("the words for states, outcomes and roles are those of the contract")
    func words() {
        #expect(
            NodeState.allCases.map(\.rawValue) == [
                "clean", "behind", "pending", "drifted", "conflicted", "failed",
            ]
        )
        #expect(Decision.Outcome.allCases.map(\.rawValue) == ["approved", "tolerated", "roll-back"])
        #expect(Rejection.Remedy.allCases.map(\.rawValue) == ["tolerate", "roll-back"])
        #expect(Role.allCases.map(\.rawValue) == ["enrol", "reader", "reviewer", "admin"])
        #expect(FeedbackCommit.Trigger.allCases.map(\.rawValue) == ["manual", "logout", "quiet", "deadline"])
        #expect(Actor.Tier.allCases.map(\.rawValue) == ["exact", "strong", "inferred", "unknown"])
    }

    @Test("an inquiry of the most digests, and the longest message, fit into a body")
    func limits() throws {
        let digests = (0..<APILimits.digestsPerInquiry).map { ContentDigest.sha256(Array("\($0)".utf8)) }
        let inquiry = try CanonicalJSON.encode(ContentInquiry(digests: digests))
        #expect(inquiry.count < APILimits.jsonBody)
        #expect(APILimits.message * APILimits.commitsPerUpload < APILimits.jsonBody)
        #expect(APILimits.longestWait > 0)
    }

    @Test("the largest commit of ordinary changes fits into a body")
    func largestCommit() throws {
        let account = AccountReference(name: "root", id: 0)
        func state(_ number: Int) -> ResourceState {
            let digest = ContentDigest.sha256(Array("\(number)".utf8))
            let content = FileContent(digest: digest, size: UInt64(number))
            return .file(
                FileState(type: .regular, mode: 0o644, owner: account, group: account, content: content)
            )
        }
        let at = Timestamp(seconds: 1_795_377_807)
        let actor = Actor(
            tier: .strong,
            name: "alice",
            session: "c2",
            evidence: "the only session at that time"
        )
        let changes = try (0..<APILimits.changesPerCommit)
            .map { number in
                let path = "/etc/some/where/deep/below/a/service/conf.d/\(number).conf"
                let key = try ResourceKey(.file, bytes: path.utf8)
                return Change(key: key, before: state(number), after: state(number + 1), at: at, actor: actor)
            }
        let commit = FeedbackCommit(
            id: .make(at: at),
            node: .make(at: at),
            sequence: 1,
            author: actor,
            message: CommitMessage.describe(changes),
            at: at,
            trigger: .deadline,
            changes: changes
        )
        #expect(try CanonicalJSON.encode(CommitUpload(commits: [commit])).count < APILimits.jsonBody)
        #expect(commit.message.utf8.count <= APILimits.message)
    }

    @Test("the message that the daemon writes never exceeds the limit of a message")
    func writtenMessages() throws {
        let longest = [UInt8(ascii: "/")] + [UInt8](repeating: 0xFF, count: 4095)
        let key = try ResourceKey(.file, bytes: longest)
        #expect(key.name.utf8.count + "edit ".utf8.count > APILimits.message - 100)
        let account = AccountReference(name: "root", id: 0)
        let state = FileState(type: .directory, mode: 0o755, owner: account, group: account)
        let change = Change(key: key, before: .absent, after: .file(state), at: Timestamp(seconds: 0))
        #expect(CommitMessage.describe([change, change]).utf8.count < 1000)
    }
}
