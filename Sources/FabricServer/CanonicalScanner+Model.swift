import FabricModel

// The model's values in the order in which `CanonicalJSON` writes their keys.

extension FeedbackCommit {
    /// Reads a commit; `changes` is where the text of its changes lies.
    init(
        _ scanner: inout CanonicalScanner,
        changes range: inout Range<Int>
    ) throws(CanonicalScanner.Mismatch) {
        try scanner.expect("{\"at\":")
        let at = try scanner.moment()
        try scanner.expect(",\"author\":")
        let author = try scanner.actor()
        try scanner.expect(",\"changes\":")
        let start = scanner.offset
        let changes = try scanner.list(Change.init)
        range = start..<scanner.offset
        try scanner.expect(",\"id\":")
        let id = try scanner.value(CommitID.init(_:))
        try scanner.expect(",\"message\":")
        let message = try scanner.string()
        try scanner.expect(",\"node\":")
        let node = try scanner.value(NodeID.init(_:))
        try scanner.expect(",\"sequence\":")
        let sequence: Int64 = try scanner.integer()
        try scanner.expect(",\"trigger\":")
        let trigger: FeedbackCommit.Trigger = try scanner.choice()
        try scanner.expect("}")
        self.init(
            id: id,
            node: node,
            sequence: sequence,
            author: author,
            message: message,
            at: at,
            trigger: trigger,
            changes: changes
        )
    }
}

extension Actor {
    init(_ scanner: inout CanonicalScanner) throws(CanonicalScanner.Mismatch) {
        try scanner.expect("{")
        let evidence = try scanner.member("\"evidence\":")
        let name = try scanner.member("\"name\":")
        let session = try scanner.member("\"session\":")
        try scanner.expect("\"tier\":")
        self.init(tier: try scanner.choice(), name: name, session: session, evidence: evidence)
        try scanner.expect("}")
    }
}

extension CanonicalScanner {
    /// A string member that can be left out and that others follow.
    fileprivate mutating func member(_ key: StaticString) throws(Mismatch) -> String? {
        guard skip(key) else { return nil }
        let value = try string()
        try expect(",")
        return value
    }
}

extension Change {
    init(_ scanner: inout CanonicalScanner) throws(CanonicalScanner.Mismatch) {
        try scanner.expect("{\"actor\":")
        let actor = try scanner.actor()
        try scanner.expect(",\"after\":")
        let after = try ResourceState(&scanner)
        try scanner.expect(",\"at\":")
        let at = try scanner.moment()
        try scanner.expect(",\"before\":")
        let before = try ResourceState(&scanner)
        try scanner.expect(",\"isLate\":")
        let isLate = try scanner.flag()
        try scanner.expect(",\"key\":")
        let key = try scanner.value(ResourceKey.init(_:))
        try scanner.expect("}")
        self.init(key: key, before: before, after: after, at: at, actor: actor, isLate: isLate)
    }
}

extension ResourceState {
    init(_ scanner: inout CanonicalScanner) throws(CanonicalScanner.Mismatch) {
        if scanner.skip("{\"file\":") {
            self = .file(try FileState(&scanner))
            try scanner.expect("}")
        } else if scanner.skip("{\"package\":") {
            self = .package(try PackageState(&scanner))
            try scanner.expect("}")
        } else {
            try scanner.expect("{\"absent\":true}")
            self = .absent
        }
    }
}

extension PackageState {
    init(_ scanner: inout CanonicalScanner) throws(CanonicalScanner.Mismatch) {
        try scanner.expect("{\"instances\":")
        let instances = try scanner.list { scanner throws(CanonicalScanner.Mismatch) in
            try scanner.expect("{\"arch\":")
            let arch = try scanner.string()
            try scanner.expect(",\"evr\":")
            let version = try scanner.value(PackageVersion.init(_:))
            try scanner.expect("}")
            return Instance(evr: version, arch: arch)
        }
        let reason: Reason? = scanner.skip(",\"reason\":") ? try scanner.choice() : nil
        try scanner.expect(",\"system\":")
        self.init(system: try scanner.choice(), instances: instances, reason: reason)
        try scanner.expect("}")
        // The initializer sorts them, the decoder takes them as they come.
        guard instances == self.instances else { throw CanonicalScanner.Mismatch() }
    }
}
