/// The right side of an assignment in a file that a shell could read.
///
/// *Source*: os-release(5), and systemd's `env-file.c`.
enum ShellValue {
    /// The value without its quotes and backslashes.
    static func unquote(_ value: some StringProtocol) -> String {
        var result = ""
        var quote: Character?
        var isEscaped = false
        for character in value {
            if isEscaped {
                result.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil } else { result.append(character) }
            } else if character == "\"" || character == "'" {
                quote = character
            } else {
                result.append(character)
            }
        }
        return result
    }
}
