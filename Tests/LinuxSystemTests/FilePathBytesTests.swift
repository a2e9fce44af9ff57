import LinuxSystem
import SystemPackage
import Testing

@Suite("Paths as bytes")
struct FilePathBytesTests {
    @Test(
        "bytes survive the way into a path and back",
        arguments: [
            Array("/etc/passwd".utf8), Array("".utf8), [0x2F, 0xFF, 0xFE], [0x2F, 0x0A, 0x5C, 0x1B],
            Array("relative/é".utf8),
        ]
    )
    func roundTrip(bytes: [UInt8]) {
        #expect(FilePath(bytes: bytes).bytes == bytes)
    }

    @Test("a path ends at the first NUL")
    func endsAtNul() {
        #expect(FilePath(bytes: [0x2F, 0x61, 0, 0x62]) == "/a")
    }
}
