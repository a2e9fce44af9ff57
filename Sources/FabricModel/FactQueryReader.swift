/// Reads what people ask about facts.
struct FactQueryReader {
    private static let deepest = 64

    private let source: String
    private let text: [Unicode.Scalar]
    private var position = 0
    private var depth = 0

    init(_ source: String) {
        self.source = source
        text = Array(source.unicodeScalars)
    }

    /// Whether a character may stand in a name that is not quoted.
    static func isName(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII
            ? scalar.properties.isAlphabetic || "0123456789_-:/@,+%*?$#&;{}[]".unicodeScalars.contains(scalar)
            : !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
    }

    /// The whole text as a query.
    mutating func query() throws(ModelError) -> FactQuery.Condition {
        let condition = try any()
        skipSpace()
        guard position == text.count else {
            throw problem(peek == ")" ? "this ')' closes nothing" : "'and' or 'or' is missing before this")
        }
        return condition
    }

    /// The whole text as a path.
    mutating func wholePath() throws(ModelError) -> FactPath {
        let path = try path()
        guard position == text.count else {
            throw problem("a path is names between dots; quote a name that has this")
        }
        return path
    }

    private var peek: Unicode.Scalar? { position < text.count ? text[position] : nil }

    private mutating func skipSpace() {
        while let peek, peek.properties.isWhitespace { position += 1 }
    }

    /// An error with the text below it and a mark under the place.
    private func problem(_ message: String, at place: Int? = nil) -> ModelError {
        let place = place ?? position
        // Escaped texts are longer: the mark goes under where the escape begins.
        let before = String(String.UnicodeScalarView(text[..<place]))
        let mark = String(repeating: " ", count: EscapedText.escape(before.utf8).count) + "^"
        let shown = EscapedText.escape(source.utf8)
        return ModelError(
            .invalidQuery,
            source,
            "\(message), at character \(place + 1):\n    \(shown)\n    \(mark)"
        )
    }

    private mutating func any() throws(ModelError) -> FactQuery.Condition {
        var conditions = [try all()]
        while takeWord("or") { conditions.append(try all()) }
        return conditions.count == 1 ? conditions[0] : .any(conditions)
    }

    private mutating func all() throws(ModelError) -> FactQuery.Condition {
        var conditions = [try one()]
        while takeWord("and") { conditions.append(try one()) }
        return conditions.count == 1 ? conditions[0] : .all(conditions)
    }

    private mutating func one() throws(ModelError) -> FactQuery.Condition {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { throw problem("the query is nested deeper than \(Self.deepest)") }
        if takeWord("not") { return .not(try one()) }
        skipSpace()
        guard peek == "(" else { return try comparison() }
        let start = position
        position += 1
        let condition = try any()
        skipSpace()
        guard peek == ")" else { throw problem("this '(' is not closed", at: start) }
        position += 1
        return condition
    }

    /// Takes a word of the language: one that no operator follows, for then it is a fact's name.
    private mutating func takeWord(_ word: String) -> Bool {
        skipSpace()
        let start = position
        let length = word.unicodeScalars.count
        let given = String(String.UnicodeScalarView(text[start...].prefix(length)))
        let end = start + length
        guard given.lowercased() == word, end == text.count || !(Self.isName(text[end]) || text[end] == ".")
        else {
            return false
        }
        position = end
        let isName = word == "not" && takeOperator() != nil
        position = isName ? start : end
        return !isName
    }

    private mutating func comparison() throws(ModelError) -> FactQuery.Condition {
        skipSpace()
        let beginning = position
        let path = try path()
        guard let comparison = takeOperator() else {
            skipSpace()
            if Self.isJoining(path.description) {
                throw problem("the name of a fact is missing", at: beginning)
            }
            if let peek, "=<>!~".unicodeScalars.contains(peek) {
                throw problem("this is no operator; there are \(Self.operators)")
            }
            return .exists(path)
        }
        let end = position
        skipSpace()
        let start = position
        if peek == "\"" {
            return .comparison(path, comparison, FactQuery.Operand(text: try quoted(), isQuoted: true))
        }
        while let peek, !peek.properties.isWhitespace, peek != ")", peek != "(" { position += 1 }
        guard position > start else { throw problem("a value is missing after '\(comparison.rawValue)'") }
        let value = String(String.UnicodeScalarView(text[start..<position]))
        guard start == end || !Self.isJoining(value) else {
            throw problem("a value is missing after '\(comparison.rawValue)'", at: end)
        }
        return .comparison(path, comparison, FactQuery.Operand(text: value))
    }

    private static func isJoining(_ word: String) -> Bool { ["and", "or"].contains(word.lowercased()) }

    private static let operators = FactQuery.Operator.allCases.map(\.rawValue).joined(separator: " ")

    private mutating func takeOperator() -> FactQuery.Operator? {
        skipSpace()
        let signs = text[position...].prefix { "=<>!~".unicodeScalars.contains($0) }
        let sign = String(String.UnicodeScalarView(signs))
        guard let comparison = FactQuery.Operator(rawValue: sign == "==" ? "=" : sign) else { return nil }
        position += signs.count
        return comparison
    }

    private mutating func path() throws(ModelError) -> FactPath {
        skipSpace()
        var parts: [FactPath.Part] = []
        while true {
            if peek == "\"" {
                parts.append(FactPath.Part(text: try quoted(), isQuoted: true))
            } else {
                let start = position
                while let peek, Self.isName(peek) { position += 1 }
                guard position > start else {
                    throw problem(
                        parts.isEmpty ? "the name of a fact is missing" : "a name is missing after '.'"
                    )
                }
                parts.append(FactPath.Part(text: String(String.UnicodeScalarView(text[start..<position]))))
            }
            guard peek == "." else { return FactPath(parts: parts) }
            position += 1
        }
    }

    private mutating func quoted() throws(ModelError) -> String {
        let start = position
        var value = String.UnicodeScalarView()
        position += 1
        while let scalar = peek {
            position += 1
            if scalar == "\"" { return String(value) }
            if scalar == "\\", let next = peek {
                position += 1
                value.append(next)
            } else {
                value.append(scalar)
            }
        }
        throw problem("this '\"' is not closed", at: start)
    }
}
