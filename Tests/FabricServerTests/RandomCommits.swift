import FabricModel
import Testing

/// Commits with everything that a commit can have, by a seed.
struct RandomCommits {
    private var random: SplitMix

    init(seed: UInt64) {
        random = SplitMix(state: seed)
    }

    mutating func next() throws -> FeedbackCommit {
        let time = Timestamp(microseconds: Int64.random(in: 0...4_000_000_000_000_000, using: &random))
        return FeedbackCommit(
            id: .make(at: time),
            node: .make(at: time),
            sequence: Int64.random(in: .min ... .max, using: &random),
            author: actor(),
            message: text(),
            at: time,
            trigger: FeedbackCommit.Trigger.allCases.randomElement(using: &random) ?? .quiet,
            changes: try (0..<Int.random(in: 0...6, using: &random)).map { _ in try change(time) }
        )
    }

    private mutating func change(_ time: Timestamp) throws -> Change {
        let bytes = [UInt8(ascii: "/")] + (0..<12).map { _ in UInt8.random(in: 0x30...255, using: &random) }
        let isPackage = Bool.random(using: &random)
        return Change(
            key: try isPackage ? ResourceKey("package:lib+x-1.0") : ResourceKey(.file, bytes: bytes),
            before: isPackage ? try package() : file(),
            after: Bool.random(using: &random) ? .absent : file(),
            at: time,
            actor: actor(),
            isLate: Bool.random(using: &random)
        )
    }

    private mutating func actor() -> Actor {
        Actor(
            tier: Actor.Tier.allCases.randomElement(using: &random) ?? .unknown,
            name: maybe(),
            session: maybe(),
            evidence: maybe()
        )
    }

    private mutating func package() throws -> ResourceState {
        let versions = ["1.0-1", "2:1.10~rc1-3", "0", "1.0-1"].shuffled(using: &random)
        let reasons: [PackageState.Reason?] = [nil, .user, .dependency]
        return .package(
            PackageState(
                system: PackageSystem.allCases.randomElement(using: &random) ?? .rpm,
                instances: try versions.prefix(Int.random(in: 0...4, using: &random))
                    .map { .init(evr: try PackageVersion($0), arch: text()) },
                reason: reasons.randomElement(using: &random) ?? nil
            )
        )
    }

    private mutating func file() -> ResourceState {
        let type = FileState.FileType.allCases.randomElement(using: &random) ?? .regular
        let withheld: [FileContent.Withholding?] = [nil, .tooLarge, .journalFull, .secret(rule: text())]
        return .file(
            FileState(
                type: type,
                mode: UInt16.random(in: 0...0o7777, using: &random),
                owner: AccountReference(name: maybe(), id: .random(in: 0 ... .max, using: &random)),
                group: AccountReference(name: maybe(), id: .random(in: 0 ... .max, using: &random)),
                content: type == .regular
                    ? FileContent(
                        digest: .sha256(text().utf8),
                        size: .random(in: 0 ... .max, using: &random),
                        withheld: withheld.randomElement(using: &random) ?? nil
                    ) : nil,
                target: type == .symlink ? text() : nil,
                attributes: Bool.random(using: &random) ? [:] : ["user.a": text(), text(): "b", "c": ""]
            )
        )
    }

    private mutating func maybe() -> String? { Bool.random(using: &random) ? text() : nil }

    private mutating func text() -> String {
        let texts = [
            "", "root", "the only login session", "/etc/motd", "a\\x0a\\\\b", "say \"hi\"",
            "line\nline\ttab\r",
            "caf\u{E9} \u{1F600}", "\u{1}\u{7F}\u{2028}", "</script>", String(repeating: "long ", count: 40),
        ]
        return texts.randomElement(using: &random) ?? ""
    }
}

/// A small generator that gives the same numbers for the same seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
