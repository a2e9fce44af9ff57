import Crypto
import FabricModel
import Foundation
import Testing

@Suite("Values as JSON")
struct CodingTests {
    @Test("states have one member, and come back")
    func states() throws {
        let key = SymmetricKey(size: .bits256)
        var attributed = Samples.file("a", mode: 0o4755)
        attributed.attributes = ["user.b": "x\\n", "security.capability": "\\x01\\x00"]
        attributed.group = AccountReference(name: nil, id: 4711)
        var large = Samples.file("b")
        large.content?.withheld = .tooLarge
        var full = Samples.file("c")
        full.content?.withheld = .journalFull
        let states: [ResourceState] = [
            .absent, .file(attributed), .file(large), .file(full), .file(Samples.secret("s", key: key)),
            .file(Samples.symlink("/etc/caf\\xc3\\xa9")), .file(Samples.directory()),
            .package(try Samples.package("5.14-1", "5.14-2", reason: .dependency)),
        ]
        for state in states {
            #expect(try Samples.read(ResourceState.self, Samples.text(state)) == state)
        }
        #expect(try Samples.text(ResourceState.absent) == #"{"absent":true}"#)
    }

    @Test("a file is written as the contract says")
    func fileShape() throws {
        let digest = ContentDigest.sha256(Array("a".utf8)).text
        let account = #"{"id":0,"name":"root"}"#
        #expect(
            try Samples.text(ResourceState.file(Samples.file("a", mode: 0o7)))
                == #"{"file":{"content":{"digest":"\#(digest)","size":1},"group":\#(account),"mode":"0007","#
                + #""owner":\#(account),"type":"regular"}}"#
        )
        #expect(
            try Samples.text(Entry.package(.atLeast(try PackageVersion("1:2-3"))))
                == #"{"package":">=1:2-3"}"#
        )
    }

    @Test(
        "what says nothing, two things or something else is neither a state nor an entry",
        arguments: [
            "{}", "[]", "null", "true", #""absent""#, #"{"absent":false}"#, #"{"absent":null}"#,
            #"{"absent":"yes"}"#,
            #"{"service":{}}"#, #"{"absent":true,"service":{}}"#, #"{"absent":true,"package":"any"}"#,
            #"{"file":null}"#, #"{"file":{}}"#, #"{"package":null}"#, #"{"package":{}}"#, #"{"Absent":true}"#,
        ]
    )
    func refusedUnions(text: String) {
        #expect(throws: (any Error).self) { try Samples.read(ResourceState.self, text) }
        #expect(throws: (any Error).self) { try Samples.read(Entry.self, text) }
    }

    @Test(
        "a file's state whose parts do not agree is refused",
        arguments: [
            ("mode", #""888""#), ("mode", #""17777""#), ("mode", #""""#), ("mode", "420"),
            ("mode", #""-644""#), ("mode", #""+644""#), ("mode", #""00644""#), ("mode", #""644""#),
            ("type", #""door""#), ("type", #""directory""#),
            ("type", #""symlink""#), ("target", #""/x""#), ("content", "null"), ("owner", "null"),
            ("owner", #"{"name":"root"}"#), ("owner", #"{"id":-1}"#), ("owner", #"{"id":4294967296}"#),
            ("attributes", #"{"user.a":7}"#),
        ]
    )
    func refusedFiles(member: String, value: String) throws {
        let text = try Samples.text(Samples.file("a"))
        var members = try JSONDecoder().decode([String: RawJSON].self, from: Data(text.utf8))
        members[member] = RawJSON(text: value)
        let changed = "{" + members.map { "\"\($0)\":\($1.text)" }.joined(separator: ",") + "}"
        #expect(throws: (any Error).self) { try Samples.read(FileState.self, changed) }
        #expect(try Samples.read(FileState.self, text) == Samples.file("a"))
    }

    @Test("a target or an attribute that a terminal would take for commands does not pass the check")
    func rawBytes() throws {
        for state in [Samples.symlink("/etc/\\x1b]0;title"), Samples.file("a"), Samples.directory()] {
            #expect(throws: Never.self) { try state.check() }
        }
        let target = #expect(throws: ModelError.self) {
            try Samples.symlink("/etc/\u{1B}]0;title\u{7}").check()
        }
        #expect(target?.code == .invalidEscape)
        for (name, value) in [("user.a", "\u{1B}[2J"), ("user.\u{1B}", "")] {
            var state = Samples.file("a")
            state.attributes = [name: value]
            let error = #expect(throws: ModelError.self) { try state.check() }
            #expect(error?.code == .invalidEscape)
        }
    }

    @Test("a keyed digest is a secret's, and a secret's digest is keyed")
    func digests() throws {
        let keyed = ContentDigest.keyed([1], key: SymmetricKey(size: .bits256))
        let plain = ContentDigest.sha256([1])
        let contents: [(ContentDigest, FileContent.Withholding?, Bool)] = [
            (plain, nil, true), (plain, .tooLarge, true), (plain, .journalFull, true),
            (keyed, .secret(rule: "r"), true),
            (keyed, nil, false), (keyed, .tooLarge, false), (plain, .secret(rule: "r"), false),
        ]
        for (digest, withheld, isAllowed) in contents {
            var state = Samples.file("a")
            state.content = FileContent(digest: digest, size: 1, withheld: withheld)
            #expect(((try? state.check()) != nil) == isAllowed)
        }
    }

    @Test(
        "a reason to withhold is one of three, and a secret's names its rule",
        arguments: [#"{"reason":"secret"}"#, #"{"reason":"lazy"}"#, "{}", #""too-large""#]
    )
    func refusedReasons(text: String) {
        #expect(throws: (any Error).self) { try Samples.read(FileContent.Withholding.self, text) }
    }

    @Test("a package's instances are sorted when they are read")
    func instances() throws {
        let text = #"{"instances":[{"arch":"x","evr":"2-1"},{"arch":"x","evr":"1-9"}],"system":"rpm"}"#
        let state = try Samples.read(PackageState.self, text)
        #expect(state.newest == PackageVersion(version: "2", release: "1"))
        #expect(state.instances.map(\.evr.version) == ["1", "2"])
        for text in [
            #"{"system":"rpm"}"#, #"{"instances":[],"system":"apk"}"#, #"{"instances":[{}],"system":"rpm"}"#,
        ] {
            #expect(throws: (any Error).self) { try Samples.read(PackageState.self, text) }
        }
    }

    @Test("commits, revisions and observations' fingerprints come back")
    func records() throws {
        let actor = Actor(tier: .strong, name: "alice", session: "c2", evidence: "dnf history 12")
        let change = try Samples.change(
            "file:/a",
            .absent,
            .file(Samples.file("1")),
            actor: actor,
            isLate: true
        )
        let commit = FeedbackCommit(
            id: .make(at: Samples.time),
            node: .make(at: Samples.time),
            sequence: 7,
            author: actor,
            message: "why\n\"quoted\" é \u{1F600}",
            at: Samples.time,
            trigger: .logout,
            changes: [change]
        )
        #expect(try Samples.read(FeedbackCommit.self, Samples.text(commit)) == commit)
        let revision = Revision(
            tag: try TagName("web"),
            number: 3,
            at: Samples.time,
            author: "bob",
            message: "m",
            items: [Revision.Item(key: change.key, before: nil, after: .absent)],
            commit: commit.id,
            reverts: 2
        )
        #expect(try Samples.read(Revision.self, Samples.text(revision)) == revision)
        #expect(revision.reference.description == "web@3")
        let fingerprint = FileFingerprint(
            device: .max,
            inode: .max,
            mode: 0o100644,
            uid: .max,
            gid: 0,
            size: .max,
            modified: .min,
            changed: .max
        )
        #expect(try Samples.read(FileFingerprint.self, Samples.text(fingerprint)) == fingerprint)
        let warning = HealthWarning(code: "watch-limit", message: "m", subject: nil)
        #expect(try Samples.read(HealthWarning.self, Samples.text(warning)) == warning)
    }

    @Test("a refusal inside a record names what was refused")
    func nestedRefusal() throws {
        let change = try Samples.change("file:/a", .absent, .file(Samples.file("1")))
        for (old, new, code) in [
            ("file:/a", "file:a", ModelError.Code.invalidResourceKey), ("2026-", "2026/", .invalidTimestamp),
            ("sha256:", "sha512:", .invalidDigest),
        ] {
            let text = try Samples.text(change).replacing(old, with: new)
            let error = #expect(throws: ModelError.self) { try Samples.read(Change.self, text) }
            #expect(error?.code == code)
        }
    }

    @Test("error codes are unique and spelled as the API spells them")
    func codes() {
        let codes = ModelError.Code.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count)
        #expect(codes.joined().allSatisfy { $0.isLowercase || $0 == "-" })
        let error = ModelError(.invalidName, "a\u{1B}b", "no")
        #expect(error.description == "a\\x1bb: no")
    }
}

@Suite("Canonical JSON")
struct CanonicalJSONTests {
    @Test("members are sorted, slashes are plain and nothing is between")
    func shape() throws {
        let value = ["b": ["/x", "é\n"], "a": [], "A": ["\"\\"], "a1": ["\u{0}\u{1F}"], "a-": []]
        #expect(
            try Samples.text(value)
                == #"{"A":["\"\\"],"a":[],"a-":[],"a1":["\u0000\u001f"],"b":["/x","é\n"]}"#
        )
    }

    @Test("the order in which a value was built makes no difference")
    func stability() throws {
        var random = RandomValues(seed: 12)
        let names = (0..<200).map { _ in "user." + random.text(of: "abcXYZ0129._-~", 1...6) }
        var texts: Set<String> = []
        for _ in 0..<20 {
            var state = Samples.file("a")
            for name in names.shuffled(using: &random) { state.attributes[name] = String(name.reversed()) }
            texts.insert(try Samples.text(state))
        }
        #expect(texts.count == 1)
        let text = try #require(texts.first)
        #expect(try Samples.text(Samples.read(FileState.self, text)) == text)
    }

    @Test("what was written, read and written again is the same")
    func fixedPoint() throws {
        let texts = ["\u{7F}", "\u{2028}", "é", "e\u{301}", "\u{1F600}", "\t\r\u{8}\u{C}", "</script>", ""]
        for text in texts {
            let written = try Samples.text([text])
            #expect(try Samples.read([String].self, written).map { Array($0.utf8) } == [Array(text.utf8)])
            #expect(try Samples.text(Samples.read([String].self, written)) == written)
        }
    }
}

/// Any JSON as its text.
private struct RawJSON: Decodable {
    var text: String

    init(text: String) {
        self.text = text
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let value = try? container.decode(String.self) {
            text = try Samples.text(value)
        } else if let value = try? container.decode(Int64.self) {
            text = String(value)
        } else {
            let members = try container.decode([String: RawJSON].self)
            text = "{" + members.map { "\"\($0)\":\($1.text)" }.joined(separator: ",") + "}"
        }
    }
}
