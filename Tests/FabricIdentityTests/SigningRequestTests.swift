import FabricModel
import Foundation
import Testing

@testable import FabricIdentity

@Suite("Requests for certificates")
final class SigningRequestTests {
    private let openssl: OpenSSL

    init() throws {
        openssl = try OpenSSL()
    }

    deinit { try? openssl.remove() }

    @Test("a request is valid to others, and reads back")
    func own() throws {
        let key = PrivateKey()
        let request = try SigningRequest(for: key)
        try openssl.write(request.pem, "request.pem")
        let outcome = try openssl("req -in request.pem -noout -verify")
        #expect(outcome.status == 0, "\(outcome.text)")
        let again = try SigningRequest(pem: request.pem)
        #expect(again.fingerprint == key.fingerprint)
        #expect(try PrivateKey(pem: key.pem).fingerprint == key.fingerprint)
    }

    @Test("a request that openssl made is taken with its key, whatever it asks for")
    func others() throws {
        let curve = "-newkey ec -pkeyopt ec_paramgen_curve:P-256"
        let made = try openssl("req -new \(curve) -nodes -keyout key.pem -subj /CN=root -out request.pem")
        #expect(made.status == 0, "\(made.text)")
        let request = try SigningRequest(pem: try openssl.read("request.pem"))
        #expect(try PrivateKey(pem: openssl.read("key.pem")).fingerprint == request.fingerprint)
    }

    @Test("what is no request, is too long, has another kind of key or another's signature is refused")
    func refused() throws {
        let made = try openssl("req -new -newkey rsa:2048 -nodes -keyout rsa.key -subj /CN=a -out rsa.pem")
        #expect(made.status == 0, "\(made.text)")
        let (first, second) = (try SigningRequest(for: PrivateKey()), try SigningRequest(for: PrivateKey()))
        let rows: [(String, IdentityError.Code)] = [
            ("", .malformed), ("hello", .malformed), (String(repeating: "a", count: 5000), .malformed),
            (PrivateKey().pem, .malformed), (try openssl.read("rsa.pem"), .refused),
            (try spliced(first, second), .refused),
        ]
        for (text, code) in rows {
            let error = #expect(throws: IdentityError.self) { try SigningRequest(pem: text) }
            #expect(error?.code == code, "\(text.prefix(40))")
        }
    }

    /// The first request with the signature of the second, which is as long.
    private func spliced(_ first: SigningRequest, _ second: SigningRequest) throws -> String {
        func der(_ request: SigningRequest) throws -> [UInt8] {
            let lines = request.pem.split(separator: "\n").filter { !$0.hasPrefix("-") }
            return Array(try #require(Data(base64Encoded: lines.joined())))
        }
        let (one, other) = (try der(first), try der(second))
        // Signed is what comes before the algorithm's identifier, ecdsa-with-SHA256.
        let algorithm: [UInt8] = [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]
        let start = try #require(one.firstRange(of: algorithm)).lowerBound
        let otherStart = try #require(other.firstRange(of: algorithm)).lowerBound
        var bytes = Array(one[..<start] + other[otherStart...])
        // The outer sequence's length, in two bytes where it is short enough.
        let header = one[1] < 0x80 ? 2 : 3
        bytes[header - 1] = UInt8(bytes.count - header)
        let text = Data(bytes).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN CERTIFICATE REQUEST-----\n\(text)\n-----END CERTIFICATE REQUEST-----\n"
    }
}
