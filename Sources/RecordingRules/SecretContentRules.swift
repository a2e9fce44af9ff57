/// The rules that look at contents, compiled.
struct SecretContentRules: Sendable {
    /// How many bytes a rule sees from a keyword on.
    static let reach = 1_024
    /// How many bytes a rule sees before a keyword.
    static let context = 128
    // A match needs no more than this many bytes from its keyword on: within what a rule has seen, a keyword that has
    // as many behind it is not looked at again, so that a line of nothing but keywords costs no more than its length.
    private static let settled = 256

    fileprivate struct Rule: Sendable {
        var name: String
        var pattern: BytePattern
        var exceptions: [BytePattern]
    }

    private var rules: [Rule] = []
    private var placeholders = Placeholders()
    private var index = KeywordIndex()

    init(_ described: SecretRuleFile, file: String) throws(RuleError) {
        func compile(
            _ pattern: String,
            _ ignoresCase: Bool,
            _ key: String,
            value: Int? = nil
        ) throws(RuleError) -> BytePattern {
            do {
                return try BytePattern(pattern, ignoresCase: ignoresCase, value: value)
            } catch {
                throw RuleFile.refused(file, nil, key, "'\(pattern)' \(error.message)")
            }
        }
        for (position, rule) in described.contents.enumerated() {
            let key = "contents[\(position + 1)]"
            let pattern = try compile(rule.pattern, rule.ignoreCase, "\(key).pattern", value: rule.value)
            var exceptions: [BytePattern] = []
            for exception in rule.unless {
                exceptions.append(try compile(exception, rule.ignoreCase, "\(key).unless"))
            }
            rules.append(Rule(name: rule.rule, pattern: pattern, exceptions: exceptions))
            for keyword in rule.keywords {
                guard keyword.utf8.count >= KeywordIndex.shortest else {
                    throw RuleFile.refused(
                        file,
                        nil,
                        "\(key).keywords",
                        "'\(keyword)' must have three bytes or more"
                    )
                }
                index.add(keyword, position: position)
            }
        }
        for placeholder in described.placeholders {
            placeholders.patterns.append(try compile(placeholder, false, "placeholders"))
        }
        placeholders.words = Set(described.words.map { $0.utf8.map(\.lowercased) })
    }

    /// The first rule that finds a secret, of those whose keyword begins in a part of the text.
    func firstRule(
        in text: UnsafeBufferPointer<UInt8>,
        from start: Int = 0,
        upTo end: Int = .max,
        beginsLine: Bool = true
    ) -> String? {
        var found: Int?
        var seen: [Int] = []
        index.search(text, from: start) { offset, position in
            if offset >= end { return true }
            if seen.isEmpty { seen = [Int](repeating: 0, count: rules.count) }
            guard offset >= seen[position] else { return false }
            let line = Self.line(around: offset, in: text, beginsLine: beginsLine)
            if rules[position].finds(in: line, exceptFor: placeholders) { found = position }
            seen[position] = line.range.upperBound - (line.ends ? 0 : Self.settled)
            return found != nil
        }
        return found.map { rules[$0].name }
    }

    static func isLineEnd(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") || byte == 0
    }

    fileprivate struct Line {
        var text: UnsafeBufferPointer<UInt8>
        var range: Range<Int>
        var begins: Bool
        var ends: Bool
    }

    private static func line(
        around offset: Int,
        in text: UnsafeBufferPointer<UInt8>,
        beginsLine: Bool
    ) -> Line {
        let lowest = max(0, offset - context)
        let highest = min(text.count, offset + reach)
        var begin = offset
        while begin > lowest, !isLineEnd(text[begin - 1]) { begin -= 1 }
        var end = offset
        while end < highest, !isLineEnd(text[end]) { end += 1 }
        return Line(
            text: UnsafeBufferPointer(rebasing: text[begin..<end]),
            range: begin..<end,
            begins: begin == 0 ? beginsLine : isLineEnd(text[begin - 1]),
            ends: end == text.count || isLineEnd(text[end])
        )
    }
}

extension SecretContentRules.Rule {
    // A match that is excepted hides none behind it: the search goes on at its value, which may be a name and a value
    // itself.
    fileprivate func finds(in line: SecretContentRules.Line, exceptFor placeholders: Placeholders) -> Bool {
        var start = 0
        while let match = pattern.firstMatch(
            in: line.text,
            from: start,
            beginsLine: line.begins,
            endsLine: line.ends
        ) {
            let whole = UnsafeBufferPointer(rebasing: line.text[match.range])
            let isExcepted =
                exceptions.contains { $0.firstMatch(in: whole) != nil }
                || match.value.map { placeholders.contain(line.text[$0]) } ?? false
            if !isExcepted { return true }
            let value = match.value?.lowerBound ?? match.range.upperBound
            start = value > match.range.lowerBound ? value : max(match.range.upperBound, start + 1)
        }
        return false
    }
}

/// Values that stand where a secret would stand.
private struct Placeholders: Sendable {
    var patterns: [BytePattern] = []
    /// In lower case.
    var words: Set<[UInt8]> = []

    private static let quotes = ByteSet("\"'`".utf8)
    private static let endings = ByteSet("\"'`;,)".utf8)

    func contain(_ value: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        var value = value
        while let first = value.first, Self.quotes.contains(first) { value.removeFirst() }
        while let last = value.last, Self.endings.contains(last) { value.removeLast() }
        if words.contains(value.map(\.lowercased)) { return true }
        let text = UnsafeBufferPointer(rebasing: value)
        return patterns.contains { $0.firstMatch(in: text) != nil }
    }
}
