import FabricClient
import Testing

@Suite("Server address")
struct ServerAddressTests {
    @Test(
        "an address has a scheme, a host and a port",
        arguments: [
            ("https://weft.example", "https://weft.example", "weft.example", 443),
            ("https://weft.example:8443/", "https://weft.example:8443", "weft.example", 8443),
            ("HTTPS://Weft.Example:443", "https://weft.example", "weft.example", 443),
            ("https://127.0.0.1:8420", "https://127.0.0.1:8420", "127.0.0.1", 8420),
            ("https://[::1]:8420", "https://[::1]:8420", "::1", 8420),
            ("https://[2001:DB8::7]", "https://[2001:db8::7]", "2001:db8::7", 443),
        ]
    )
    func reads(text: String, written: String, host: String, port: UInt16) throws {
        let address = try ServerAddress(text)
        #expect(address.description == written)
        #expect(address.host == host)
        #expect(address.port == port)
    }

    @Test(
        "what is no address is refused, with what is allowed",
        arguments: [
            "", "weft.example", "weft.example:8420", "ftp://weft.example", "https://", "https://:443",
            "https://a:",
            "https://a:0", "https://a:65536", "https://a:+80", "https://a:8o", "https://a/path",
            "https://a?query",
            "https://user@a", "https://a b", "https://[::1", "https://[::1]x", "https://[zz]", "https://[]",
            "https://a\nb", "https://-a", "https://a:80:90", "https://\u{E9}",
            // Nothing is said in clear, not to this machine either.
            "http://weft.example", "http://localhost:8440", "http://127.0.0.1", "http://[::1]",
        ]
    )
    func refuses(text: String) throws {
        let error = try #require(throws: ClientError.self) { try ServerAddress(text) }
        #expect(error.code == .invalidAddress)
        #expect(error.message.contains("https://HOST"))
        #expect(error.subject.utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }
}
