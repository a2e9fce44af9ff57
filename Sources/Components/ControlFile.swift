/// A file of paragraphs with `Name: value` lines, as dpkg and apt keep them.
///
/// *Source*: deb822(5).
struct ControlFile {
    /// One paragraph: the values of the fields that were asked for, in that order; `nil` where a field is missing.
    ///
    /// A value of several lines has its continuation lines with their line ends and leading blanks.
    typealias Paragraph = [UnsafeBufferPointer<UInt8>?]

    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Gives each paragraph to `body`, which must not keep it.
    func visit(_ fields: [String], _ body: (Paragraph) -> Void) {
        let names = fields.map { Array($0.utf8) }
        bytes.withUnsafeBufferPointer { text in
            var values = Paragraph(repeating: nil, count: names.count)
            var isEmpty = true
            var position = 0
            while position < text.count {
                let end = text[position...].firstIndex(of: newline) ?? text.count
                if end == position {
                    if !isEmpty { body(values) }
                    values = Paragraph(repeating: nil, count: names.count)
                    isEmpty = true
                    position += 1
                    continue
                }
                isEmpty = false
                // The value goes on in the lines that begin with a blank.
                var valueEnd = end
                while valueEnd + 1 < text.count, isBlank(text[valueEnd + 1]) {
                    valueEnd = text[(valueEnd + 1)...].firstIndex(of: newline) ?? text.count
                }
                for (index, name) in names.enumerated() where values[index] == nil {
                    if let value = Self.value(of: name, in: text[position..<end], upTo: valueEnd, text) {
                        values[index] = value
                        break
                    }
                }
                position = valueEnd + 1
            }
            if !isEmpty { body(values) }
        }
    }

    private static func value(
        of name: [UInt8],
        in line: Slice<UnsafeBufferPointer<UInt8>>,
        upTo end: Int,
        _ text: UnsafeBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8>? {
        guard line.count > name.count, line[line.startIndex + name.count] == UInt8(ascii: ":"),
            line.prefix(name.count).elementsEqual(name)
        else { return nil }
        var start = line.startIndex + name.count + 1
        while start < line.endIndex, isBlank(text[start]) { start += 1 }
        return UnsafeBufferPointer(rebasing: text[start..<end])
    }
}

private let newline = UInt8(ascii: "\n")

private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
}
