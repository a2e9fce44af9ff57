import FabricModel

/// Values as nodes and people send them.
enum Samples {
    static let time = Timestamp(seconds: 1_790_000_000)
    static let node = NodeID.make(at: time)
    static let digest = ContentDigest.sha256("text".utf8)
    static var tag: TagName { get throws { try TagName("web") } }
    static var revision: RevisionDigest {
        get throws { try RevisionDigest(String(repeating: "a", count: 64)) }
    }
    static let key = ResourceKey(.file, checked: "/etc/new\\nline")

    private static let file = FileState(
        type: .regular,
        mode: 0o644,
        owner: AccountReference(name: "root", id: 0),
        group: AccountReference(name: nil, id: 77),
        content: FileContent(digest: digest, size: 4)
    )

    static let entry = Entry.file(file)

    static let commit = FeedbackCommit(
        id: .make(at: time),
        node: node,
        sequence: 1,
        author: Actor(tier: .inferred, name: "ann", session: "c1"),
        message: "m",
        at: time,
        trigger: .manual,
        changes: [
            Change(
                key: key,
                before: .absent,
                after: .file(file),
                at: time,
                actor: Actor(tier: .inferred, name: "ann", session: "c1")
            ),
            Change(
                key: ResourceKey(.package, checked: "nginx"),
                before: .absent,
                after: .package(
                    PackageState(
                        system: .rpm,
                        instances: [.init(evr: PackageVersion(version: "1.0", release: "1"), arch: "x86_64")],
                        reason: .user
                    )
                ),
                at: time,
                actor: .unknown
            ),
        ]
    )

    /// A header with a name and a list of two directories.
    ///
    /// *Source*: the count of entries and of bytes; of each entry its tag, form, offset and count; the bytes.
    static let rpmHeader: [UInt8] = {
        let data = Array("nginx\0/etc/\0/usr/\0".utf8)
        let numbers: [UInt32] = [2, UInt32(data.count), 1000, 6, 0, 1, 1118, 8, 6, 2]
        return numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
        }
            + data
    }()
}
