import FabricModel
import Journal
import SystemPackage
import Testing

@Suite("Recording")
struct RecordingTests {
    let scratch: ScratchFolder
    let journal: Journal

    init() throws {
        scratch = try ScratchFolder()
        journal = try Journal(folder: scratch.path)
    }

    @Test("a file that is new becomes a change from absent, the baseline, and a kept content")
    func added() throws {
        let actor = Actor(tier: .inferred, name: "alice", session: "3", evidence: "the only session")
        let observation = try observe("/etc/ssh/sshd_config", bytes("Port 22\n"), fingerprint: 7)
        let changes = try journal.record(
            [observation],
            at: noon,
            actor: actor,
            sessions: ["3", "c1"],
            isLate: true
        )

        let change = Change(
            key: observation.key,
            before: .absent,
            after: observation.state,
            at: noon,
            actor: actor,
            isLate: true
        )
        #expect(changes == [RecordedChange(sequence: 1, change: change, sessions: ["3", "c1"])])
        #expect(try journal.openChanges() == changes)
        #expect(
            try journal.baseline(observation.key)
                == BaselineRecord(state: observation.state, fingerprint: fingerprint(7))
        )
        #expect(try journal.content(.sha256(bytes("Port 22\n"))) == bytes("Port 22\n"))
    }

    @Test("an edit has the recorded state before it, and both contents are kept")
    func edited() throws {
        try journal.recordBaseline([observe("/etc/hosts", bytes("one"))])
        let change = try #require(try journal.record(observe("/etc/hosts", bytes("two"))))
        #expect(change.change.before == fileState(bytes("one")))
        #expect(change.change.after == fileState(bytes("two")))
        #expect(try journal.content(.sha256(bytes("one"))) == bytes("one"))
        #expect(try journal.content(.sha256(bytes("two"))) == bytes("two"))
    }

    @Test("an owner with another name is a change of a file that was touched, and of no other")
    func renamedOwner() throws {
        func observation(_ owner: AccountReference, fingerprint number: Int64?) throws -> Observation {
            var observation = try observe("/etc/hosts", bytes("one"))
            observation.fingerprint = number.map { fingerprint($0) }
            guard case .file(var file) = observation.state else { return observation }
            file.owner = owner
            observation.state = .file(file)
            return observation
        }
        let old = AccountReference(name: "frank", id: 1800)
        let new = AccountReference(name: "gerd", id: 1800)
        try journal.recordBaseline([observation(old, fingerprint: 1)])
        #expect(try journal.record(observation(new, fingerprint: 1)) == nil)
        let key = try file("/etc/hosts")
        guard case .file(let recorded)? = try journal.baseline(key)?.state else {
            Issue.record("there is no record")
            return
        }
        #expect(recorded.owner == new)
        // Who touched it may have meant it.
        #expect(try journal.record(observation(old, fingerprint: 2)) != nil)
        let other = AccountReference(name: "gerd", id: 1801)
        #expect(try journal.record(observation(other, fingerprint: 2)) != nil)
        #expect(try journal.record(observation(new, fingerprint: nil)) == nil)
        #expect(try journal.record(observation(old, fingerprint: nil)) != nil)
    }

    @Test("a password's hash that is kept no more is forgotten, and nothing has changed")
    func forgottenHash() throws {
        func user(hash: String?, isSystem: Bool) -> ResourceState {
            .user(
                UserState(
                    uid: 700,
                    group: AccountReference(name: "alice", id: 700),
                    home: "/home/alice",
                    shell: "/bin/sh",
                    isSystem: isSystem,
                    password: .set(digest: .sha256(bytes("x")), isLocked: false, hash: hash)
                )
            )
        }
        let key = try ResourceKey("user:alice")
        try journal.recordBaseline([Observation(key: key, state: user(hash: "$6$a$b", isSystem: false))])
        let now = Observation(key: key, state: user(hash: nil, isSystem: true))
        #expect(try journal.record([now], at: noon).isEmpty)
        #expect(try journal.baseline(key)?.state == now.state)
    }

    @Test("a file that is gone is a change to absent and leaves the baseline")
    func removed() throws {
        try journal.recordBaseline([observe("/etc/hosts", bytes("one"))])
        let change = try #require(try journal.record(gone("/etc/hosts")))
        #expect(change.change.before == fileState(bytes("one")))
        #expect(change.change.after == .absent)
        #expect(try journal.baseline(file("/etc/hosts")) == nil)
        #expect(try journal.content(.sha256(bytes("one"))) == bytes("one"))
    }

    @Test("an equal state is no change, and its fingerprint is refreshed")
    func equal() throws {
        try journal.record(observe("/etc/hosts", bytes("one"), fingerprint: 1))
        #expect(try journal.record(observe("/etc/hosts", bytes("one"), fingerprint: 2)) == nil)
        #expect(try journal.baseline(file("/etc/hosts"))?.fingerprint == fingerprint(2))
        #expect(try journal.openChanges().count == 1)
    }

    @Test("absent where nothing is recorded is nothing")
    func absentTwice() throws {
        #expect(try journal.record(gone("/etc/hosts")) == nil)
        #expect(try journal.lastSequence() == 0)
    }

    @Test("an owner with the same name and another id is no change, and the new id is remembered")
    func sameNames() throws {
        func state(_ id: UInt32) -> ResourceState {
            .file(
                FileState(
                    type: .directory,
                    mode: 0o755,
                    owner: AccountReference(name: "alice", id: id),
                    group: root
                )
            )
        }
        let key = try file("/etc/app")
        try journal.record([Observation(key: key, state: state(1000))], at: noon)
        #expect(try journal.record([Observation(key: key, state: state(1001))], at: noon).isEmpty)
        #expect(try journal.baseline(key)?.state == state(1001))
    }

    @Test("a package's reason that becomes known is remembered, and one that is not known any more stays")
    func reasons() throws {
        try journal.record(package("nginx", "1.22-1"))
        #expect(try journal.record(package("nginx", "1.22-1", reason: .user)) == nil)
        #expect(try journal.record(package("nginx", "1.22-1")) == nil)
        #expect(try journal.packages()[ResourceKey("package:nginx")]?.reason == .user)
        #expect(try journal.record(package("nginx", "1.22-1", reason: .dependency)) != nil)
    }

    @Test("a batch gives its changes in order with growing sequences, equal ones left out")
    func batch() throws {
        try journal.recordBaseline([observe("/etc/b", bytes("same"))])
        let changes = try journal.record(
            [
                observe("/etc/c", bytes("3")), observe("/etc/b", bytes("same")),
                observe("/etc/a", bytes("1")),
                package("nginx", "1.22-1"),
            ],
            at: noon
        )
        #expect(changes.map(\.change.key.name) == ["/etc/c", "/etc/a", "nginx"])
        #expect(changes.map(\.sequence) == [1, 2, 3])
        #expect(try journal.lastSequence() == 3)
    }

    @Test("of two observations of one resource in a batch the last counts")
    func twice() throws {
        let changes = try journal.record(
            [observe("/etc/a", bytes("1")), observe("/etc/b", bytes("2")), observe("/etc/a", bytes("3"))],
            at: noon
        )
        #expect(changes.map(\.change.key.name) == ["/etc/b", "/etc/a"])
        #expect(try journal.baseline(file("/etc/a"))?.state == fileState(bytes("3")))
    }

    @Test("an empty batch is nothing")
    func empty() throws {
        #expect(try journal.record([], at: noon).isEmpty)
        try journal.recordBaseline([])
    }

    @Test("a baseline makes no changes, and replaces what was baseline before")
    func baseline() throws {
        try journal.recordBaseline([observe("/etc/a", bytes("1")), package("nginx", "1.22-1")])
        try journal.recordBaseline([observe("/etc/a", bytes("2")), gone("/etc/b")])
        #expect(try journal.openChanges().isEmpty)
        #expect(try journal.content(.sha256(bytes("2"))) == bytes("2"))
        #expect(try journal.content(.sha256(bytes("1"))) == nil, "nothing names the first content any more")
        #expect(try journal.resourceCounts() == [.file: 1, .package: 1])
    }

    @Test("a first start that was interrupted is told from one that was finished, also by the next process")
    func baselineMark() throws {
        try journal.recordBaseline([observe("/etc/a", bytes("1"))])
        #expect(try journal.baselineCompletedAt() == nil)
        try journal.markBaselineComplete(at: noon)
        try journal.close()
        #expect(try Journal(folder: scratch.path).baselineCompletedAt() == noon)
    }

    @Test("a content that is to be kept and comes without its bytes is refused with the whole batch")
    func missingContent() throws {
        let state = fileState(bytes("one"))
        let wrong = Observation(key: try file("/etc/b"), state: state, content: bytes("another"))
        let without = Observation(key: try file("/etc/b"), state: state)
        for observation in [wrong, without] {
            let error = #expect(throws: JournalError.self) {
                try journal.record([observe("/etc/a", bytes("1")), observation], at: noon)
            }
            #expect(error?.code == .invalidObservation)
        }
        #expect(try journal.openChanges().isEmpty)
        #expect(try journal.baseline(file("/etc/a")) == nil)
        #expect(try journal.content(.sha256(bytes("1"))) == nil)
    }

    @Test("a secret is recorded by its keyed digest, and its bytes are kept nowhere")
    func secret() throws {
        let text = bytes("root:$y$j9T$VerySecretHash:19000:0:99999:7:::\n")
        let content = FileContent(
            digest: try ContentDigest("hmac-sha256:" + String(repeating: "7", count: 64)),
            size: UInt64(text.count),
            withheld: .secret(rule: "shadow")
        )
        let state = ResourceState.file(
            FileState(type: .regular, mode: 0o640, owner: root, group: root, content: content)
        )
        let key = try file("/etc/shadow")
        // Even when a component hands the bytes over by mistake.
        try journal.record([Observation(key: key, state: state, content: text)], at: noon)
        #expect(try journal.baseline(key)?.state == state)
        #expect(try journal.content(content.digest) == nil)
        #expect(try journal.content(.sha256(text)) == nil)
        try journal.close()
        let database = try rawContents(scratch.path.appending("journal.sqlite"))
        #expect(!database.contains(bytes("VerySecretHash")))
    }

    @Test("a keyed digest never takes bytes, whatever the state says")
    func keyedContent() throws {
        let text = bytes("secret")
        let digest = try ContentDigest("hmac-sha256:" + String(repeating: "7", count: 64))
        let content = FileContent(digest: digest, size: 6)
        let state = ResourceState.file(
            FileState(type: .regular, mode: 0o640, owner: root, group: root, content: content)
        )
        #expect(throws: JournalError.self) {
            try journal.record([Observation(key: file("/etc/a"), state: state, content: text)], at: noon)
        }
    }

    @Test("a content that two files share is stored once and lives as long as one of them names it")
    func shared() throws {
        let text = noise(5000)
        try journal.recordBaseline([observe("/etc/a", text), observe("/etc/b", text)])
        try journal.recordBaseline([gone("/etc/a")])
        #expect(try journal.content(.sha256(text)) == text)
        try journal.recordBaseline([gone("/etc/b")])
        #expect(try journal.content(.sha256(text)) == nil)
    }
}
