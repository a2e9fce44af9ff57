extension ResourceKey {
    private static let unitTypes = [
        "service", "socket", "timer", "path", "mount", "automount", "swap", "target", "slice", "device",
        "scope",
    ]

    static func checkPackageName(_ bytes: [UInt8], _ name: String) throws(ModelError) {
        let allowed = bytes.allSatisfy { $0.isASCIILetterOrDigit || "+-._:()".utf8.contains($0) }
        guard allowed, !bytes.isEmpty, bytes.count <= 255, bytes.first != UInt8(ascii: "-") else {
            throw ModelError(
                .invalidResourceKey,
                name,
                "a package's name has letters, digits and +-._:() and does not begin with '-'"
            )
        }
    }

    /// *Source*: systemd.unit(5).
    static func checkUnitName(_ bytes: [UInt8], _ name: String) throws(ModelError) {
        let allowed = bytes.allSatisfy { $0.isASCIILetterOrDigit || ":-_.\\@".utf8.contains($0) }
        let parts = String(decoding: bytes, as: UTF8.self)
            .split(separator: ".", omittingEmptySubsequences: false)
        let hasType = parts.count > 1 && unitTypes.contains { $0 == parts[parts.count - 1] }
        guard allowed, hasType, bytes.count <= 255, bytes.first != UInt8(ascii: "-"),
            bytes.first != UInt8(ascii: ".")
        else {
            throw ModelError(
                .invalidResourceKey,
                name,
                "a service is named as systemd names its unit, with the type at the end, such as sshd.service"
            )
        }
    }

    /// *Source*: useradd(8); names of other makers have capitals, dots, backslashes, blanks or `@` besides.
    static func checkAccountName(_ bytes: [UInt8], _ name: String) throws(ModelError) {
        let allowed = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F && !":,/".utf8.contains($0) }
        guard allowed, !bytes.isEmpty, bytes.count <= 255, !"-+~".utf8.contains(bytes[0]),
            bytes.contains(where: { $0 != UInt8(ascii: ".") && $0 != 0x20 })
        else {
            throw ModelError(
                .invalidResourceKey,
                name,
                "an account's name has no ':', ',' or '/' and does not begin with '-', '+' or '~'"
            )
        }
    }
}

extension UInt8 {
    fileprivate var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
