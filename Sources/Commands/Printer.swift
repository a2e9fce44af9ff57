import FabricModel
import FoundationEssentials

/// What a command shows: the same value as lines for a person or as JSON for a program.
protocol Displayable: Encodable {
    func lines(on page: Page) -> [Text]
}

/// What lines for a person depend on.
struct Page {
    /// For relative times.
    var now: Timestamp
    /// The terminal's columns; `nil` where the output is no terminal.
    var width: Int?
}

/// The one way out for all commands.
struct Printer {
    let console: Console
    let page: Page
    let isJSON: Bool

    /// Shows a value, as lines or as JSON.
    func show(_ value: some Displayable) throws {
        guard !isJSON else { return try showJSON(value) }
        for line in value.lines(on: page) { write(line) }
    }

    /// Shows a value as these lines, or as JSON.
    func show(_ value: some Encodable, as lines: @autoclosure () -> [Text]) throws {
        if isJSON { try showJSON(value) } else { write(lines()) }
    }

    /// Shows a value that people get to see in another way.
    func showJSON(_ value: some Encodable) throws {
        console.write(try JSONText.encode(value) + "\n")
    }

    /// Writes a line for a person; with `--json` nothing.
    func write(_ line: Text) {
        guard !isJSON else { return }
        console.write(line.rendered(inColour: console.hasColour) + "\n")
    }

    /// Writes lines for a person; with `--json` nothing.
    func write(_ lines: some Sequence<Text>) {
        for line in lines { write(line) }
    }

    /// Says on standard error what went wrong.
    func report(_ failure: FailureReport) {
        if isJSON, let text = try? JSONText.encode(failure, isPretty: false) {
            console.writeError(text + "\n")
        } else {
            for line in failure.lines { console.writeError(line.rendered(inColour: false) + "\n") }
        }
    }
}

/// JSON as it is printed: sorted keys, and nothing in it that a terminal would not simply show.
enum JSONText {
    static func encode(_ value: some Encodable, isPretty: Bool = true) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return escape(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    // Beyond the line breaks between its parts, unprintable characters occur in JSON only inside strings.
    private static func escape(_ text: String) -> String {
        if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0A }) { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar == "\n" || PrintableText.isPrintable(scalar) {
                result.unicodeScalars.append(scalar)
            } else {
                for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                    let digits = String(unit, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            }
        }
        return result
    }
}
