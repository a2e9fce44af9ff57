/// A fact of a node, or a tree of them under names.
///
/// *Shape*: what JSON can say; names and values are ohai's.
public enum FactValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case list([FactValue])
    case table([String: FactValue])

    /// What a table holds under a name.
    ///
    /// Setting it makes a table of what was none; `nil` takes the name away.
    public subscript(name: String) -> FactValue? {
        get {
            guard case .table(let table) = self else { return nil }
            return table[name]
        }
        set {
            guard case .table(var table) = self else {
                self = .table(newValue.map { [name: $0] } ?? [:])
                return
            }
            // Without this a second reference would have the whole table copied.
            self = .null
            table[name] = newValue
            self = .table(table)
        }
    }

    /// What lies below names, each below the one before.
    public subscript(names: [String]) -> FactValue? {
        names.reduce(Optional(self)) { $0?[$1] }
    }

    /// The text, of a value that is one.
    public var text: String? {
        if case .text(let text) = self { text } else { nil }
    }

    /// The names and values of a table; of anything else there are none.
    public var members: [String: FactValue] {
        if case .table(let table) = self { table } else { [:] }
    }

    /// The items of a list; of anything else there are none.
    public var items: [FactValue] {
        if case .list(let items) = self { items } else { [] }
    }

    /// Whether other values lie below it; not so for an empty list or table.
    public var isBranch: Bool {
        switch self {
        case .list(let items): !items.isEmpty
        case .table(let table): !table.isEmpty
        default: false
        }
    }
}

extension FactValue: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
    /// A text.
    public init(stringLiteral text: String) { self = .text(text) }

    /// A table; of a name that stands there twice the last value.
    public init(dictionaryLiteral members: (String, FactValue)...) {
        self = .table(Dictionary(members) { $1 })
    }

    /// A list.
    public init(arrayLiteral items: FactValue...) { self = .list(items) }
}

/// One fact with the way to it.
public struct FactLeaf: Hashable, Sendable {
    /// The names and list indices from the top.
    public var names: [String]
    /// The value, which is no branch.
    public var value: FactValue

    /// A leaf from its parts.
    public init(names: [String], value: FactValue) {
        self.names = names
        self.value = value
    }

    /// The way to it as a person writes it.
    public var path: String { FactPath.text(of: names) }
}

extension FactValue {
    /// Every value that is no branch, by name, with the way to it.
    public func leaves(below names: [String] = []) -> [FactLeaf] {
        var leaves: [FactLeaf] = []
        collect(names, &leaves)
        return leaves
    }

    private func collect(_ names: [String], _ leaves: inout [FactLeaf]) {
        switch self {
        case .table(let table) where !table.isEmpty:
            for (name, value) in table.sorted(by: { FactName.isOrdered($0.key, $1.key) }) {
                value.collect(names + [name], &leaves)
            }
        case .list(let items) where !items.isEmpty:
            for (index, item) in items.enumerated() { item.collect(names + [String(index)], &leaves) }
        default: leaves.append(FactLeaf(names: names, value: self))
        }
    }

    /// What is in `other` and not here, added below the same names; what is in both stays as it is here.
    public func merging(_ other: FactValue) -> FactValue {
        guard case .table(var merged) = self, case .table(let others) = other else { return self }
        for (name, value) in others { merged[name] = merged[name]?.merging(value) ?? value }
        return .table(merged)
    }
}

/// How names are ordered for people: numbers by their value.
enum FactName {
    static func isOrdered(_ left: String, _ right: String) -> Bool {
        if let first = Int(left), let second = Int(right), first != second { return first < second }
        return left < right
    }
}
