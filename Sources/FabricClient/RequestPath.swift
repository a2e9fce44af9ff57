/// Builds a path with a query, percent-encoded.
///
/// *Source*: RFC 3986.
struct RequestPath {
    private(set) var text = ""
    private var hasQuery = false

    /// A path of components; what they hold cannot add another.
    init(_ components: String...) {
        for component in components { text += "/" + Self.encode(component) }
    }

    /// The path with one more parameter, where there is a value.
    func query(_ name: String, _ value: (some CustomStringConvertible)?) -> RequestPath {
        guard let value else { return self }
        var path = self
        path.text += (hasQuery ? "&" : "?") + "\(name)=" + Self.encode(value.description)
        path.hasQuery = true
        return path
    }

    private static func encode(_ text: String) -> String {
        // A component of dots alone would be taken as a step through the path.
        let isDots = text == "." || text == ".."
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte), !isDots {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~:@".utf8.contains(byte)
        }
    }
}
