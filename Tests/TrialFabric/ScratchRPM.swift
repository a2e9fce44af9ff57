public import FoundationEssentials

/// An rpm database of its own, with packages that are built on the spot by the real tools.
public struct ScratchRPM {
    /// The home folder whose `.rpmmacros` names the database: with it in the environment, `rpm` uses it.
    public let home: URL
    private let top: URL

    /// An empty database below `folder`.
    public init(in folder: TrialFolder) throws {
        home = try folder.makeFolder("rpm-home")
        top = try folder.makeFolder("rpm-build")
        let database = try folder.makeFolder("rpm-database")
        try Data("%_dbpath \(database.path)\n%_topdir \(top.path)\n".utf8)
            .write(to: home.appending(path: ".rpmmacros"))
        try checked("/usr/bin/rpm", ["--initdb"])
    }

    /// Builds `NAME-VERSION-1.noarch.rpm`, whose configuration files are given by absolute path and text.
    public func build(_ name: String, version: String, files: [String: String] = [:]) throws {
        let lines = files.sorted { $0.key < $1.key }
            .map { path, text in
                "install -D -m 0644 /dev/stdin %{buildroot}\(path) <<'TEXT'\n\(text)\nTEXT"
            }
        let spec = """
            Name: \(name)
            Version: \(version)
            Release: 1
            Summary: Made for a test
            License: Apache-2.0
            BuildArch: noarch
            %description
            Made for a test.
            %install
            \(lines.joined(separator: "\n"))
            %files
            \(files.keys.sorted().map { "%config(noreplace) \($0)" }.joined(separator: "\n"))
            """
        let file = top.appending(path: "\(name)-\(version).spec")
        try Data((spec + "\n").utf8).write(to: file)
        try checked("/usr/bin/rpmbuild", ["-bb", "--quiet", file.path])
    }

    /// Runs `rpm` on the scratch database; names that end in `.rpm` are those that were built.
    public func run(_ arguments: String...) throws {
        let built = top.appending(path: "RPMS/noarch")
        let arguments = arguments.map { $0.hasSuffix(".rpm") ? built.appending(path: $0).path : $0 }
        try checked("/usr/bin/rpm", ["--nodeps", "--force-debian"] + arguments)
    }

    private func checked(_ program: String, _ arguments: [String]) throws {
        let output = try runToEnd(URL(filePath: program), arguments, environment: ["HOME": home.path])
        guard output.status == 0 else {
            throw TrialError("\(program) \(arguments): \(output.errors)\(output.text)")
        }
    }
}
