import Glibc
import LinuxSystem
import SystemPackage

@testable import Components

/// A root of its own for the real dpkg, with packages that `dpkg-deb` builds.
final class ScratchDpkg: Sendable {
    private let scratch: ScratchFolder
    let root: FilePath
    let places: DpkgDatabase.Places

    var folder: FilePath { scratch.path }

    init() throws {
        scratch = try ScratchFolder()
        root = try scratch.makeDirectory("root")
        for name in ["var", "var/lib", "var/lib/dpkg", "usr", "usr/lib"] {
            try scratch.makeDirectory("root/\(name)")
        }
        for name in ["info", "updates", "triggers"] { try scratch.makeDirectory("root/var/lib/dpkg/\(name)") }
        try scratch.write("", to: "root/var/lib/dpkg/status")
        try scratch.link("root/lib", to: "usr/lib")
        var places = DpkgDatabase.Places()
        places.folder = root.appending("var/lib/dpkg")
        places.extendedStates = root.appending("var/lib/apt/extended_states")
        places.root = root
        self.places = places
    }

    /// Builds `weft-sample`, with a conffile, other files, a link, and a file below `/lib`, which is a link to `/usr/lib`.
    func package(version: String, postinst: String? = nil) throws -> FilePath {
        let name = "build-\(version.replacing(":", with: "_"))"
        for part in ["", "/DEBIAN", "/etc", "/etc/weft-sample", "/lib", "/lib/weft"] {
            try scratch.makeDirectory(name + part)
        }
        let control = """
            Package: weft-sample
            Version: \(version)
            Architecture: all
            Maintainer: Weft <weft@example.org>
            Description: sample

            """
        try scratch.write(control, to: "\(name)/DEBIAN/control")
        try scratch.write("/etc/weft-sample/a.conf\n", to: "\(name)/DEBIAN/conffiles")
        let data = [
            "etc/weft-sample/data": "data\n", "etc/weft-sample/secret": "secret\n", "lib/weft/x": "x\n",
        ]
        var sums = ""
        for (path, content) in data.sorted(by: { $0.key < $1.key }) {
            try scratch.write(content, to: "\(name)/\(path)")
            sums += "\(FileDigest.hex(.md5, of: Array(content.utf8)))  \(path)\n"
        }
        try scratch.write(sums, to: "\(name)/DEBIAN/md5sums")
        try scratch.write("conf \(version)\n", to: "\(name)/etc/weft-sample/a.conf")
        try scratch.link("\(name)/etc/weft-sample/link", to: "a.conf")
        if let postinst {
            let path = try scratch.write(postinst, to: "\(name)/DEBIAN/postinst")
            _ = path.withPlatformString { chmod($0, 0o755) }
        }
        let file = scratch.appending("\(name).deb")
        try Command.run("dpkg-deb", "--root-owner-group", "-b", scratch.appending(name).string, file.string)
        return file
    }

    func install(_ package: FilePath, _ options: String...) throws {
        try dpkg(options + ["--install", package.string])
    }

    func dpkg(_ arguments: String...) throws {
        try dpkg(arguments)
    }

    func select(_ line: String) throws {
        let list = try scratch.write(line + "\n", to: "selections")
        try Command.run("sh", "-c", "dpkg --root=\(root) --set-selections < \(list)")
    }

    func divert(_ path: String, to other: String) throws {
        try Command.run(
            "dpkg-divert",
            "--root",
            root.string,
            "--local",
            "--no-rename",
            "--divert",
            other,
            "--add",
            path
        )
    }

    func override(mode: String, path: String) throws {
        try Command.run("dpkg-statoverride", "--root", root.string, "--add", "root", "root", mode, path)
    }

    /// Waits until what was written shows in every later stamp.
    func settle() throws {
        for name in ["status", "updates"] {
            while let status = try FileStatus.at(places.folder.appending(name)),
                !status.isSettled(at: WallClock.nanoseconds())
            {
                sched_yield()
            }
        }
    }

    private func dpkg(_ arguments: [String]) throws {
        let options = ["--root=\(root)", "--force-not-root", "--force-script-chrootless", "--log=/dev/null"]
        try Command.run("dpkg", options + arguments)
    }
}
