import FabricModel

/// Where a server is: `https://HOST[:PORT]`.
public struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    private static let scheme = "https://"
    private static let usualPort: UInt16 = 443

    /// A name, an IPv4 address, or an IPv6 address without brackets; in lower case.
    public let host: String
    /// The TCP port.
    public let port: UInt16

    /// Reads an address.
    ///
    /// - Throws: `ClientError` with code `invalidAddress`.
    public init(_ text: String) throws(ClientError) {
        guard text.lowercased().hasPrefix(Self.scheme) else { throw Self.refused(text) }
        var rest = text.dropFirst(Self.scheme.count)
        if rest.hasSuffix("/") { rest.removeLast() }
        guard let (host, port) = Self.split(rest) else { throw Self.refused(text) }
        self.host = host
        self.port = port
    }

    /// Whether the host can only be this machine.
    public var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        guard let bytes = Self.ipv4(host[...]) else { return false }
        return bytes[0] == 127
    }

    /// The address as it is written, without the port where it is that of https anyway.
    public var description: String {
        "\(Self.scheme)\(host.contains(":") ? "[\(host)]" : host)\(port == Self.usualPort ? "" : ":\(port)")"
    }

    private static func split(_ authority: Substring) -> (host: String, port: UInt16)? {
        let host: Substring
        let rest: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<end]
            rest = authority[authority.index(after: end)...]
            guard host.contains(":"), host.utf8.allSatisfy({ isHexDigit($0) || ":.".utf8.contains($0) })
            else { return nil }
        } else {
            let end = authority.firstIndex(of: ":") ?? authority.endIndex
            host = authority[..<end]
            rest = authority[end...]
            guard !host.isEmpty, host.utf8.count <= 253, host.utf8.allSatisfy(isHostByte), host.first != "-"
            else { return nil }
        }
        guard !rest.isEmpty else { return (host.lowercased(), usualPort) }
        let digits = rest.dropFirst()
        guard rest.first == ":", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(digits), port > 0
        else { return nil }
        return (host.lowercased(), port)
    }

    private static func ipv4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        // A leading zero would mean octal to some resolvers.
        let bytes = parts.compactMap { part in UInt8(part).flatMap { String($0) == part ? $0 : nil } }
        return parts.count == 4 && bytes.count == 4 ? bytes : nil
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool { "0123456789abcdefABCDEF".utf8.contains(byte) }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: ".-_".utf8.contains(byte)
        }
    }

    private static func refused(_ text: String) -> ClientError {
        ClientError(
            .invalidAddress,
            EscapedText.escape(text.utf8),
            "a server's address is https://HOST[:PORT]; it is spoken to by TLS alone"
        )
    }
}
