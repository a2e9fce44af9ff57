import FabricAPI
import FabricModel
import NodeControl
import ScriptedServer

/// Values that tests share, made here.
enum Fixture {
    static let nodeID = make { try NodeID("0193a7b2-0000-7000-8000-00000000a001") }
    static let commitID = make { try CommitID("0193a7b2-1111-7000-8000-1234567890ab") }
    static let web1 = make { try NodeName("web1") }
    static let webServer = make { try TagName("web-server") }
    static let alice = Actor(tier: .strong, name: "alice", session: "3", evidence: "the session that ran vi")
    static let at = Timestamp(checked: "2026-11-22T20:03:27Z")

    static func make<Value>(_ body: () throws -> Value) -> Value {
        do {
            return try body()
        } catch {
            preconditionFailure("\(error)")
        }
    }

    static func key(_ text: String) -> ResourceKey { make { try ResourceKey(text) } }

    static func account(_ name: String) -> AccountReference {
        AccountReference(name: name, id: name == "root" ? 0 : 33)
    }

    static func file(
        _ text: String,
        mode: UInt16 = 0o644,
        owner: String = "root",
        withheld: FileContent.Withholding? = nil,
        attributes: [String: String] = [:]
    ) -> ResourceState {
        file(Array(text.utf8), mode: mode, owner: owner, withheld: withheld, attributes: attributes)
    }

    static func file(
        _ bytes: [UInt8],
        mode: UInt16 = 0o644,
        owner: String = "root",
        withheld: FileContent.Withholding? = nil,
        attributes: [String: String] = [:]
    ) -> ResourceState {
        .file(
            FileState(
                type: .regular,
                mode: mode,
                owner: account(owner),
                group: account(owner),
                content: FileContent(digest: .sha256(bytes), size: UInt64(bytes.count), withheld: withheld),
                attributes: attributes
            )
        )
    }

    static func link(to target: String) -> ResourceState {
        .file(
            FileState(type: .symlink, mode: 0, owner: account("root"), group: account("root"), target: target)
        )
    }

    static func package(
        _ versions: String...,
        arch: String = "amd64",
        reason: PackageState.Reason? = nil
    )
        -> ResourceState
    {
        let instances = versions.map { version in
            PackageState.Instance(evr: make { try PackageVersion(version) }, arch: arch)
        }
        return .package(PackageState(system: .dpkg, instances: instances, reason: reason))
    }

    static func change(
        _ key: String,
        _ before: ResourceState,
        _ after: ResourceState,
        actor: Actor = alice,
        isLate: Bool = false
    ) -> Change {
        Change(key: self.key(key), before: before, after: after, at: at, actor: actor, isLate: isLate)
    }

    static func diff(_ change: Change, _ contents: [String] = []) -> ResourceDiff {
        func content(_ state: ResourceState) -> DiffContent {
            DiffContent(of: state) { digest in
                contents.map { Array($0.utf8) }.first { ContentDigest.sha256($0) == digest }
            }
        }
        return ResourceDiff(change: change, before: content(change.before), after: content(change.after))
    }

    static func revision(number: Int64, items: [Revision.Item] = [], message: String = "m") -> Revision {
        Revision(tag: webServer, number: number, at: at, author: "alice", message: message, items: items)
    }

    static func json(_ value: some Encodable) -> HTTPTestServer.Answer {
        .answer(200, body: Array(make { try CanonicalJSON.encode(value) }))
    }
}
