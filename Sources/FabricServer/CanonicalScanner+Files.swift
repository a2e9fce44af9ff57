import FabricModel

extension FileState {
    init(_ scanner: inout CanonicalScanner) throws(CanonicalScanner.Mismatch) {
        try scanner.expect("{")
        let attributes = try scanner.attributes()
        var content: FileContent?
        if scanner.skip("\"content\":") {
            content = try FileContent(&scanner)
            try scanner.expect(",")
        }
        try scanner.expect("\"group\":")
        let group = try AccountReference(&scanner)
        try scanner.expect(",\"mode\":")
        let mode = try scanner.string()
        try scanner.expect(",\"owner\":")
        let owner = try AccountReference(&scanner)
        let target = scanner.skip(",\"target\":") ? try scanner.string() : nil
        try scanner.expect(",\"type\":")
        let type: FileType = try scanner.choice()
        try scanner.expect("}")
        guard let bits = FileState.mode(octal: mode), (type == .regular) == (content != nil),
            (type == .symlink) == (target != nil)
        else { throw CanonicalScanner.Mismatch() }
        self.init(
            type: type,
            mode: bits,
            owner: owner,
            group: group,
            content: content,
            target: target,
            attributes: attributes
        )
    }
}

extension CanonicalScanner {
    /// The extended attributes, which are the first member where there are any.
    fileprivate mutating func attributes() throws(Mismatch) -> [String: String] {
        var attributes: [String: String] = [:]
        guard skip("\"attributes\":{") else { return attributes }
        repeat {
            let name = try string()
            try expect(":")
            guard attributes.updateValue(try string(), forKey: name) == nil else { throw Mismatch() }
        } while skip(",")
        try expect("},")
        return attributes
    }
}

extension AccountReference {
    init(_ scanner: inout CanonicalScanner) throws(CanonicalScanner.Mismatch) {
        try scanner.expect("{\"id\":")
        let id: UInt32 = try scanner.integer()
        self.init(name: scanner.skip(",\"name\":") ? try scanner.string() : nil, id: id)
        try scanner.expect("}")
    }
}

extension FileContent {
    init(_ scanner: inout CanonicalScanner) throws(CanonicalScanner.Mismatch) {
        try scanner.expect("{\"digest\":")
        let digest = try scanner.value(ContentDigest.init(_:))
        try scanner.expect(",\"size\":")
        let size: UInt64 = try scanner.integer()
        let withheld = scanner.skip(",\"withheld\":") ? try Withholding(&scanner) : nil
        self.init(digest: digest, size: size, withheld: withheld)
        try scanner.expect("}")
    }
}

extension FileContent.Withholding {
    init(_ scanner: inout CanonicalScanner) throws(CanonicalScanner.Mismatch) {
        if scanner.skip("{\"reason\":\"secret\",\"rule\":") {
            self = .secret(rule: try scanner.string())
            try scanner.expect("}")
        } else if scanner.skip("{\"reason\":\"too-large\"}") {
            self = .tooLarge
        } else {
            try scanner.expect("{\"reason\":\"journal-full\"}")
            self = .journalFull
        }
    }
}
