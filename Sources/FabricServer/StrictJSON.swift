import FabricAPI
import FabricModel
import FoundationEssentials

/// Refuses JSON that a decoder takes and nobody means well with: an object that says one thing twice, nesting and numbers
/// without end.
///
/// Which of two equal keys counts each reader of JSON decides for itself, so that two of them can see two values in one
/// text. What is no JSON at all passes, for the decoder knows better what to say of it. *Source*: RFC 8259 §4, §8.1, §9.
enum StrictJSON {
    /// Objects and lists inside each other; no route takes a third of it.
    static let deepest = 64
    /// Characters of a number.
    static let longestNumber = 64

    /// Looks a text through.
    ///
    /// - Throws: `invalidRequest`.
    static func check(_ text: [UInt8]) throws(APIError) {
        // The keys of each object that is open; `nil` for a list.
        var open: [Set<String>?] = []
        var lastString = 0..<0
        var index = 0
        while index < text.count {
            switch text[index] {
            case UInt8(ascii: "\""):
                lastString = string(in: text, from: index)
                index = lastString.upperBound
            case UInt8(ascii: ":"):
                guard let level = open.indices.last, open[level] != nil else { break }
                let key = key(text[lastString])
                guard open[level]?.insert(key).inserted == true else { throw twice(key) }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard open.count < deepest else {
                    throw APIError(.invalidRequest, "the body is nested deeper than \(deepest)")
                }
                open.append(text[index] == UInt8(ascii: "{") ? [] : nil)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = open.popLast()
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                index = try number(in: text, from: index)
                continue
            // A text in UTF-16 or UTF-32, which Foundation reads too and in which nothing here means what it should.
            case 0: throw APIError(.invalidRequest, "the body is not JSON, which is UTF-8")
            default: break
            }
            index += 1
        }
    }

    /// The string that begins at an index, without its quotes.
    private static func string(in text: [UInt8], from start: Int) -> Range<Int> {
        var index = start + 1
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return start + 1..<min(max(index, start + 1), text.count)
    }

    /// What a key stands for.
    private static func key(_ raw: ArraySlice<UInt8>) -> String {
        if raw.contains(UInt8(ascii: "\\")) {
            let quoted = Data([UInt8(ascii: "\"")] + raw + [UInt8(ascii: "\"")])
            // Of what is no string the decoder tells.
            if let key = try? JSONDecoder().decode(String.self, from: quoted) { return key }
        }
        return String(decoding: raw, as: UTF8.self)
    }

    /// Where the number ends that begins at an index.
    private static func number(in text: [UInt8], from start: Int) throws(APIError) -> Int {
        let end = text[start...].firstIndex { !"+-.0123456789eE".utf8.contains($0) } ?? text.count
        guard end - start <= longestNumber else {
            throw APIError(.invalidRequest, "a number in the body has more than \(longestNumber) characters")
        }
        return end
    }

    private static func twice(_ key: String) -> APIError {
        let shown = key.count <= 64 ? key : key.prefix(64) + "…"
        return APIError(.invalidRequest, "an object in the body says '\(shown)' twice", subject: shown)
    }
}
