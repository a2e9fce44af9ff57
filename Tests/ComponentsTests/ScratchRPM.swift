import Glibc
import LinuxSystem
import SystemPackage

@testable import Components

/// A root and a database of its own for the real rpm, with packages that `rpmbuild` builds.
final class ScratchRPM: Sendable {
    private let scratch: ScratchFolder
    let root: FilePath
    let places: RPMDatabase.Places

    static let isAvailable = Command.exists("rpm") && Command.exists("rpmbuild") && getuid() == 0

    var folder: FilePath { scratch.path }
    var database: FilePath { root.appending("rpmdb") }

    init() throws {
        scratch = try ScratchFolder()
        root = try scratch.makeDirectory("root")
        try scratch.makeDirectory("root/rpmdb")
        try scratch.makeDirectory("root/fifos")
        var places = RPMDatabase.Places()
        places.folder = root.appending("rpmdb")
        places.history = scratch.appending("history.sqlite")
        places.state = scratch.appending("packages.toml")
        places.dnfLock = scratch.appending("rpmdb_lock.pid")
        places.dnf5Lock = scratch.appending("rpmtransaction.lock")
        self.places = places
    }

    /// Builds a package and gives its file; `script` is Lua that rpm runs before it installs the files,
    /// `after` Lua that it runs thereafter.
    func package(
        _ name: String = "weft-sample",
        version: String,
        arch: String = "noarch",
        epoch: Int? = nil,
        script: String? = nil,
        after: String? = nil
    ) throws -> FilePath {
        let spec = """
            Name: \(name)
            Version: \(version)
            Release: 1
            \(epoch.map { "Epoch: \($0)" } ?? "%global no_epoch 1")
            Summary: sample
            License: MIT
            \(arch == "noarch" ? "BuildArch: noarch" : "%global any_arch 1")
            %description
            sample
            \(script.map { "%pre -p <lua>\n\($0)" } ?? "")
            \(after.map { "%post -p <lua>\n\($0)" } ?? "")
            %install
            mkdir -p %{buildroot}/etc/\(name) %{buildroot}/usr/share/doc/\(name)
            printf 'conf \(version)\\n' > %{buildroot}/etc/\(name)/a.conf
            printf 'data\\n' > %{buildroot}/etc/\(name)/data
            printf 'doc\\n' > %{buildroot}/usr/share/doc/\(name)/README
            ln -s a.conf %{buildroot}/etc/\(name)/link
            %files
            %dir /etc/\(name)
            %config(noreplace) /etc/\(name)/a.conf
            %attr(0640,root,mail) /etc/\(name)/data
            /etc/\(name)/link
            %ghost /etc/\(name)/ghost
            %doc /usr/share/doc/\(name)/README
            """
        let build = "\(name)-\(version)-\(arch)"
        let file = try scratch.write(spec, to: "\(build).spec")
        try Command.run(
            "rpmbuild",
            "-bb",
            "--target",
            arch,
            "--define",
            "_topdir \(scratch.appending(build))",
            "--define",
            "_binary_payload w0.gzdio",
            "--define",
            "_rpmdir \(scratch.path)",
            file.string
        )
        return scratch.appending("\(arch)/\(name)-\(version)-1.\(arch).rpm")
    }

    func rpm(_ arguments: String...) throws {
        try rpm(arguments)
    }

    func rpm(_ arguments: [String]) throws {
        let isInstallation = arguments.first == "-i" || arguments.first == "-U"
        try Command.run(
            "rpm",
            ["--root", root.string, "--dbpath", "/rpmdb"]
                + (isInstallation ? ["--nodeps", "--force-debian", "--ignorearch"] : []) + arguments
        )
    }

    /// What rpm itself says is installed: `NAME EPOCH:VERSION-RELEASE ARCH`.
    func listed() throws -> [String] {
        let format = #"%{NAME} %|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE} %{ARCH}\n"#
        return try Command.run("rpm", "--dbpath", database.string, "-qa", "--queryformat", format)
            .split(separator: "\n").filter { !$0.hasPrefix("gpg-pubkey") }.map(String.init).sorted()
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> FilePath { try scratch.write(text, to: name) }

    /// Waits until what was written shows in every later stamp.
    func settle() throws {
        for name in ["rpmdb.sqlite", "rpmdb.sqlite-wal"] {
            while let status = try FileStatus.at(database.appending(name)),
                WallClock.nanoseconds() - status.modified < 50_000_000
            {
                sched_yield()
            }
        }
    }
}
