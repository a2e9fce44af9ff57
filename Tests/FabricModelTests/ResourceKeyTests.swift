import FabricModel
import Testing

@Suite("Resource keys")
struct ResourceKeyTests {
    @Test(
        "names of files and packages",
        arguments: [
            ("file:/etc/ssh/sshd_config", "/etc/ssh/sshd_config"), ("file:/a", "/a"), ("file:/a b", "/a b"),
            ("file:/...", "/..."), ("file:/..a/.b/c.", "/..a/.b/c."), ("file:/etc/a:b", "/etc/a:b"),
            (#"file:/etc/caf\xc3\xa9"#, "/etc/café"), (#"file:/etc/a\\b"#, "/etc/a\\b"),
            (#"file:/a\nb"#, "/a\nb"),
            ("package:nginx", "nginx"), ("package:gcc-c++", "gcc-c++"), ("package:glibc.i686", "glibc.i686"),
            ("package:libc6.i386", "libc6.i386"), ("package:python3.11", "python3.11"),
            ("package:7zip", "7zip"),
            ("package:java-1.8.0-openjdk", "java-1.8.0-openjdk"), ("package:perl(Foo)", "perl(Foo)"),
            ("package:_x", "_x"),
        ]
    )
    func allowed(text: String, name: String) throws {
        let key = try ResourceKey(text)
        #expect(key.description == text)
        #expect(key.nameBytes == Array(name.utf8))
        #expect(try ResourceKey(key.kind, bytes: name.utf8) == key)
    }

    @Test("names that are not UTF-8 come back byte for byte")
    func notUTF8() throws {
        let bytes = Array("/etc/".utf8) + [0xFF, 0xFE, 0x0D, 0x80]
        let key = try ResourceKey(.file, bytes: bytes)
        #expect(key.description == #"file:/etc/\xff\xfe\x0d\x80"#)
        #expect(key.nameBytes == bytes)
        #expect(try ResourceKey(key.description) == key)
    }

    @Test(
        "paths that are relative, not normal or impossible are refused",
        arguments: [
            "", "etc", "./etc", "/", "//", "/etc/", "//etc", "/etc//ssh", "/.", "/..", "/etc/.", "/etc/..",
            "/etc/../root", "/etc/./ssh", "/a/\u{0}b", "/\u{0}",
        ]
    )
    func refusedPaths(path: String) {
        let error = #expect(throws: ModelError.self) { try ResourceKey(.file, bytes: path.utf8) }
        #expect(error?.code == .invalidResourceKey)
        #expect(error?.subject.utf8.contains(0) == false)
    }

    @Test("a path has at most 4096 bytes, however long its escaped text is")
    func longPaths() throws {
        let longest = [UInt8(ascii: "/")] + [UInt8](repeating: 0xFF, count: 4095)
        let key = try ResourceKey(.file, bytes: longest)
        #expect(key.name.count == 1 + 4095 * 4)
        #expect(try ResourceKey(key.description).nameBytes == longest)
        #expect(throws: ModelError.self) { try ResourceKey(.file, bytes: longest + [0x61]) }
    }

    @Test(
        "names that no package has are refused",
        arguments: ["", "-x", "a b", "a/b", "a\nb", "é", "a;b", "$(id)", "a,b", "a=1", "a*", "a\u{0}"]
    )
    func refusedPackages(name: String) {
        let error = #expect(throws: ModelError.self) { try ResourceKey(.package, bytes: name.utf8) }
        #expect(error?.code == .invalidResourceKey)
        #expect(throws: ModelError.self) { try ResourceKey("package:\(name)") }
    }

    @Test("a package's name has at most 255 bytes")
    func longPackages() throws {
        let longest = String(repeating: "a", count: 255)
        #expect(try ResourceKey("package:\(longest)").name == longest)
        #expect(throws: ModelError.self) { try ResourceKey("package:\(longest)a") }
    }

    @Test(
        "a text without a kind, with an unknown one or with raw bytes is refused",
        arguments: [
            ("", ModelError.Code.invalidResourceKey), ("/etc", .invalidResourceKey),
            ("files:/etc", .invalidResourceKey),
            ("File:/etc", .invalidResourceKey), (" file:/etc", .invalidResourceKey),
            (":", .invalidResourceKey),
            ("service:sshd", .invalidResourceKey), ("file:/é", .invalidEscape),
            ("file:/\\x41", .invalidEscape),
            ("file:/a\nb", .invalidEscape), ("file:", .invalidResourceKey), ("package:", .invalidResourceKey),
        ]
    )
    func refusedTexts(text: String, code: ModelError.Code) {
        let error = #expect(throws: ModelError.self) { try ResourceKey(text) }
        #expect(error?.code == code)
    }

    @Test("random paths come back, and their order is total")
    func randomPaths() throws {
        var random = RandomValues(seed: 5)
        var keys: [ResourceKey] = []
        for _ in 0..<1000 {
            let parts = (0..<Int.random(in: 1...4, using: &random))
                .map { _ in
                    random.bytes(6).filter { $0 != 0 && $0 != UInt8(ascii: "/") } + [UInt8(ascii: "x")]
                }
            let key = try ResourceKey(.file, bytes: parts.flatMap { [UInt8(ascii: "/")] + $0 })
            #expect(try ResourceKey(key.description) == key)
            #expect(try CanonicalJSON.decode(ResourceKey.self, from: CanonicalJSON.encode(key)) == key)
            keys.append(key)
        }
        let sorted = keys.sorted()
        #expect(zip(sorted, sorted.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(try ResourceKey("file:/z") < ResourceKey("package:a"))
    }
}
