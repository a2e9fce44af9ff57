internal import FabricModel

/// One installed package of an rpm database.
struct RPMPackage: Hashable {
    var name: String
    var evr: PackageVersion
    var arch: String

    init(name: String, evr: PackageVersion, arch: String) {
        self.name = name
        self.evr = evr
        self.arch = arch
    }

    /// The package of a header; `nil` for a signing key, which rpm keeps as a package.
    init?(_ header: RPMHeader) throws(RPMHeader.Malformed) {
        guard let name = try header.string(.name), let version = try header.string(.version),
            let release = try header.string(.release), !name.isEmpty, !version.isEmpty, !release.isEmpty
        else { throw RPMHeader.Malformed() }
        if name == "gpg-pubkey" { return nil }
        self.init(
            name: name,
            evr: PackageVersion(
                epoch: try header.numbers(.epoch).first ?? 0,
                version: version,
                release: release
            ),
            arch: try header.string(.arch) ?? "noarch"
        )
    }

    /// The format in which ``init(line:)`` reads a package, for `rpm --queryformat`.
    static let queryFormat = #"%{NAME}\t%|EPOCH?{%{EPOCH}}:{0}|\t%{VERSION}\t%{RELEASE}\t%{ARCH}\n"#

    /// The package of a line that rpm printed.
    init?(line: Substring) throws(RPMHeader.Malformed) {
        let words = line.split(separator: "\t", omittingEmptySubsequences: false)
        guard words.count == 5, let epoch = UInt32(words[1]), !words[0].isEmpty else {
            throw RPMHeader.Malformed()
        }
        if words[0] == "gpg-pubkey" { return nil }
        self.init(
            name: String(words[0]),
            evr: PackageVersion(epoch: epoch, version: String(words[2]), release: String(words[3])),
            arch: words[4] == "(none)" ? "noarch" : String(words[4])
        )
    }
}
