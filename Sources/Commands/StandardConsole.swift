import Glibc
import SystemPackage

extension Console {
    /// The process's own input and outputs.
    static func standard(_ output: BufferedOutput, _ environment: [String: String]) -> Console {
        let isOutputTerminal = isatty(STDOUT_FILENO) == 1
        let allowsColour = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        return Console(
            write: { output.write($0) },
            writeError: { text in
                // Where neither can be written there is nobody to tell.
                try? output.flush()
                _ = try? FileDescriptor.standardError.writeAll(text.utf8)
            },
            readLine: { Swift.readLine(strippingNewline: true) },
            readSecret: { prompt throws(CommandError) in try SecretInput.read(prompt: prompt) },
            isInputTerminal: isatty(STDIN_FILENO) == 1,
            hasColour: isOutputTerminal && allowsColour,
            width: isOutputTerminal ? terminalWidth() : nil
        )
    }

    private static func terminalWidth() -> Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}

/// Collects what is written until there is enough of it.
final class BufferedOutput {
    private let descriptor: FileDescriptor
    private var buffer: [UInt8] = []
    private var failure: (any Error)?

    private static let capacity = 64 << 10

    init(_ descriptor: FileDescriptor) {
        self.descriptor = descriptor
    }

    /// Writes text, now or with the next flush, which says whether it could be written.
    func write(_ text: String) {
        buffer += text.utf8
        guard buffer.count >= Self.capacity else { return }
        do {
            try flush()
        } catch {
            failure = error
        }
    }

    /// Writes what was collected.
    ///
    /// - Throws: `Errno`, also for what was written before.
    func flush() throws {
        if let failure { throw failure }
        defer { buffer.removeAll(keepingCapacity: true) }
        try descriptor.writeAll(buffer)
    }
}
