/// A configuration file that cannot be used: one line that names file, key and what is allowed.
public struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public var file: String
    /// The line, from 1, where one can be named.
    public var line: Int?
    /// The key, dotted, where one is to blame.
    public var key: String?
    /// What is wrong and what is allowed.
    public var message: String

    /// An error in `file`.
    public init(file: String, line: Int? = nil, key: String? = nil, message: String) {
        self.file = file
        self.line = line
        self.key = key
        self.message = message
    }

    /// `FILE:LINE: KEY: MESSAGE`.
    public var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return [place, key, message].compactMap(\.self).joined(separator: ": ")
    }
}
