import FabricAPI
import FabricModel
import FabricServer
import FoundationEssentials
import ServerStore

extension FuzzTarget {
    /// What goes between nodes, the server and people's programs.
    static var messages: [FuzzTarget] { get throws { try [commits] + toServer + toNode } }

    /// What nodes upload; where it is canonical a scanner of the server's own reads it, which is to find the same.
    private static var commits: FuzzTarget {
        get throws {
            let upload = CommitUpload(commits: [Samples.commit])
            return FuzzTarget("commits", seeds: [Array(try CanonicalJSON.encode(upload))]) { input in
                let read = try CommitUpload.commits(in: input)
                let decoded = try CanonicalJSON.decode(CommitUpload.self, from: Data(input)).commits
                guard read.map(\.commit) == decoded else { return "the scanner reads other commits" }
                for commit in read {
                    guard let text = commit.changesText else { continue }
                    let changes = try? CanonicalJSON.decode([Change].self, from: Data(text.utf8))
                    guard changes == commit.commit.changes else { return "the text of changes is another's" }
                }
                return nil
            }
        }
    }

    /// Bodies that the server decodes.
    private static var toServer: [FuzzTarget] {
        get throws {
            let (tag, node) = (try Samples.tag, Samples.node)
            let report = ConvergenceReport(configuration: "e", applies: true, toDo: 1)
            let head = TagHead(tag: tag, revision: 1, digest: try Samples.revision)
            return try [
                message(RegisterNode(id: node, name: NodeName("web1"), machineID: "m")),
                message(ContentInquiry(digests: [Samples.digest])),
                message(report),
                message(Handshake(life: "l", tags: [head])),
                message(IncludeTags(tags: [tag])),
                message(PauseRequest(tag: tag, reason: "r")),
                message(Approval(into: tag, changes: [1], message: "m", dryRun: true)),
                message(Rejection(reason: "r", changes: [1], remedy: .tolerate)),
                message(SlotRequest(tags: [tag], configuration: "e", known: [.waiting])),
                message(CreateTag(name: tag)),
                message(EditTag(items: [.init(key: Samples.key, entry: Samples.entry)], message: "m")),
            ]
        }
    }

    /// Answers that a node or a person's program decodes.
    private static var toNode: [FuzzTarget] {
        get throws {
            let tag = try Samples.tag
            let item = EffectiveConfiguration.Item(
                key: Samples.key,
                entry: Samples.entry,
                tag: tag,
                revision: 3
            )
            let configuration = NodeConfiguration(
                etag: "e",
                configuration: EffectiveConfiguration(items: [item]),
                tags: [tag],
                lastDecision: 7
            )
            let decision = Decision(
                sequence: 1,
                commit: Samples.commit.id,
                key: Samples.key,
                outcome: .approved,
                revision: nil,
                by: "ann",
                reason: nil,
                at: Samples.time
            )
            let greeting = HandshakeAnswer(
                store: "s",
                life: "l",
                restoredAt: Samples.time,
                lastSequence: 7,
                gaps: [.init(from: 2, through: 3)],
                lastDecision: 1,
                unknown: [tag]
            )
            return try [
                message(ConfigurationAnswer.whole(configuration)),
                message(greeting),
                message(DecisionList(decisions: [decision])),
                message(MissingContents(missing: [Samples.digest])),
                message(CommitReceipt(accepted: [Samples.commit.id])),
                message(SlotAnswer.granted(tags: [tag], seconds: 300)),
                message(RedactionList(digests: [Samples.digest])),
                message(ErrorEnvelope(error: APIError(.unknownTag, "m", subject: "web"))),
            ]
        }
    }

    /// A kind of message: what it decodes to encodes to the same, again and again.
    private static func message<Message: Codable & Sendable>(_ seed: Message) throws -> FuzzTarget {
        let name = "message-\(String(describing: Message.self))"
        return FuzzTarget(name, seeds: [Array(try CanonicalJSON.encode(seed))]) { input in
            let message = try CanonicalJSON.decode(Message.self, from: Data(input))
            let text = try CanonicalJSON.encode(message)
            let again = try? CanonicalJSON.encode(CanonicalJSON.decode(Message.self, from: text))
            return text == again ? nil : "what it is decoded to encodes to something else"
        }
    }
}
