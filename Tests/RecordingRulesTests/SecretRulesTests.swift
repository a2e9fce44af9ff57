import Glibc
import LinuxSystem
import SystemPackage
import Testing

@testable import RecordingRules

@Suite("Secret rules")
struct SecretRulesTests {
    @Test("a secret is found in its line, whatever program reads it", arguments: SecretLines.secret)
    func found(line: String) throws {
        #expect(try Checkout.secretRules().rule(inContent: Array(line.utf8)) != nil)
    }

    @Test("the same line is found amid other lines, with other line ends, and at the end of a file")
    func foundAmidst() throws {
        let rules = try Checkout.secretRules()
        let filler = String(repeating: "# nothing to see here\nkey = value\n", count: 50)
        for line in SecretLines.secret {
            for text in ["\(filler)\(line)\n\(filler)", "\(filler)\(line)", "\(line)\r\n\(filler)"] {
                #expect(rules.rule(inContent: Array(text.utf8)) != nil, "\(line)")
            }
        }
    }

    @Test("what only looks like one is let pass", arguments: SecretLines.harmless)
    func letPass(line: String) throws {
        #expect(try Checkout.secretRules().rule(inContent: Array(line.utf8)) == nil)
    }

    @Test("a harmless value hides no secret behind it in the same line")
    func both() throws {
        let rules = try Checkout.secretRules()
        for line in ["password=$PASS password=hunter2", "alice ALL=NOPASSWD: ALL # password=hunter2"] {
            #expect(rules.rule(inContent: Array(line.utf8)) == "assigned-secret")
        }
    }

    @Test("what every package of this list ships has no match", arguments: SecretLines.shipped)
    func shipped(line: String) throws {
        #expect(try Checkout.secretRules().rule(inContent: Array(line.utf8)) == nil)
    }

    @Test(
        "a path says enough",
        arguments: [
            ("/etc/shadow", "account-hashes"), ("/etc/shadow-", "account-hashes"),
            ("/etc/gshadow", "account-hashes"),
            ("/etc/ssh/ssh_host_ed25519_key", "ssh-host-key"),
            ("/etc/ssh/ssh_host_rsa_key.bak", "ssh-host-key"),
            ("/etc/ssh/ssh_host_ed25519_key.pub", nil), ("/etc/ssl/private/a/b.key", "tls-key"),
            ("/etc/pki/tls/private/localhost.key", "tls-key"), ("/etc/pki/tls/certs/localhost.crt", nil),
            ("/etc/krb5.keytab", "kerberos-key"), ("/etc/ipsec.secrets", "vpn-key"), ("/etc/passwd", nil),
            ("/etc/ppp/chap-secrets", "dial-in-secret"), ("/root/.netrc", "login-password"),
            ("/etc/hosts", nil),
            ("/etc/bind/bind.keys", nil), ("/etc/bind/rndc.key", "dns-key"), ("/etc/apt/keyrings/x.asc", nil),
        ] as [(String, String?)]
    )
    func paths(path: String, rule: String?) throws {
        #expect(try Checkout.secretRules().rule(forPath: FilePath(path)) == rule)
    }

    @Test("bytes that are no text are searched like any other")
    func binary() throws {
        let rules = try Checkout.secretRules()
        let secret = [0xFF, 0x00, 0xC3] + Array("password=hunter2".utf8) + [0x00, 0xFE]
        #expect(rules.rule(inContent: secret) == "assigned-secret")
        #expect(rules.rule(inContent: (0..<4096).map { UInt8(truncatingIfNeeded: $0) }) == nil)
        #expect(rules.rule(inContent: []) == nil)
        #expect(rules.rule(inContent: [0x70]) == nil)
    }

    @Test("a content in pieces gives what the whole gives, wherever it is cut")
    func pieces() throws {
        let rules = try Checkout.secretRules()
        let filler = String(repeating: "listen 80 default_server # pass the token\n", count: 60)
        let texts = [
            "\(filler)password = hunter2\n\(filler)", "\(filler)nopasswd: x\n\(filler)",
            String(repeating: "a", count: 3000) + " password=hunter2", filler + "-----BEGIN PRIVATE KEY-----",
            filler + "alice ALL=(ALL) NOPASSWD: ALL\npassword = ${SECRET_VARIABLE}\n" + filler,
        ]
        for text in texts {
            let bytes = Array(text.utf8)
            let expected = rules.rule(inContent: bytes)
            for size in [1, 7, 100, 1_000, 1_025, 4_096] {
                var search = rules.search()
                for start in stride(from: 0, to: bytes.count, by: size) {
                    bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { search.update($0) }
                }
                #expect(search.finish() == expected, "pieces of \(size)")
            }
        }
    }

    @Test("a line of nothing but keywords costs about what its length costs")
    func effort() throws {
        let rules = try Checkout.secretRules()
        let line = Array(String(repeating: "password ", count: 100_000).utf8)
        let start = ContinuousClock.now
        #expect(rules.rule(inContent: line) == nil)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("no file of a fresh Debian matches outside the listed paths", .enabled(if: freshRoot != nil))
    func freshDebian() throws {
        let rules = try Checkout.secretRules()
        var files = 0
        try visit(try #require(Self.freshRoot).appending("etc"), named: "/etc") { file, name in
            files += 1
            guard rules.rule(forPath: name) == nil else { return }
            let content = try SystemFile.read(file, limit: 64 << 20) ?? []
            let rule = rules.rule(inContent: content)
            #expect(rule == nil, "\(name)")
        }
        #expect(files > 50)
    }

    // A root that debootstrap or mmdebstrap made.
    private static let freshRoot = getenv("WEFT_FRESH_ROOT").map { FilePath(String(cString: $0)) }

    private func visit(
        _ directory: FilePath,
        named name: FilePath,
        _ body: (_ file: FilePath, _ name: FilePath) throws -> Void
    ) throws {
        for entry in try DirectoryListing.entries(of: directory) ?? [] {
            let component = [UInt8(ascii: "/")] + entry.name
            let path = FilePath(bytes: directory.bytes + component)
            let inside = FilePath(bytes: name.bytes + component)
            switch entry.status.kind {
            case .directory: try visit(path, named: inside, body)
            case .regular: try body(path, inside)
            default: break
            }
        }
    }
}
