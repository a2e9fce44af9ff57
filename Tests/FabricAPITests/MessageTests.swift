import FabricAPI
import FabricModel
import Foundation
import Testing

/// The wire contract: each text is what one end writes and the other reads, to the byte.
@Suite("Messages on the wire")
struct MessageTests {
    static let id = "0199a1b2-c3d4-7e5f-8a6b-1c2d3e4f5a6b"
    static let other = "0199a1b2-c3d4-7e5f-8a6b-1c2d3e4f5a6c"
    static let at = "2026-11-22T20:03:27.123456Z"
    static let digest = "sha256:" + String(repeating: "0a", count: 32)
    static let actor = #"{"name":"alice","tier":"strong"}"#
    static let change =
        #"{"actor":\#(actor),"after":{"absent":true},"at":"\#(at)","#
        + #""before":{"package":{"instances":[{"arch":"x86_64","evr":"1:2-3"}],"system":"rpm"}},"#
        + #""isLate":false,"key":"package:nginx"}"#
    static let decision =
        #"{"at":"\#(at)","by":"bob","commit":"\#(id)","key":"package:nginx","outcome":"approved","#
        + #""reason":"why","revision":"web@3","sequence":7}"#
    static let item = #"{"after":{"absent":true},"before":{"package":">=1:2-3"},"key":"package:nginx"}"#
    static let revision =
        #"{"at":"\#(at)","author":"bob","commit":"\#(id)","items":[\#(item)],"message":"m","number":3,"#
        + #""reverts":2,"tag":"web"}"#
    static let commit =
        #"{"at":"\#(at)","author":\#(actor),"changes":[\#(change)],"id":"\#(id)","message":"m","#
        + #""node":"\#(other)","sequence":1,"trigger":"logout"}"#
    static let effective = #"{"entry":{"absent":true},"key":"file:/etc/a","revision":3,"tag":"web"}"#

    private func check<Message: Codable>(_ type: Message.Type, _ text: String) throws {
        let message = try CanonicalJSON.decode(type, from: Data(text.utf8))
        #expect(String(decoding: try CanonicalJSON.encode(message), as: UTF8.self) == text)
    }

    @Test("what a node sends and gets")
    func nodes() throws {
        try check(
            RegisterNode.self,
            #"{"id":"\#(Self.id)","machineID":"m","name":"web1","operatingSystem":"Debian"}"#
        )
        try check(RegisterNode.self, #"{"id":"\#(Self.id)","name":"web1"}"#)
        try check(NodeCredentials.self, #"{"certificate":"c","node":"\#(Self.id)"}"#)
        try check(Enrolment.self, #"{"node":{"id":"\#(Self.id)","name":"web1"},"request":"r"}"#)
        try check(Renewal.self, #"{"request":"r"}"#)
        try check(Authority.self, #"{"certificate":"c"}"#)
        try check(ContentInquiry.self, #"{"digests":["\#(Self.digest)"]}"#)
        try check(MissingContents.self, #"{"missing":[]}"#)
        try check(CommitUpload.self, #"{"commits":[\#(Self.commit)]}"#)
        try check(CommitReceipt.self, #"{"accepted":["\#(Self.id)"]}"#)
        try check(
            NodeConfiguration.self,
            #"{"configuration":{"items":[\#(Self.effective)]},"etag":"e","lastDecision":7,"tags":["web","base"]}"#
        )
        let sum = String(repeating: "0a", count: 16)
        let changes =
            #"{"digest":"\#(sum)","etag":"f","items":[\#(Self.effective)],"lastDecision":7,"#
            + #""removed":["package:nginx"],"since":"e","tags":["web"]}"#
        try check(ConfigurationChanges.self, changes)
        try check(ConfigurationAnswer.self, changes)
        try check(
            ConfigurationAnswer.self,
            #"{"configuration":{"items":[]},"etag":"e","lastDecision":7,"tags":[]}"#
        )
        try check(DecisionList.self, #"{"decisions":[\#(Self.decision)]}"#)
        try check(
            Decision.self,
            #"{"at":"\#(Self.at)","by":"b","commit":"\#(Self.id)","key":"file:/a","outcome":"tolerated","sequence":1}"#
        )
    }

    @Test("what a reviewer sends and gets")
    func reviews() throws {
        let reviewed = #"{"change":\#(Self.change),"decision":\#(Self.decision),"number":1}"#
        let candidate =
            #"{"address":"192.0.2.7","askedAt":"\#(Self.at)","fingerprint":"f","id":"\#(Self.id)","#
            + #""isKnown":false,"machineID":"m","name":"web1","operatingSystem":"Debian"}"#
        try check(CandidateList.self, #"{"candidates":[\#(candidate)]}"#)
        try check(Acceptance.self, #"{"fingerprint":"f"}"#)
        try check(
            CommitDetail.self,
            #"{"at":"\#(Self.at)","author":\#(Self.actor),"changes":[\#(reviewed)],"id":"\#(Self.id)","#
                + #""message":"m","node":"\#(Self.other)","nodeName":"web1","receivedAt":"\#(Self.at)","#
                + #""sequence":1,"trigger":"quiet"}"#
        )
        try check(
            ReviewedChange.self,
            #"{"change":\#(Self.change),"conflict":{"at":"\#(Self.at)","by":"bob","#
                + #""entry":{"package":"=1:2-4"},"revision":"web@3"},"number":1}"#
        )
        try check(
            Queue.self,
            #"{"commits":[{"at":"\#(Self.at)","author":\#(Self.actor),"changes":4,"conflicts":1,"#
                + #""id":"\#(Self.id)","message":"m","nodeName":"web1","undecided":2}]}"#
        )
        // A server that knows of no conflicts does not count them.
        let row =
            #"{"at":"\#(Self.at)","author":\#(Self.actor),"changes":4,"id":"\#(Self.id)","message":"m","#
            + #""nodeName":"web1","undecided":2}"#
        #expect(try CanonicalJSON.decode(QueuedCommit.self, from: Data(row.utf8)).conflicts == 0)
        try check(Approval.self, #"{"changes":[1,3],"dryRun":true,"into":"web","message":"m"}"#)
        try check(Approval.self, #"{"dryRun":false}"#)
        #expect(try !CanonicalJSON.decode(Approval.self, from: Data("{}".utf8)).dryRun)
        try check(Approval.self, #"{"dryRun":false,"flags":{"reload":[],"restart":["a.service"]}}"#)
        let override = #"{"key":"file:/a","node":"web1"}"#
        let effect = #"{"after":{"absent":true},"key":"file:/a","nodes":["web1"]}"#
        try check(
            ApprovalResult.self,
            #"{"author":"web2","dropped":[\#(override)],"effects":[\#(effect)],"items":[\#(Self.item)],"nodes":["web1"],"#
                + #""revision":\#(Self.revision),"shadowed":[{"by":"node:web2","key":"file:/a","node":"web2"}],"unchanged":[2]}"#
        )
        try check(
            ApprovalResult.self,
            #"{"dropped":[],"effects":[],"items":[],"nodes":[],"shadowed":[],"unchanged":[]}"#
        )
        let pause = #"{"by":"bob","reason":"r","since":"\#(Self.at)","tag":"web"}"#
        try check(
            EditPlan.self,
            #"{"effects":[\#(effect)],"items":[\#(Self.item)],"nodes":["web1"],"shadowed":[]}"#
        )
        try check(PauseList.self, #"{"pauses":[{"by":"bob","since":"\#(Self.at)"},\#(pause)]}"#)
        let stop =
            #"{"key":"package:nginx","message":"m","node":"web1","revision":3,"since":"\#(Self.at)","tag":"web"}"#
        try check(PauseList.self, #"{"pauses":[],"stops":[\#(stop)]}"#)
        try check(
            RolloutStop.self,
            #"{"message":"m","node":"web1","revision":3,"since":"\#(Self.at)","tag":"web"}"#
        )
        try check(
            TagSummary.self,
            #"{"atOnce":10,"entries":1,"name":"web","nodes":["web1"],"revision":3,"stop":\#(stop)}"#
        )
        try check(TagLimit.self, #"{"atOnce":2}"#)
        try check(SlotRequest.self, #"{"configuration":"e","known":["waiting"],"tags":["web"]}"#)
        try check(SlotRequest.self, #"{"configuration":"e","tags":["web"]}"#)
        let obstacles =
            #"[{"waiting":{"holders":["web1"],"seconds":9,"tag":"web"}},{"stopped":{"by":\#(stop)}}]"#
        try check(SlotAnswer.self, #"{"granted":{"seconds":300,"tags":["web"],"withheld":\#(obstacles)}}"#)
        try check(SlotAnswer.self, #"{"withheld":{"by":\#(obstacles)}}"#)
        try check(SlotAnswer.self, #"{"outdated":{}}"#)
        try check(
            SlotReport.self,
            #"{"failed":[{"key":"package:nginx","message":"m","revision":"web@3"}]}"#
        )
        try check(PauseRequest.self, #"{"reason":"r","tag":"web"}"#)
        try check(PauseRequest.self, "{}")
        try check(Rejection.self, #"{"reason":"r"}"#)
        try check(Rejection.self, #"{"changes":[2],"reason":"r"}"#)
        try check(Rejection.self, #"{"reason":"r","remedy":"roll-back"}"#)
        try check(RejectionResult.self, #"{"rejected":[1,2]}"#)
    }

    @Test("tags and their history")
    func tags() throws {
        let tag = #"{"entries":1,"name":"web","nodes":["web1"],"revision":3}"#
        try check(TagList.self, #"{"tags":[\#(tag)]}"#)
        try check(TagDetail.self, #"{"entries":[\#(Self.effective)],"tag":\#(tag)}"#)
        try check(CreateTag.self, #"{"name":"web"}"#)
        try check(
            EditTag.self,
            #"{"items":[{"entry":{"package":"any"},"key":"package:a"},{"key":"file:/a"}],"message":"m"}"#
        )
        let flags = #"{"reload":["b.service"],"restart":["a.service","c.service"]}"#
        try check(
            EditTag.self,
            #"{"items":[{"flags":\#(flags),"keepsEntry":true,"key":"file:/a"}],"message":"m"}"#
        )
        try check(
            TagDetail.self,
            #"{"entries":[{"entry":{"absent":true},"flags":\#(flags),"key":"file:/etc/a","revision":3,"#
                + #""tag":"web"}],"tag":\#(tag)}"#
        )
        try check(RevisionList.self, #"{"revisions":[\#(Self.revision)]}"#)
        try check(
            RevisionList.self,
            #"{"revisions":[{"at":"\#(Self.at)","author":"bob","follows":"web@2","items":[{"flagsAfter":\#(flags),"#
                + #""flagsBefore":\#(flags),"key":"file:/a"}],"message":"m","number":3,"tag":"node:web1"}]}"#
        )
        try check(Reversal.self, #"{"dryRun":false,"remove":true}"#)
        try check(
            ReversalResult.self,
            #"{"dropped":[],"items":[\#(Self.item)],"nodes":["web1"],"restored":[{"key":"file:/a","node":"web1"}],"#
                + #""revision":\#(Self.revision)}"#
        )
        try check(ReversalResult.self, #"{"dropped":[],"items":[],"nodes":[],"restored":[]}"#)
    }

    @Test("nodes, their layers and who asks")
    func fleet() throws {
        try check(
            NodeList.self,
            #"{"nodes":[{"id":"\#(Self.id)","lastContact":"\#(Self.at)","machineID":"m","name":"web1","#
                + #""operatingSystem":"Debian","registeredAt":"\#(Self.at)","state":"pending","tags":["web"],"#
                + #""undecided":2}]}"#
        )
        let report =
            #"{"applies":true,"configuration":"e","conflicted":1,"drifted":0,"failed":2,"failures":"#
            + #"[{"key":"file:/a","message":"m"}],"held":3,"toDo":4,"waiting":1}"#
        try check(ConvergenceReport.self, report)
        try check(NodeConvergence.self, #"{"at":"\#(Self.at)","isCurrent":true,"report":\#(report)}"#)
        try check(IncludeTags.self, #"{"tags":["web","base"]}"#)
        let layer = #"{"entry":{"absent":true},"revision":\#(Self.revision),"tag":"node:web1","wins":true}"#
        try check(
            Explanation.self,
            #"{"key":"file:/a","layers":[\#(layer),{"tag":"web","wins":false}],"node":"web1"}"#
        )
        let flagged =
            #"{"entry":{"absent":true},"flags":{"reload":[],"restart":["a.service"]},"tag":"web","wins":true}"#
        try check(Explanation.self, #"{"key":"file:/a","layers":[\#(flagged)],"node":"web1"}"#)
        try check(Principal.self, #"{"name":"alice","role":"reviewer"}"#)
        try check(Principal.self, #"{"name":"web1","node":"\#(Self.id)"}"#)
    }

    @Test(
        "what a message must not hold is refused",
        arguments: [
            #"{"name":"Web1","id":"0199a1b2-c3d4-7e5f-8a6b-1c2d3e4f5a6b"}"#, #"{"name":"web1"}"#, "{}", "[]",
            "null",
            #"{"name":"web1","id":"1"}"#, #"{"name":null,"id":"0199a1b2-c3d4-7e5f-8a6b-1c2d3e4f5a6b"}"#,
        ]
    )
    func refused(text: String) {
        #expect(throws: (any Error).self) {
            try CanonicalJSON.decode(RegisterNode.self, from: Data(text.utf8))
        }
    }

    @Test(
        "an approval into a name that no tag has is refused",
        arguments: ["", "Web", "node", "node:", "a b", "../x"]
    )
    func refusedTags(name: String) {
        let text = #"{"into":"\#(name)"}"#
        let error = #expect(throws: ModelError.self) {
            try CanonicalJSON.decode(Approval.self, from: Data(text.utf8))
        }
        #expect(error?.code == .invalidName)
    }
}
