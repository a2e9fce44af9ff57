import Glibc

/// Asks for a line on the terminal without showing it.
enum SecretInput {
    private enum Key {
        static let interrupt: UInt8 = 0x03
        static let endOfInput: UInt8 = 0x04
        static let backspace: Set<UInt8> = [0x08, 0x7F]
        static let lineEnd: Set<UInt8> = [0x0A, 0x0D]
    }

    /// The line; `nil` when it was given up with ^D, or where there is no terminal.
    ///
    /// - Throws: `CommandError` with code `interrupted` after ^C.
    static func read(prompt: String, terminal path: String = "/dev/tty") throws(CommandError) -> String? {
        let terminal = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { return nil }
        defer { close(terminal) }
        var settings = termios()
        guard tcgetattr(terminal, &settings) == 0 else { return nil }
        var hidden = settings
        // Keys come one by one and signals as keys, so that no way out leaves the terminal without an echo.
        hidden.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
        guard tcsetattr(terminal, TCSAFLUSH, &hidden) == 0 else { return nil }
        defer { tcsetattr(terminal, TCSAFLUSH, &settings) }
        show(prompt, on: terminal)
        defer { show("\n", on: terminal) }
        return try line(from: terminal)
    }

    private static func line(from terminal: Int32) throws(CommandError) -> String? {
        var bytes: [UInt8] = []
        var key: UInt8 = 0
        while Glibc.read(terminal, &key, 1) == 1 {
            switch key {
            case Key.interrupt: throw CommandError(.interrupted, "terminal", "it was interrupted")
            case Key.endOfInput: return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
            case _ where Key.lineEnd.contains(key): return String(decoding: bytes, as: UTF8.self)
            case _ where Key.backspace.contains(key): _ = bytes.popLast()
            default: bytes.append(key)
            }
        }
        return nil
    }

    private static func show(_ text: String, on terminal: Int32) {
        var bytes = Array(text.utf8)
        _ = write(terminal, &bytes, bytes.count)
    }
}
