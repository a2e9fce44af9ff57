import FabricModel

/// A line for a terminal, in pieces with a style each; its text is escaped when it is made.
struct Text: Hashable, ExpressibleByStringLiteral {
    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    private struct Piece: Hashable {
        var text: String
        var style: Style?
    }

    private var pieces: [Piece]

    /// Text from anywhere; a line break in it becomes `\n`.
    init(_ text: String, _ style: Style? = nil) {
        pieces = [Piece(text: PrintableText.escape(text), style: style)]
    }

    /// A line of a file, whose tabs stay.
    init(fileLine text: String, _ style: Style? = nil) {
        pieces = [Piece(text: PrintableText.escape(text, keepingTabs: true), style: style)]
    }

    /// Texts one after another, with something between them.
    init(joining texts: [Text], _ separator: Text) {
        pieces = texts.isEmpty ? [] : Array(texts.map(\.pieces).joined(separator: separator.pieces))
    }

    init(stringLiteral text: String) {
        self.init(text)
    }

    /// The lines of a text that may have several; those at the end that are empty are left out.
    static func lines(of text: String, indentedBy indent: String = "", _ style: Style? = nil) -> [Text] {
        var lines = text.lines
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { Text($0.isEmpty ? "" : indent + $0, style) }
    }

    /// A text as lines no wider than a terminal, broken between words; without a width it is one line.
    static func wrapped(
        _ text: String,
        indentedBy indent: String = "",
        in width: Int?,
        _ style: Style? = nil
    ) -> [Text] {
        guard let width else { return [Text(indent + text, style)] }
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, TextWidth.of("\(indent)\(last) \(word)") <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
        return lines.map { Text(indent + $0, style) }
    }

    static func + (left: Text, right: Text) -> Text {
        var sum = left
        sum.pieces += right.pieces
        return sum
    }

    static func += (left: inout Text, right: Text) {
        left = left + right
    }

    /// The text without styles.
    var plain: String { pieces.map(\.text).joined() }

    /// Columns that it takes.
    var width: Int { pieces.reduce(0) { $0 + TextWidth.of($1.text) } }

    /// What is sent to the terminal.
    func rendered(inColour: Bool) -> String {
        pieces.map { piece in
            guard inColour, let style = piece.style, !piece.text.isEmpty else { return piece.text }
            return "\u{1B}[\(style.rawValue)m\(piece.text)\u{1B}[0m"
        }
        .joined()
    }

    /// The text cut to a number of columns, with `…` at the end where something is missing.
    func truncated(to limit: Int) -> Text {
        guard width > limit, limit > 0 else { return self }
        var left = limit - 1
        var result = Text("")
        for piece in pieces {
            var kept = ""
            for character in piece.text {
                let width = TextWidth.of(String(character))
                guard width <= left else {
                    result.pieces.append(Piece(text: kept + "…", style: piece.style))
                    return result
                }
                kept.append(character)
                left -= width
            }
            result.pieces.append(Piece(text: kept, style: piece.style))
        }
        return result
    }

    /// The text cut to a number of columns in its first half, with `…` there, so that the name at a path's end stays.
    func shortened(to limit: Int) -> Text {
        guard width > limit, limit > 0 else { return self }
        let beginning = truncated(to: (limit - 1) / 3 + 1)
        return beginning + ending(of: limit - beginning.width)
    }

    /// The end of the text, of so many columns at most.
    private func ending(of limit: Int) -> Text {
        var left = limit
        var kept: [Piece] = []
        for piece in pieces.reversed() {
            var text = ""
            for character in piece.text.reversed() {
                left -= TextWidth.of(String(character))
                guard left >= 0 else { break }
                text.append(character)
            }
            kept.append(Piece(text: String(text.reversed()), style: piece.style))
            if left <= 0 { break }
        }
        var result = Text("")
        result.pieces += kept.reversed()
        return result
    }
}

extension StringProtocol {
    /// The parts between line feeds; as characters, CR LF would be one of its own.
    var lines: [String] {
        utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
