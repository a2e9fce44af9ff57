import FileWatching
import SystemPackage
import Testing

@Suite("How editors and tools save")
struct SaveStyleTests {
    private func fixture() throws -> WatchFixture {
        try WatchFixture { folder in try writeFile(folder.appending("root/conf"), "Port 22\n") }
    }

    @Test("a file replaced by rename is seen")
    func renameOver() throws {
        let fixture = try fixture()
        let conf = fixture.root.appending("conf")
        try writeFile(fixture.root.appending(".conf.tmp"), "Port 2222\n")
        try move(fixture.root.appending(".conf.tmp"), conf)
        #expect(try fixture.promptHints().contains(.path(conf)))
    }

    @Test("a file replaced by one from outside the root is seen once")
    func renameOverFromOutside() throws {
        let fixture = try fixture()
        let conf = fixture.root.appending("conf")
        try writeFile(fixture.folder("new"), "Port 2222\n")
        try move(fixture.folder("new"), conf)
        #expect(try fixture.promptHints() == [.path(conf)])
    }

    @Test(
        "a file saved by a program is seen",
        arguments: [
            "echo 'Port 23' > conf",
            "echo 'Port 23' >> conf",
            "sed -i s/22/23/ conf",
            "cp /etc/hostname conf",
            "install -m 600 /etc/hostname conf",
            "mv conf conf~ && cp conf~ conf && echo 'Port 23' >> conf",
            "cp conf conf.bak && echo 'Port 23' > conf.new && mv conf.new conf && rm conf.bak",
            "rm conf && echo 'Port 23' > conf",
            "ln -sf /etc/hostname conf",
            "dd if=/dev/zero of=conf bs=4k count=64 2>/dev/null",
            "tar -cf ../archive.tar conf && tar -xf ../archive.tar",
        ]
    )
    func program(_ script: String) throws {
        let fixture = try fixture()
        try run("sh", "-c", "cd '\(fixture.root.string)' && \(script)")
        #expect(try fixture.promptHints().contains(.path(fixture.root.appending("conf"))))
    }

    @Test("a program that fills a tree is followed")
    func copyTree() throws {
        let fixture = try fixture()
        try run(
            "sh",
            "-c",
            "mkdir '\(fixture.root.string)/t' && cp -a /etc/default '\(fixture.root.string)/t/d'"
        )
        var record = RecordModel()
        for hint in fixture.initialHints + (try fixture.hints()) { record.apply(hint) }
        #expect(record.differences(.of(fixture.root)) == [])
    }
}
