import CLinux
import Glibc
import SystemPackage
import Testing

@testable import LinuxSystem

@Suite("Files that get another owner", .enabled(if: geteuid() == 0))
struct OwnershipChangeTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private func own(_ path: FilePath, _ uid: UInt32, _ gid: UInt32) {
        #expect(path.withPlatformString { lchown($0, uid, gid) } == 0)
    }

    private func owner(_ path: FilePath) throws -> [UInt32] {
        let status = try #require(try FileStatus.at(path))
        return [status.uid, status.gid]
    }

    @Test("all that has the number gets the other one, at and below a place, and nothing else does")
    func below() throws {
        let top = folder.path.appending("site")
        let inner = top.appending("inner")
        let paths = [top, inner, inner.appending("mine"), inner.appending("link"), inner.appending("other")]
        for path in [top, inner] { #expect(path.withPlatformString { mkdir($0, 0o755) } == 0) }
        let outside = folder.path.appending("outside")
        for path in [paths[2], paths[4], outside] {
            close(path.withPlatformString { creat($0, 0o644) })
        }
        #expect(paths[3].withPlatformString { link in outside.withPlatformString { symlink($0, link) } } == 0)
        for path in paths.dropLast() { own(path, 4711, 4712) }
        own(paths[4], 4712, 4711)
        own(outside, 4711, 4711)
        #expect(OwnershipChange(.user, from: 4711, to: 4713).carryOut(below: top).isEmpty)
        for path in paths.dropLast() { #expect(try owner(path) == [4713, 4712]) }
        #expect(try owner(paths[4]) == [4712, 4711])
        #expect(try owner(outside) == [4711, 4711])
        #expect(OwnershipChange(.group, from: 4712, to: 4714).carryOut(below: top).isEmpty)
        #expect(try owner(paths[3]) == [4713, 4714])
        #expect(try owner(paths[4]) == [4712, 4711])
        #expect(OwnershipChange(.user, from: 4711, to: 1).carryOut(below: top.appending("none")).isEmpty)
    }

    @Test("what the kernel takes from a file that gets another owner stays")
    func privileges() throws {
        let file = folder.path.appending("program")
        close(file.withPlatformString { creat($0, 0o755) })
        own(file, 4711, 4711)
        #expect(file.withPlatformString { chmod($0, 0o6755) } == 0)
        // CAP_NET_BIND_SERVICE, permitted and effective, in the form of linux/capability.h.
        let capability: [UInt8] = [1, 0, 0, 2, 0, 4, 0, 0] + [UInt8](repeating: 0, count: 12)
        let isSet = file.withPlatformString {
            setxattr($0, "security.capability", capability, capability.count, 0)
        }
        #expect(isSet == 0)
        #expect(OwnershipChange(.user, from: 4711, to: 4712).carryOut(below: file).isEmpty)
        let status = try #require(try FileStatus.at(file))
        #expect(status.uid == 4712)
        #expect(status.permissions == 0o6755)
        #expect(try FileReading.extendedAttributes(file)["security.capability"] == capability)
    }
}
