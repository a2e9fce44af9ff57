/// A Varlink interface as its description gives it.
///
/// *Source*: https://varlink.org/Interface-Definition.
struct VarlinkInterface {
    struct Field {
        var name: String
        var type: VarlinkType
    }

    indirect enum VarlinkType {
        case bool
        case int
        case float
        case string
        case any
        case named(String)
        case maybe(VarlinkType)
        case array(VarlinkType)
        case dictionary(VarlinkType)
        case enumeration([String])
        case object([Field])
    }

    struct SyntaxError: Error {
        var expected: String
        var found: String?
    }

    private(set) var name = ""
    private(set) var types: [String: VarlinkType] = [:]
    private(set) var methods: [String: (input: [Field], output: [Field])] = [:]
    private(set) var errors: [String: [Field]] = [:]

    init(parsing text: String) throws {
        var tokens = Tokens(text)
        try tokens.expect("interface")
        name = try tokens.next("a name")
        while let keyword = tokens.take() {
            let member = try tokens.next("a name")
            // Types, methods and errors share one name space.
            guard types[member] == nil, methods[member] == nil, errors[member] == nil else {
                throw SyntaxError(expected: "a name that is free", found: member)
            }
            switch keyword {
            case "type": types[member] = try tokens.type()
            case "error": errors[member] = try tokens.fields()
            case "method":
                let input = try tokens.fields()
                try tokens.expect("->")
                methods[member] = (input, try tokens.fields())
            default: throw SyntaxError(expected: "type, method or error", found: keyword)
            }
        }
    }

    /// What does not fit; `seen` collects the fields that were there, as `Type.field`.
    func check(
        _ value: JSONValue,
        _ type: VarlinkType,
        at place: String,
        seen: inout Set<String>
    ) -> [String] {
        switch (type, value) {
        case (.bool, .bool), (.int, .int), (.float, .int), (.float, .double), (.string, .string), (.any, _):
            return []
        case (.maybe, .null): return []
        case (.maybe(let type), _): return check(value, type, at: place, seen: &seen)
        case (.named(let name), _):
            guard let type = types[name] else { return ["\(place): no type \(name)"] }
            return check(value, type, at: name, seen: &seen)
        case (.enumeration(let values), .string(let value)):
            return values.contains(value) ? [] : ["\(place): \(value) is none of \(values)"]
        case (.array(let type), .array(let values)):
            return values.flatMap { check($0, type, at: place, seen: &seen) }
        case (.dictionary(let type), .object(let values)):
            return values.values.flatMap { check($0, type, at: place, seen: &seen) }
        case (.object(let fields), .object(let values)):
            var problems = Set(values.keys).subtracting(fields.map(\.name))
                .map { "\(place).\($0) is not described" }
            for field in fields {
                if let value = values[field.name] {
                    seen.insert("\(place).\(field.name)")
                    problems += check(value, field.type, at: "\(place).\(field.name)", seen: &seen)
                } else if case .maybe = field.type {
                    continue
                } else {
                    problems.append("\(place).\(field.name) is missing")
                }
            }
            return problems
        default: return ["\(place): \(value) is no \(type)"]
        }
    }

    /// All fields of types and of methods' outputs, as `Type.field`.
    var allAnswerFields: Set<String> {
        var fields: Set<String> = []
        for (name, type) in types {
            if case .object(let members) = type { fields.formUnion(members.map { "\(name).\($0.name)" }) }
        }
        for (name, method) in methods { fields.formUnion(method.output.map { "\(name).\($0.name)" }) }
        return fields
    }

    /// All enumerations by where they stand.
    var enumerations: [String: [String]] {
        var found: [String: [String]] = [:]
        func search(_ type: VarlinkType, _ place: String) {
            switch type {
            case .enumeration(let values): found[place] = values
            case .maybe(let type), .array(let type), .dictionary(let type): search(type, place)
            case .object(let fields): for field in fields { search(field.type, "\(place).\(field.name)") }
            case .bool, .int, .float, .string, .any, .named: break
            }
        }
        for (name, type) in types { search(type, name) }
        for (name, method) in methods { search(.object(method.output), name) }
        return found
    }
}

/// The words and signs of a description, without comments.
private struct Tokens {
    private var rest: [String]

    init(_ text: String) {
        var tokens: [String] = []
        for line in text.split(separator: "\n") {
            var word = ""
            for character in line.prefix(while: { $0 != "#" }) {
                if character.isLetter || character.isNumber || "._-".contains(character),
                    character != "-" || word != ""
                {
                    word.append(character)
                    continue
                }
                if !word.isEmpty { tokens.append(word) }
                word = ""
                if !character.isWhitespace { tokens.append(String(character)) }
            }
            if !word.isEmpty { tokens.append(word) }
        }
        rest = tokens.reversed()
    }

    mutating func take() -> String? { rest.popLast() }

    mutating func next(_ expected: String) throws -> String {
        guard let token = rest.popLast() else { throw VarlinkInterface.SyntaxError(expected: expected) }
        return token
    }

    mutating func expect(_ sign: String) throws {
        for character in sign.first?.isLetter == true ? [sign] : sign.map({ String($0) }) {
            let token = try next(sign)
            guard token == character else { throw VarlinkInterface.SyntaxError(expected: sign, found: token) }
        }
    }

    private mutating func skip(_ sign: String) -> Bool {
        guard rest.last == sign else { return false }
        rest.removeLast()
        return true
    }

    mutating func type() throws -> VarlinkInterface.VarlinkType {
        if skip("?") { return .maybe(try type()) }
        if skip("[") {
            if skip("]") { return .array(try type()) }
            try expect("string")
            try expect("]")
            return .dictionary(try type())
        }
        if rest.last == "(" { return try object() }
        switch try next("a type") {
        case "bool": return .bool
        case "int": return .int
        case "float": return .float
        case "string": return .string
        case "object": return .any
        case let name: return .named(name)
        }
    }

    mutating func fields() throws -> [VarlinkInterface.Field] {
        guard case .object(let fields) = try object() else {
            throw VarlinkInterface.SyntaxError(expected: "fields")
        }
        return fields
    }

    private mutating func object() throws -> VarlinkInterface.VarlinkType {
        try expect("(")
        if skip(")") { return .object([]) }
        var fields: [VarlinkInterface.Field] = []
        var values: [String] = []
        repeat {
            let name = try next("a field")
            if skip(":") {
                fields.append(VarlinkInterface.Field(name: name, type: try type()))
            } else {
                values.append(name)
            }
        } while skip(",")
        try expect(")")
        guard fields.isEmpty || values.isEmpty else {
            throw VarlinkInterface.SyntaxError(expected: "fields or values")
        }
        return fields.isEmpty ? .enumeration(values) : .object(fields)
    }
}

/// Any JSON, with whole numbers and truth values told apart.
enum JSONValue: Decodable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .int(value)
        } else if let value = try? container.decode(Double.self) {
            self = .double(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }
}
