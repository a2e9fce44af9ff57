import Crypto
import FabricAPI
import FabricModel
import FoundationEssentials

/// An event as a webhook gets it, signed.
///
/// *Source*: https://www.standardwebhooks.com
struct WebhookMessage: Sendable {
    var headers: [String: String]
    var body: [UInt8]

    init(_ event: FabricEvent, signedWith secret: [UInt8], at: Timestamp) throws {
        body = Array(try CanonicalJSON.encode(event))
        let seconds = "\(at.microseconds / 1_000_000)"
        let signed = Array("\(event.cursor).\(seconds).".utf8) + body
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: secret))
        headers = [
            "Content-Type": "application/json",
            "User-Agent": "weft-server",
            "webhook-id": event.cursor,
            "webhook-timestamp": seconds,
            "webhook-signature": "v1," + Data(code).base64EncodedString(),
        ]
    }

    /// Makes a secret from bits of getrandom(2).
    static func makeSecret() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// A secret as it is shown.
    static func text(of secret: [UInt8]) -> String { "whsec_" + Data(secret).base64EncodedString() }
}
