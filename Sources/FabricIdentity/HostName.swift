import Glibc
import SwiftASN1
import X509

/// A name or an address by which a server is reached.
public struct HostName: Hashable, Sendable {
    /// The name as it was given, in lower case.
    public let text: String
    private let address: [UInt8]?

    /// Reads a DNS name, an IPv4 address or an IPv6 address without brackets.
    ///
    /// - Throws: `IdentityError` with code `malformed`.
    public init(_ text: String) throws(IdentityError) {
        self.text = text.lowercased()
        address = Self.address(text)
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard address != nil || isName && (1...253).contains(text.utf8.count) && text.first != "-" else {
            throw IdentityError(.malformed, text, "this is no name and no address of a machine")
        }
    }

    var generalName: GeneralName {
        address.map { .ipAddress(ASN1OctetString(contentBytes: $0[...])) } ?? .dnsName(text)
    }

    private static func address(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        var six = in6_addr()
        if inet_pton(AF_INET6, text, &six) == 1 { return withUnsafeBytes(of: six) { Array($0) } }
        return nil
    }
}
