internal import Glibc

/// A POSIX extended regular expression over bytes.
///
/// glibc's engine: it works on bytes, has a length instead of a terminator (`REG_STARTEND`), and its automaton never
/// goes back, so that a line costs the same whatever it holds. Swift's own engine works on characters, which bytes of
/// unknown encoding do not have.
// SAFETY: the expression is compiled before anyone else has it, and regexec(3) is thread-safe: glibc locks the
// automaton that it extends while it matches.
final class BytePattern: @unchecked Sendable {
    /// Where a match lies, and the value in it where the pattern has a group for it.
    struct Match {
        var range: Range<Int>
        var value: Range<Int>?
    }

    /// Why a text is no expression.
    struct Refusal: Error {
        var message: String
    }

    private var expression = regex_t()
    private let group: Int
    private let isCompiled: Bool

    /// Compiles a pattern; `value` is the group that matches the value.
    init(_ pattern: String, ignoresCase: Bool, value: Int? = nil) throws(Refusal) {
        guard !pattern.isEmpty, !pattern.utf8.contains(0) else { throw Refusal(message: "is empty") }
        // The meaning of a byte must not depend on the language that a program was started in.
        let plain = newlocale(1 << LC_CTYPE, "C", nil)
        let previous = uselocale(plain)
        defer {
            uselocale(previous)
            if let plain { freelocale(plain) }
        }
        let status = regcomp(&expression, pattern, REG_EXTENDED | (ignoresCase ? REG_ICASE : 0))
        guard status == 0 else {
            var text = [CChar](repeating: 0, count: 128)
            regerror(status, &expression, &text, text.count)
            let reason = String(
                decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
                as: UTF8.self
            )
            group = 0
            isCompiled = false
            throw Refusal(message: "is no extended regular expression: \(reason)")
        }
        group = value ?? 0
        isCompiled = true
        guard (0...expression.re_nsub).contains(group) else {
            throw Refusal(message: "has \(expression.re_nsub) groups, so 'value' must be one of them")
        }
    }

    deinit {
        // A refused expression holds nothing to free.
        if isCompiled { regfree(&expression) }
    }

    /// The first match at or after `start`.
    ///
    /// `beginsLine` and `endsLine` tell whether `^` and `$` hold at the ends of `text`.
    func firstMatch(
        in text: UnsafeBufferPointer<UInt8>,
        from start: Int = 0,
        beginsLine: Bool = true,
        endsLine: Bool = true
    ) -> Match? {
        guard let base = text.baseAddress, start <= text.count else { return nil }
        let flags = REG_STARTEND | (beginsLine ? 0 : REG_NOTBOL) | (endsLine ? 0 : REG_NOTEOL)
        return withUnsafeTemporaryAllocation(of: regmatch_t.self, capacity: group + 1) { matches in
            matches.initialize(repeating: regmatch_t(rm_so: regoff_t(start), rm_eo: regoff_t(text.count)))
            let status = base.withMemoryRebound(to: CChar.self, capacity: text.count) { characters in
                regexec(&expression, characters, group + 1, matches.baseAddress, flags)
            }
            if status == noMatch { return nil }
            // Out of memory: what cannot be checked is treated as found.
            guard status == 0 else { return Match(range: start..<text.count) }
            let range = Int(matches[0].rm_so)..<Int(matches[0].rm_eo)
            let value = matches[group]
            let hasValue = group > 0 && value.rm_so >= 0
            return Match(range: range, value: hasValue ? Int(value.rm_so)..<Int(value.rm_eo) : nil)
        }
    }
}

// REG_NOMATCH of regex.h, an enumerator that the module of glibc leaves out.
private let noMatch: Int32 = 1
