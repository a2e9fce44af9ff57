/// Bytes as printable ASCII: everything outside it, and the backslash, as C escapes.
///
/// *Shape*: `\n`, `\t` and `\\` have their short form, any other byte is `\xhh` in lower case; a space stays a space.
/// Every byte sequence has exactly one escaped text.
public enum EscapedText {
    /// The escaped text of `bytes`.
    public static func escape(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\\"): text += [byte, byte]
            case 0x20...0x7E: text.append(byte)
            case UInt8(ascii: "\n"): text += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case UInt8(ascii: "\t"): text += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            default:
                text += [UInt8(ascii: "\\"), UInt8(ascii: "x"), hexDigit(byte >> 4), hexDigit(byte & 15)]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that `text` stands for.
    ///
    /// - Throws: `ModelError` with code `invalidEscape` when `text` is not what ``escape(_:)`` writes.
    public static func unescape(_ text: String) throws(ModelError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var rest = text.utf8.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "\\") else {
                guard (0x20...0x7E).contains(byte) else { throw refused(text) }
                bytes.append(byte)
                continue
            }
            switch rest.next() {
            case UInt8(ascii: "\\"): bytes.append(UInt8(ascii: "\\"))
            case UInt8(ascii: "n"): bytes.append(UInt8(ascii: "\n"))
            case UInt8(ascii: "t"): bytes.append(UInt8(ascii: "\t"))
            case UInt8(ascii: "x"):
                guard let high = hexValue(rest.next()), let low = hexValue(rest.next()) else {
                    throw refused(text)
                }
                let value = high << 4 | low
                let hasShorterForm = (0x20...0x7E).contains(value) || value == 0x0A || value == 0x09
                guard !hasShorterForm else { throw refused(text) }
                bytes.append(value)
            default: throw refused(text)
            }
        }
        return bytes
    }

    /// `text` as an escaped text, whether it is one already or holds raw characters that need escapes.
    ///
    /// For what a person types: `/etc/caf\xc3\xa9` and `/etc/café` name the same file.
    public static func normalize(_ text: String) -> String {
        (try? unescape(text)) != nil ? text : escape(text.utf8)
    }

    private static func refused(_ text: String) -> ModelError {
        ModelError(
            .invalidEscape,
            text,
            "bytes outside printable ASCII and the backslash are written \\n, \\t, \\\\ or \\xhh in lower case"
        )
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    private static func hexValue(_ digit: UInt8?) -> UInt8? {
        switch digit {
        case .some(let digit) where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit):
            digit - UInt8(ascii: "0")
        case .some(let digit) where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(digit):
            digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
