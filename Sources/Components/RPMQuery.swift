internal import FabricModel
internal import LinuxSystem
internal import SystemPackage

/// Asks `rpm -qa`: for databases that are not read directly.
struct RPMQuery {
    var options: [String]
    var time: Duration

    /// All installed packages.
    func packages() throws(ComponentsError) -> [RPMPackage] {
        var packages: [RPMPackage] = []
        for line in try lines(RPMPackage.queryFormat) {
            do {
                if let package = try RPMPackage(line: line) { packages.append(package) }
            } catch {
                throw unexpected(line)
            }
        }
        return packages
    }

    /// The files that packages shipped, of those packages that are wanted.
    func shippedFiles(
        _ filter: ShippedPathFilter,
        _ isWanted: (RPMPackage) -> Bool,
        named: (RPMPackage) -> String
    ) throws(ComponentsError) -> [ShippedFile] {
        // What an admin may have put blanks into comes last.
        let facts = [
            "=NAME", "=ARCH", "=FILEDIGESTALGO", "FILESTATES", "FILEMODES", "FILEFLAGS", "FILEDIGESTS",
            "FILEUSERNAME",
            "FILEGROUPNAME", "FILELINKTOS", "FILENAMES",
        ]
        let format = "[" + facts.map { "%{\($0)}" }.joined(separator: #"\t"#) + #"\n]"#
        var files: [ShippedFile] = []
        for line in try lines(format) {
            let words = line.split(
                separator: "\t",
                maxSplits: facts.count - 1,
                omittingEmptySubsequences: false
            )
            // A package without files.
            if words.count < facts.count, line.hasSuffix("(none)") { continue }
            guard words.count == facts.count else { throw unexpected(line) }
            let package = RPMPackage(name: String(words[0]), evr: .init(version: "0"), arch: String(words[1]))
            guard isWanted(package), words[3] == "0" || words[3] == "normal",
                let path = filter.path(Array(words[10].utf8)[...])
            else { continue }
            let mode = UInt32(words[4])
            files.append(
                ShippedFile(
                    path: FilePath(bytes: path),
                    package: named(package),
                    digest: digest(words[6], algorithm: words[2]),
                    kind: mode.map(ShippedFile.Kind.init(mode:)),
                    isConfig: (UInt32(words[5]) ?? 0) & 1 != 0,
                    mode: mode.map { UInt16($0 & 0o7777) },
                    owner: String(words[7]),
                    group: String(words[8]),
                    target: words[9].isEmpty ? nil : Array(words[9].utf8)
                )
            )
        }
        return files
    }

    private func digest(_ hex: Substring, algorithm: Substring) -> ShippedDigest? {
        guard !hex.isEmpty, let algorithm = FileDigest.Algorithm(rpm: UInt32(algorithm)) else { return nil }
        return ShippedDigest(algorithm: algorithm, hex: String(hex))
    }

    private func lines(_ format: String) throws(ComponentsError) -> [Substring] {
        let output = try ProgramRun.output(of: "rpm", options + ["-qa", "--queryformat", format], time: time)
        return String(decoding: output, as: UTF8.self).split(separator: "\n")
    }

    private func unexpected(_ line: Substring) -> ComponentsError {
        ComponentsError(
            .packageDatabaseUnreadable,
            line.prefix(200).utf8,
            "is not what rpm should have printed; run rpm -qa by hand to see what is wrong"
        )
    }
}
