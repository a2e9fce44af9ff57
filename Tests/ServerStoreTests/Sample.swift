import FabricAPI
import FabricModel

/// States and changes, made up for the tests.
enum Sample {
    /// The texts whose digests the states below have.
    private static let texts = ["one", "two", "three", "four", "five"]

    static func text(of digest: ContentDigest) -> String? {
        texts.first { ContentDigest.sha256($0.utf8) == digest }
    }

    /// A regular file that holds one of the texts.
    static func file(_ text: String, mode: UInt16 = 0o644) -> FileState {
        let content = FileContent(digest: .sha256(text.utf8), size: UInt64(text.utf8.count))
        return file(content, mode: mode)
    }

    static func file(_ content: FileContent, mode: UInt16 = 0o644) -> FileState {
        let root = AccountReference(name: "root", id: 0)
        return FileState(type: .regular, mode: mode, owner: root, group: root, content: content)
    }

    /// A regular file whose content is not kept.
    static func withheld(_ why: FileContent.Withholding, digit: Character = "a") throws -> FileState {
        let digits = String(repeating: digit, count: 64)
        let algorithm = if case .secret = why { "hmac-sha256" } else { "sha256" }
        return file(FileContent(digest: try ContentDigest("\(algorithm):\(digits)"), size: 9, withheld: why))
    }

    static func package(_ versions: String..., system: PackageSystem = .rpm) throws -> ResourceState {
        let instances = try versions.map {
            PackageState.Instance(evr: try PackageVersion($0), arch: "x86_64")
        }
        return .package(PackageState(system: system, instances: instances, reason: .user))
    }

    static func change(_ key: String, _ before: ResourceState, _ after: ResourceState) throws -> Change {
        Change(
            key: try ResourceKey(key),
            before: before,
            after: after,
            at: Fabric.moment(1),
            actor: Actor(tier: .inferred, name: "bob")
        )
    }

    /// A file that went from one text to another; `nil` is absent.
    static func edit(_ path: String, _ before: String?, _ after: String?) throws -> Change {
        try change(
            "file:\(path)",
            before.map { .file(file($0)) } ?? .absent,
            after.map { .file(file($0)) } ?? .absent
        )
    }

    static func entry(_ text: String) -> Entry { .file(file(text)) }
}
