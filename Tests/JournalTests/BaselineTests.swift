import FabricModel
import Journal
import Testing

@Suite("Baseline")
struct BaselineTests {
    let scratch: ScratchFolder
    let journal: Journal

    init() throws {
        scratch = try ScratchFolder()
        journal = try Journal(folder: scratch.path)
    }

    @Test("a directory's fingerprints are those of its children and of nothing below or beside")
    func fingerprints() throws {
        try journal.recordBaseline([
            observe("/etc", bytes("0")), observe("/etc/a", bytes("1"), fingerprint: 1),
            observe("/etc/b", bytes("2"), fingerprint: 2), observe("/etc/b/deep", bytes("3")),
            observe("/etc-other/c", bytes("4")), package("etc", "1"),
            Observation(key: file("/etc/unstamped"), state: fileState(bytes("1")), content: bytes("1")),
        ])
        #expect(
            try journal.fingerprints(inDirectory: "/etc")
                == ["a": fingerprint(1), "b": fingerprint(2), "unstamped": nil]
        )
        #expect(try journal.fingerprints(inDirectory: "/").keys.sorted() == ["etc"])
        #expect(try journal.fingerprints(inDirectory: "/nowhere").isEmpty)
    }

    @Test("the keys below a directory are all at any depth, without itself and its neighbours")
    func keysBelow() throws {
        let paths = ["/etc", "/etc/a", "/etc/a/b/c", "/etc/a.d/x", "/etc/a0", "/etc/b", "/var/x"]
        try journal.recordBaseline(paths.map { try observe($0, bytes("1")) })
        func below(_ path: String) throws -> [String] { try journal.keys(below: path).map(\.name) }
        #expect(try below("/etc") == ["/etc/a", "/etc/a.d/x", "/etc/a/b/c", "/etc/a0", "/etc/b"])
        #expect(try below("/etc/a") == ["/etc/a/b/c"])
        #expect(try below("/") == paths.sorted())
        #expect(try below("/etc/b").isEmpty)
    }

    @Test("names that are not UTF-8, long or full of escapes are told apart and found again")
    func uglyNames() throws {
        let names: [[UInt8]] = [
            [0xFF, 0xFE], [0xC3, 0xA9], bytes("new\nline\ttab"), bytes("back\\slash"), bytes("\\xff\\xfe"),
            bytes("'; DROP TABLE change; --"), bytes("per%cent_under"), Array(repeating: 0x80, count: 255),
            bytes(" "), [1],
        ]
        let observations = try names.enumerated()
            .map { index, name in
                Observation(
                    key: try ResourceKey(.file, bytes: bytes("/etc/\u{FC}/") + name),
                    state: fileState(bytes("\(index)")),
                    fingerprint: fingerprint(Int64(index)),
                    content: bytes("\(index)")
                )
            }
        let changes = try journal.record(observations, at: noon)
        #expect(changes.map(\.change.key) == observations.map(\.key))
        let found = try journal.fingerprints(inDirectory: EscapedText.escape(bytes("/etc/\u{FC}")))
        let expected = names.enumerated().map { (EscapedText.escape($1), fingerprint(Int64($0))) }
        #expect(found == Dictionary(uniqueKeysWithValues: expected))
        #expect(try Set(journal.keys(below: "/etc")) == Set(observations.map(\.key)))
        #expect(try journal.openChanges() == changes)
        #expect(try journal.log(.at(observations[0].key)).map(\.recorded.sequence) == [1])
    }

    @Test("packages come back with all their instances")
    func packages() throws {
        let instances = try ["6.1.0-9", "6.1.0-10", "2:5.10"]
            .map {
                PackageState.Instance(evr: try PackageVersion($0), arch: "x86_64")
            }
        let kernel = PackageState(system: .rpm, instances: instances, reason: .dependency)
        let key = try ResourceKey("package:kernel")
        try journal.recordBaseline([
            Observation(key: key, state: .package(kernel)), package("nginx", "1.22-1"),
        ])
        let packages = try journal.packages()
        #expect(packages.count == 2)
        #expect(packages[key] == kernel)
        #expect(packages[key]?.instances.map(\.evr.description) == ["6.1.0-9", "6.1.0-10", "2:5.10"])
    }

    @Test("every kind of state reads back as it was recorded", arguments: states)
    func roundTrip(state: ResourceState) throws {
        let key = try file("/etc/x")
        let observation = Observation(key: key, state: state, fingerprint: fingerprint(-1))
        let change = try #require(try journal.record(observation))
        #expect(change.change.after == state)
        #expect(try journal.baseline(key)?.state == state)
        #expect(try journal.baseline(key)?.fingerprint == fingerprint(-1))
        #expect(try journal.openChanges().first?.change.after == state)
    }

    static let states: [ResourceState] = {
        let nobody = AccountReference(name: nil, id: .max)
        let digest = ContentDigest.sha256([1, 2, 3])
        let withheld: [FileContent.Withholding] = [.tooLarge, .journalFull, .secret(rule: "private-key")]
        let types: [FileState.FileType] = [.directory, .fifo, .socket, .characterDevice, .blockDevice]
        let plain = types.map { FileState(type: $0, mode: 0o7777, owner: nobody, group: root) }
        let regular = withheld.map { reason in
            FileState(
                type: .regular,
                mode: 0,
                owner: root,
                group: nobody,
                content: FileContent(digest: digest, size: .max, withheld: reason),
                attributes: [
                    "user.empty": "", "security.capability": "\\x01\\x00", "user.note": "caf\\xc3\\xa9",
                ]
            )
        }
        let link = FileState(type: .symlink, mode: 0, owner: root, group: root, target: "../\\xff")
        let empty = FileState(type: .symlink, mode: 0, owner: root, group: root, target: "")
        return (plain + regular + [link, empty]).map(ResourceState.file)
    }()

    @Test("values are set, replaced and removed by name")
    func values() throws {
        #expect(try journal.value("node") == nil)
        try journal.setValue("one", for: "node")
        try journal.setValue("", for: "empty")
        try journal.setValue("two", for: "node")
        #expect(try journal.value("node") == "two")
        #expect(try journal.value("empty") == "")
        try journal.setValue(nil, for: "node")
        #expect(try journal.value("node") == nil)
    }
}
