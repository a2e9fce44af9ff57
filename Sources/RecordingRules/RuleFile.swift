internal import FabricModel
internal import LinuxSystem
internal import SystemPackage
internal import Yams

/// Reads rule files: YAML, in which a key that is not known is an error.
enum RuleFile {
    /// The values of a file, decoded.
    ///
    /// - Throws: `RuleError`: one line that names file, line, key and what is allowed.
    static func decode<Value: Decodable>(
        _ type: Value.Type,
        yaml: String,
        file: String
    ) throws(RuleError) -> Value {
        let root: Node
        do {
            guard let node = try Yams.compose(yaml: yaml) else { throw refused(file, nil, nil, "is empty") }
            root = node
        } catch let error as RuleError {
            throw error
        } catch {
            let (line, problem) = explain(error)
            throw refused(file, line, nil, problem)
        }
        do {
            return try YAMLDecoder().decode(type, from: root)
        } catch let error as DecodingError {
            let (path, problem) = explain(error)
            throw refused(file, line(of: path, in: root), text(of: path), problem)
        } catch {
            throw refused(file, nil, nil, "\(error)")
        }
    }

    /// The text of a file.
    static func text(of path: FilePath) throws(RuleError) -> String {
        let bytes: [UInt8]?
        do {
            bytes = try SystemFile.read(path, limit: 4 << 20)
        } catch {
            throw refused(path.string, nil, nil, "cannot be read: \(error.message)")
        }
        guard let bytes else { throw refused(path.string, nil, nil, "is not there") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw refused(path.string, nil, nil, "is not UTF-8")
        }
        return text
    }

    /// An error about one key of a file.
    static func refused(_ file: String, _ line: Int?, _ key: String?, _ problem: String) -> RuleError {
        let place = line.map { "\(file):\($0)" } ?? file
        let message = problem.split(whereSeparator: \.isNewline).joined(separator: " ")
        return RuleError(place, key.map { "\($0): \(message)" } ?? message)
    }

    private static func explain(_ error: DecodingError) -> (path: [any CodingKey], problem: String) {
        switch error {
        case .keyNotFound(let key, let context):
            (context.codingPath, "'\(key.stringValue)' is missing")
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            (context.codingPath, "must be \(shape(type))")
        case .dataCorrupted(let context):
            (context.codingPath, context.debugDescription)
        @unknown default:
            ([], "\(error)")
        }
    }

    private static func shape(_ type: any Any.Type) -> String {
        switch type {
        case is String.Type, is Node.Scalar.Type: "a text"
        case is Bool.Type: "true or false"
        case is any FixedWidthInteger.Type: "a whole number"
        case is Node.Mapping.Type: "a mapping of keys to values"
        default: "a list"
        }
    }

    private static func explain(_ error: any Error) -> (line: Int?, problem: String) {
        switch error {
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            (mark.line, "is not YAML: \(problem)")
        case YamlError.duplicatedKeysInMapping(let duplicates, let context):
            (context.mark.line, "'\(duplicates.sorted().joined(separator: "', '"))' is given twice")
        default: (nil, "is not YAML: \(error)")
        }
    }

    private static func text(of path: [any CodingKey]) -> String? {
        guard !path.isEmpty else { return nil }
        var text = ""
        for key in path {
            if let index = key.intValue {
                text += "[\(index + 1)]"
            } else {
                text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return text
    }

    private static func line(of path: [any CodingKey], in root: Node) -> Int? {
        var node = root
        for key in path {
            if let index = key.intValue, let items = node.sequence, items.indices.contains(index) {
                node = items[index]
            } else if let pair = node.mapping?.first(where: { $0.key.string == key.stringValue }) {
                node = pair.value
            } else {
                break
            }
        }
        return node.mark?.line
    }
}

extension Decoder {
    /// A container of known keys; any other key is an error that lists them.
    func strictContainer<Key: CodingKey & CaseIterable>(
        keyedBy type: Key.Type
    ) throws -> KeyedDecodingContainer<Key> {
        let known = Key.allCases.map(\.stringValue)
        for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: codingPath + [key],
                    debugDescription: "is not known; allowed are \(known.joined(separator: ", "))"
                )
            )
        }
        return try container(keyedBy: type)
    }
}
