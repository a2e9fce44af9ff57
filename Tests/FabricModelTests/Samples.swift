import Crypto
import FabricModel
import Foundation

/// Values that several suites use.
enum Samples {
    static let time = Timestamp(seconds: 1_795_377_807)
    static let root = AccountReference(name: "root", id: 0)

    static func key(_ text: String) throws -> ResourceKey {
        try ResourceKey(text)
    }

    static func file(_ text: String, mode: UInt16 = 0o644) -> FileState {
        let bytes = Array(text.utf8)
        return FileState(
            type: .regular,
            mode: mode,
            owner: root,
            group: root,
            content: FileContent(digest: .sha256(bytes), size: UInt64(bytes.count))
        )
    }

    static func symlink(_ target: String) -> FileState {
        FileState(type: .symlink, mode: 0, owner: root, group: root, target: target)
    }

    static func directory(mode: UInt16 = 0o755) -> FileState {
        FileState(type: .directory, mode: mode, owner: root, group: root)
    }

    static func secret(_ text: String, key: SymmetricKey) -> FileState {
        var state = file(text, mode: 0o600)
        state.content?.digest = .keyed(Array(text.utf8), key: key)
        state.content?.withheld = .secret(rule: "shadow")
        return state
    }

    static func package(
        _ versions: String...,
        system: PackageSystem = .rpm,
        reason: PackageState.Reason? = nil
    ) throws -> PackageState {
        PackageState(
            system: system,
            instances: try versions.map {
                PackageState.Instance(evr: try PackageVersion($0), arch: "x86_64")
            },
            reason: reason
        )
    }

    static func change(
        _ key: String,
        _ before: ResourceState,
        _ after: ResourceState,
        at seconds: Int64 = 0,
        actor: Actor = .unknown,
        isLate: Bool = false
    ) throws -> Change {
        Change(
            key: try ResourceKey(key),
            before: before,
            after: after,
            at: time.adding(seconds: Double(seconds)),
            actor: actor,
            isLate: isLate
        )
    }

    /// The canonical JSON of a value as text.
    static func text(_ value: some Encodable) throws -> String {
        String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
    }

    /// Reads a value from text.
    static func read<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try CanonicalJSON.decode(type, from: Data(text.utf8))
    }
}
