/// The lines of an account file that are of use, each as its fields between colons.
///
/// As the C library reads them: blanks before a line, comments and empty lines do not count.
struct AccountLines: Sequence, IteratorProtocol {
    private var lines: ArraySlice<ArraySlice<UInt8>>

    init(_ bytes: [UInt8]) {
        lines = bytes.split(separator: UInt8(ascii: "\n"))[...]
    }

    mutating func next() -> [ArraySlice<UInt8>]? {
        while let line = lines.popFirst() {
            let text = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard !text.isEmpty, text.first != UInt8(ascii: "#") else { continue }
            return text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        }
        return nil
    }
}

extension ArraySlice<UInt8> {
    /// The number that these digits are; `nil` for anything else, such as a sign.
    func number<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number? {
        guard !isEmpty, allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return Number(String(decoding: self, as: UTF8.self))
    }
}
