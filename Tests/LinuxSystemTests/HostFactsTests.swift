import Glibc
import LinuxSystem
import SystemPackage
import Testing

@Suite("Facts of the host")
struct HostFactsTests {
    let folder: TestFolder

    init() throws {
        folder = try TestFolder()
        for name in ["etc", "usr", "usr/lib", "var", "var/lib", "var/lib/dbus"] { try folder.folder(name) }
    }

    func facts() throws -> HostFacts { try HostFacts.read(root: folder.path) }

    @Test("an empty root has a host name and nothing else")
    func empty() throws {
        let facts = try facts()
        #expect(!facts.hostName.isEmpty)
        #expect(facts.machineID == nil)
        #expect(facts.operatingSystem == nil)
    }

    @Test(
        "the machine id is 32 hexadecimal digits, or there is none yet",
        arguments: [
            ("b08dfa6083e7567a1921a715000001fb\n", "b08dfa6083e7567a1921a715000001fb"),
            ("B08DFA6083E7567A1921A715000001FB", "b08dfa6083e7567a1921a715000001fb"),
            ("uninitialized\n", nil), ("", nil), ("b08dfa60\n", nil), ("\n", nil),
        ] as [(String, String?)]
    )
    func machineID(written: String, read: String?) throws {
        try folder.file("etc/machine-id", written.utf8)
        #expect(try facts().machineID == read)
    }

    @Test("where systemd has no machine id, D-Bus has one")
    func machineIDOfDBus() throws {
        try folder.file("var/lib/dbus/machine-id", "b08dfa6083e7567a1921a715000001fb\n".utf8)
        #expect(try facts().machineID == "b08dfa6083e7567a1921a715000001fb")
    }

    @Test(
        "the system's name is read as a shell would",
        arguments: [
            ("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"", "Debian GNU/Linux 12 (bookworm)"),
            ("PRETTY_NAME='A \"B\"'", "A \"B\""),
            ("PRETTY_NAME=Plain", "Plain"),
            ("PRETTY_NAME=\"a \\\"b\\\" \\$c\"", "a \"b\" $c"),
            ("NAME=x\nVERSION=1", nil),
        ] as [(String, String?)]
    )
    func operatingSystem(written: String, read: String?) throws {
        try folder.file("etc/os-release", "ID=x\n\(written)\nLAST=1\n".utf8)
        #expect(try facts().operatingSystem == read)
    }

    @Test("os-release may be a symlink, and may lie below /usr")
    func places() throws {
        try folder.file("usr/lib/os-release", "PRETTY_NAME=Below\n".utf8)
        #expect(try facts().operatingSystem == "Below")
        try folder.link("etc/os-release", to: "../usr/lib/os-release")
        #expect(try facts().operatingSystem == "Below")
    }

    @Test(
        "a huge file, a folder or a FIFO in a file's place is an error that names it",
        arguments: ["huge", "folder", "fifo"]
    )
    func wrong(kind: String) throws {
        switch kind {
        case "huge": try folder.file("etc/os-release", [UInt8](repeating: 1, count: 1 << 20))
        case "folder": try folder.folder("etc/os-release")
        default: try folder.fifo("etc/os-release")
        }
        let error = #expect(throws: SystemError.self) { try facts() }
        #expect(error?.subject == folder("etc/os-release").string)
    }

    @Test("this machine's facts can be read")
    func machine() throws {
        #expect(try !HostFacts.read().hostName.isEmpty)
    }
}
