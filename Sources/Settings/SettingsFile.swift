internal import Configuration
public import FoundationEssentials
internal import Yams

/// A program's configuration file: YAML, in which a key that is not known is an error.
///
/// A missing or misspelt setting must never be taken for its default in silence, so every key is checked against those
/// that the program declares before anything starts.
public struct SettingsFile: Sendable {
    private let name: String
    private let snapshot: YAMLSnapshot?

    /// Reads a file.
    ///
    /// - Throws: `SettingsError` when it cannot be read, is no YAML, or has a key that is not in `keys`.
    public init(path: String, keys: Set<String>) throws(SettingsError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw SettingsError(file: path, message: "cannot be read; name a readable file with --config")
        }
        try self.init(name: path, data: data, keys: keys)
    }

    /// Reads a file's bytes; `name` stands for it in errors.
    ///
    /// - Throws: `SettingsError`, as above.
    public init(name: String, data: Data, keys: Set<String>) throws(SettingsError) {
        self.name = name
        let root: Node?
        do {
            root = try Yams.compose(yaml: String(decoding: data, as: UTF8.self))
        } catch {
            throw SettingsError(
                file: name,
                line: Self.line(of: error),
                message: "is not YAML: \(Self.problem(error))"
            )
        }
        // A file of comments alone says nothing.
        guard let root, root != Node("", .init(.null)), !(root.scalar?.string.isEmpty ?? false) else {
            snapshot = nil
            return
        }
        guard let mapping = root.mapping else {
            throw SettingsError(
                file: name,
                message: "must hold keys and values, such as 'state: /var/lib/weft'"
            )
        }
        try Self.check(mapping, below: "", keys: keys, file: name)
        do {
            snapshot = try YAMLSnapshot(data: data.bytes, providerName: name, parsingOptions: .default)
        } catch {
            throw SettingsError(file: name, message: "cannot be used: \(error)")
        }
    }

    /// A file that says nothing: every setting has its default.
    public init() {
        name = "defaults"
        snapshot = nil
    }

    /// The value that the file gives, or the setting's default.
    ///
    /// - Throws: `SettingsError` naming file, key and what is allowed.
    public func value<Value>(_ setting: Setting<Value>) throws(SettingsError) -> Value {
        guard let raw = raw(setting.key) else { return setting.fallback }
        guard let value = setting.read(raw) else {
            let shown: String
            switch raw {
            case .scalar(let text): shown = "'\(text)'"
            case .list(let texts): shown = "[\(texts.joined(separator: ", "))]"
            }
            throw SettingsError(
                file: name,
                key: setting.key,
                message: "\(shown) is not allowed; it must be \(setting.allowed)"
            )
        }
        return value
    }

    /// An error about a key, for what two settings together must be.
    public func error(_ key: String, _ message: String) -> SettingsError {
        SettingsError(file: name, key: key, message: message)
    }

    private func raw(_ key: String) -> ScalarOrList? {
        guard let snapshot else { return nil }
        let key = AbsoluteConfigKey(key.split(separator: ".").map(String.init))
        // A lookup of the wrong type throws: a scalar asked for as a list, and the other way round.
        if let found = try? snapshot.value(forKey: key, type: .string).value,
            case .string(let text) = found.content
        {
            return .scalar(text)
        }
        if let found = try? snapshot.value(forKey: key, type: .stringArray).value,
            case .stringArray(let texts) = found.content
        {
            return .list(texts)
        }
        return nil
    }

    private static func check(
        _ mapping: Node.Mapping,
        below prefix: String,
        keys: Set<String>,
        file: String
    ) throws(SettingsError) {
        for (key, value) in mapping {
            let path = prefix + (key.string ?? "?")
            if keys.contains(path) {
                guard value.mapping == nil else {
                    throw SettingsError(
                        file: file,
                        line: key.mark?.line,
                        key: path,
                        message: "takes a value, not keys"
                    )
                }
            } else if keys.contains(where: { $0.hasPrefix(path + ".") }) {
                guard let nested = value.mapping else {
                    let below = keys.filter { $0.hasPrefix(path + ".") }.sorted().joined(separator: ", ")
                    throw SettingsError(
                        file: file,
                        line: key.mark?.line,
                        key: path,
                        message: "has keys: \(below)"
                    )
                }
                try check(nested, below: path + ".", keys: keys, file: file)
            } else {
                let known = keys.filter { $0.hasPrefix(prefix) }.sorted().joined(separator: ", ")
                throw SettingsError(
                    file: file,
                    line: key.mark?.line,
                    key: path,
                    message: "is not a setting; allowed are \(known)"
                )
            }
        }
    }

    private static func line(of error: any Error) -> Int? {
        switch error as? YamlError {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        default: nil
        }
    }

    private static func problem(_ error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _):
            problem
        case .reader(let problem, _, _, _): problem
        default: "\(error)".split(separator: "\n").joined(separator: " ")
        }
    }
}
