/// Where the server listens: `HOST:PORT`, an IPv6 address in brackets; port 0 takes any that is free.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// An address, or a name that the system resolves.
    public var host: String
    /// From 0 to 65535.
    public var port: Int

    /// For a person: what an address may be.
    public static let allowed = "HOST:PORT, such as 127.0.0.1:8440 or [::1]:8440"

    /// The port of weft-server, for this machine only.
    static let standard = ListenAddress(host: "127.0.0.1", port: 8440)

    /// An address from its parts.
    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`; `nil` when it is not that.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard let port = UInt16(digits), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        // A name could resolve to anything; this one means what everybody takes it for.
        self.host = host == "localhost" ? "127.0.0.1" : String(host)
        self.port = Int(port)
    }

    /// `HOST:PORT`.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
