/// A question about facts, as a person writes it.
///
/// *Shape*: `PATH OP VALUE`, joined by `and`, `or`, `not` and parentheses, such as
/// `platform=debian and memory.total>=16GB`. A ``FactPath`` alone asks whether there is such a fact. Operators: `=`, `!=`
/// (there is such a fact, and none has the value), `<`, `<=`, `>`, `>=`, `~` (has the text in it, or is of a pattern with
/// `*` or `?`, in any case) and `!~`. A value with spaces, parentheses, or a `*` that is meant as such is written in
/// double quotes.
public struct FactQuery: Hashable, Sendable {
    /// How a fact is compared.
    enum Operator: String, CaseIterable, Sendable {
        case equal = "="
        case unequal = "!="
        case less = "<"
        case atMost = "<="
        case greater = ">"
        case atLeast = ">="
        case like = "~"
        case unlike = "!~"
    }

    /// What a fact is compared with.
    struct Operand: Hashable, Sendable {
        var text: String
        var isQuoted = false
    }

    indirect enum Condition: Hashable, Sendable {
        case exists(FactPath)
        case comparison(FactPath, Operator, Operand)
        case not(Condition)
        case all([Condition])
        case any([Condition])
    }

    let condition: Condition

    /// Reads a query.
    ///
    /// - Throws: `ModelError` with code `invalidQuery`, which points at the place.
    public init(_ text: String) throws(ModelError) {
        var reader = FactQueryReader(text)
        condition = try reader.query()
    }

    /// The facts for which these facts are an answer; `nil` where they are none.
    ///
    /// They may be none where what was asked is that something is not there.
    public func matches(in facts: FactValue) -> [FactLeaf]? {
        var leaves: [FactLeaf] = []
        guard Self.holds(condition, facts, &leaves) else { return nil }
        var known: Set<[String]> = []
        return leaves.filter { known.insert($0.names).inserted }
    }

    private static func holds(_ condition: Condition, _ facts: FactValue, _ leaves: inout [FactLeaf]) -> Bool
    {
        switch condition {
        case .exists(let path):
            let found = path.values(in: facts)
            leaves += found.filter { !$0.value.isBranch }
            return !found.isEmpty
        case .comparison(let path, let comparison, let operand):
            return holds(path, comparison, operand, facts, &leaves)
        case .not(let condition):
            var ignored: [FactLeaf] = []
            return !holds(condition, facts, &ignored)
        case .all(let conditions):
            return conditions.allSatisfy { holds($0, facts, &leaves) }
        case .any(let conditions):
            var isAny = false
            for condition in conditions {
                var own: [FactLeaf] = []
                if holds(condition, facts, &own) {
                    isAny = true
                    leaves += own
                }
            }
            return isAny
        }
    }

    private static func holds(
        _ path: FactPath,
        _ comparison: Operator,
        _ operand: Operand,
        _ facts: FactValue,
        _ leaves: inout [FactLeaf]
    ) -> Bool {
        // A list of texts, such as flags, is compared item by item.
        let found = path.values(in: facts)
            .flatMap { leaf in
                leaf.value.items.isEmpty
                    ? [leaf]
                    : leaf.value.items.enumerated()
                        .map { FactLeaf(names: leaf.names + [String($0)], value: $1) }
            }
            .filter { !$0.value.isBranch }
        let positive: Operator? =
            switch comparison {
            case .unequal: .equal
            case .unlike: .like
            default: nil
            }
        if let positive {
            guard !found.isEmpty, !found.contains(where: { operand.holds(positive, $0) }) else {
                return false
            }
            leaves += found
            return true
        }
        let matching = found.filter { operand.holds(comparison, $0) }
        leaves += matching
        return !matching.isEmpty
    }
}

extension FactQuery.Operand {
    fileprivate func holds(_ comparison: FactQuery.Operator, _ leaf: FactLeaf) -> Bool {
        guard let fact = leaf.value.comparable else { return false }
        switch comparison {
        case .equal, .unequal:
            if !isQuoted, text.contains("*") { return Glob(text).matches(fact) }
            if fact == text { return true }
            // Versions such as 1.10 and 1.1 are numbers as well, but not the same.
            guard FactQuantity.isSure(fact, leaf.value) || FactQuantity.hasUnit(text) else { return false }
            return FactQuantity.order(leaf, text) == .some(0)
        case .like, .unlike:
            let (fact, text) = (fact.lowercased(), text.lowercased())
            let isPattern = !isQuoted && text.contains { $0 == "*" || $0 == "?" }
            return isPattern ? Glob(text).matches(fact) : text.isEmpty || fact.hasPart(text)
        case .less, .atMost, .greater, .atLeast:
            guard let order = FactQuantity.order(leaf, text) ?? FactVersion.order(fact, text) else {
                return false
            }
            return switch comparison {
            case .less: order < 0
            case .atMost: order <= 0
            case .greater: order > 0
            default: order >= 0
            }
        }
    }
}

extension FactValue {
    /// What a value that is no branch is compared by.
    fileprivate var comparable: String? {
        switch self {
        case .text(let text): text
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let value): "\(value)"
        case .null: "null"
        case .list, .table: nil
        }
    }
}

extension String {
    fileprivate func hasPart(_ part: String) -> Bool {
        let (bytes, part) = (Array(utf8), Array(part.utf8))
        guard part.count <= bytes.count else { return false }
        return (0...(bytes.count - part.count)).contains { bytes[$0...].starts(with: part) }
    }
}
