import Glibc

/// Standard output and standard error, written at once, so that whoever started the program can wait for a line.
enum Output: Int32 {
    case result = 1
    case errors = 2

    /// Writes a text; what nobody reads any more is lost.
    func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(rawValue, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
