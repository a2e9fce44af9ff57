/// Metrics as Prometheus reads them.
///
/// *Source*: Prometheus, "Exposition formats", text format 0.0.4.
struct MetricsText {
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    /// Begins a metric.
    mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// A value of the metric that was begun.
    mutating func add(
        _ name: String,
        _ labels: [(String, String)] = [],
        _ value: some CustomStringConvertible
    ) {
        let list = labels.map { "\($0)=\"\(Self.escape($1))\"" }.joined(separator: ",")
        text += list.isEmpty ? "\(name) \(value)\n" : "\(name){\(list)} \(value)\n"
    }

    /// A metric of one value.
    mutating func gauge(_ name: String, _ help: String, _ value: some CustomStringConvertible) {
        begin(name, .gauge, help)
        add(name, value)
    }

    private mutating func add(_ name: String, _ value: some CustomStringConvertible) { add(name, [], value) }

    private static func escape(_ value: String) -> String {
        value.reduce(into: "") { text, character in
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
    }
}
