import FabricModel
import Glibc
import SystemPackage
import Testing

@testable import Components

/// The files of a system with units, in a folder of a test's own.
struct UnitFixture {
    let folder: ScratchFolder
    let files: UnitFiles

    init() throws {
        folder = try ScratchFolder()
        files = UnitFiles(places: UnitPlaces(root: folder.path))
        try unit("cron.service", "[Install]\nWantedBy=multi-user.target\n")
        try unit("ssh.service", "[Install]\nWantedBy=multi-user.target\nAlias=sshd.service\n")
        try unit("getty@.service", "[Install]\nWantedBy=getty.target\nDefaultInstance=tty1\n")
        try unit("static.service", "[Service]\n")
    }

    /// A unit of the distribution's.
    func unit(_ name: String, _ text: String) throws {
        try write(text, to: "usr/lib/systemd/system/\(name)")
    }

    func write(_ text: String, to path: String) throws {
        try makeParents(of: path)
        try folder.write(text, to: path)
    }

    /// A link, below `/etc/systemd/system` unless the path begins with a slash.
    func link(_ path: String, to target: String) throws {
        let path = path.hasPrefix("/") ? String(path.dropFirst()) : "etc/systemd/system/\(path)"
        try makeParents(of: path)
        try folder.link(path, to: target)
    }

    func remove(_ path: String) {
        _ = folder.path.pushing(FilePath(path)).withPlatformString { unlink($0) }
    }

    func enable(_ unit: String, _ folders: String...) throws {
        for folder in folders { try link("\(folder)/\(unit)", to: "/lib/systemd/system/\(unit)") }
    }

    func mask(_ unit: String) throws { try link(unit, to: "/dev/null") }

    func makeParents(of path: String) throws {
        var parent = folder.path
        for component in FilePath(path).components.dropLast() {
            parent.append(component)
            // One that is there is no error.
            _ = parent.withPlatformString { mkdir($0, 0o755) }
        }
    }

    static func key(_ unit: String) throws -> ResourceKey { try ResourceKey(.service, bytes: unit.utf8) }

    static func state(
        _ links: String...,
        isMasked: Bool = false,
        isRunning: Bool? = nil
    ) -> ResourceState {
        .service(ServiceState(links: links, isMasked: isMasked, isRunning: isRunning))
    }
}
