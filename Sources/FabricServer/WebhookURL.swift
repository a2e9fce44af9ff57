import FabricAPI
import FabricModel
import FoundationEssentials

/// Where a webhook may send to.
enum WebhookURL {
    private static let longest = 2048

    /// Refuses an address that nothing can be sent to, and plain HTTP that would leave the machine.
    ///
    /// - Throws: `invalidRequest`.
    static func check(_ text: String) throws(APIError) {
        let isPrintable = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard isPrintable, text.utf8.count <= longest, let url = URL(string: text), let host = url.host(),
            !host.isEmpty, url.user() == nil, url.password() == nil, url.fragment() == nil,
            let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme)
        else {
            throw APIError(
                .invalidRequest,
                "a webhook's address is https://HOST[:PORT]/PATH, without a name and password",
                subject: EscapedText.escape(text.prefix(longest).utf8)
            )
        }
        guard scheme == "https" || isLoopback(host) else {
            throw APIError(
                .invalidRequest,
                "plain HTTP would show what happens to the network; use https://, http:// goes to this machine only",
                subject: text
            )
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "::1", "[::1]"].contains(host.lowercased()) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
