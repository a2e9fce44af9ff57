import FabricModel
import Glibc

/// What this process was started with.
enum ProcessEnvironment {
    /// The variables by name; those that are not UTF-8 are left out.
    static func all() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            if let text = String(validatingCString: entry), let separator = text.firstIndex(of: "=") {
                variables[String(text[..<separator])] = String(text[text.index(after: separator)...])
            }
            next += 1
        }
        return variables
    }

    /// The working directory as `EscapedText`; `/` where there is none.
    static func directory() -> String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return EscapedText.escape(UnsafeRawBufferPointer(start: path, count: strlen(path)))
    }
}
