import Glibc

/// A message of a ``SystemBus``, read from its beginning to its end.
///
/// It belongs to the thread of its bus.
public final class SystemBusMessage {
    private let message: SystemdLibrary.Handle
    private let library: SystemdLibrary

    /// Takes over a message.
    init(_ message: SystemdLibrary.Handle, _ library: SystemdLibrary) {
        self.message = message
        self.library = library
    }

    deinit {
        _ = library.release(message)
    }

    /// Whether it is a certain signal.
    public func isSignal(_ interface: String, _ member: String) -> Bool {
        library.isSignal(message, interface, member) > 0
    }

    /// Reads a string or an object's path.
    ///
    /// - Throws: `SystemError` with code `invalidData` when something else is there.
    public func string(isPath: Bool = false) throws(SystemError) -> String {
        var text: UnsafePointer<CChar>?
        guard library.read(message, Self.code(isPath ? "o" : "s"), &text) > 0, let text else {
            throw unexpected("a string")
        }
        return String(cString: text)
    }

    /// Reads a number.
    ///
    /// - Throws: `SystemError` with code `invalidData` when something else is there.
    public func number() throws(SystemError) -> UInt32 {
        var number: UInt32 = 0
        guard library.read(message, Self.code("u"), &number) > 0 else { throw unexpected("a number") }
        return number
    }

    /// Reads a truth value.
    ///
    /// - Throws: `SystemError` with code `invalidData` when something else is there.
    public func boolean() throws(SystemError) -> Bool {
        var value: Int32 = 0
        guard library.read(message, Self.code("b"), &value) > 0 else { throw unexpected("a truth value") }
        return value != 0
    }

    /// Reads an array of strings.
    ///
    /// - Throws: `SystemError` with code `invalidData` when something else is there.
    public func strings() throws(SystemError) -> [String] {
        try elements(of: "s") { () throws(SystemError) in try string() }
    }

    /// Reads an array whose elements `read` reads.
    ///
    /// - Parameters:
    ///   - signature: That of one element.
    ///   - read: Reads one element.
    /// - Returns: The elements.
    /// - Throws: `SystemError` with code `invalidData` when something else is there, and what `read` throws.
    public func elements<Element>(
        of signature: String,
        _ read: () throws(SystemError) -> Element
    ) throws(SystemError) -> [Element] {
        try enter("a", signature)
        var elements: [Element] = []
        while try !isAtEnd(of: signature) { elements.append(try read()) }
        try leave()
        return elements
    }

    /// Reads the inside of a variant or a structure.
    ///
    /// - Parameters:
    ///   - type: `v` or `r`.
    ///   - signature: That of what is inside.
    ///   - read: Reads what is inside.
    /// - Returns: What is inside.
    /// - Throws: `SystemError` with code `invalidData` when something else is there, and what `read` throws.
    public func inside<Value>(
        _ type: Character,
        _ signature: String,
        _ read: () throws(SystemError) -> Value
    ) throws(SystemError) -> Value {
        try enter(type, signature)
        let value = try read()
        try leave()
        return value
    }

    /// Passes over values.
    ///
    /// - Throws: `SystemError` with code `invalidData` when something else is there.
    public func skip(_ signature: String) throws(SystemError) {
        guard library.skip(message, signature) >= 0 else { throw unexpected(signature) }
    }

    /// Adds an argument to a call.
    func append(_ argument: SystemBus.Argument) -> Int32 {
        switch argument {
        case .string(let text): return library.append(message, Self.code("s"), text)
        case .strings(let texts):
            var result = library.openContainer(message, Self.code("a"), "s")
            for text in texts where result >= 0 { result = library.append(message, Self.code("s"), text) }
            return result < 0 ? result : library.closeContainer(message)
        }
    }

    private func enter(_ type: Character, _ signature: String) throws(SystemError) {
        guard library.enterContainer(message, Self.code(type), signature) > 0 else {
            throw unexpected("\(type) of \(signature)")
        }
    }

    private func leave() throws(SystemError) {
        guard library.exitContainer(message) >= 0 else { throw unexpected("the end") }
    }

    private func isAtEnd(of signature: String) throws(SystemError) -> Bool {
        let result = library.isAtEnd(message, 0)
        guard result >= 0 else { throw unexpected(signature) }
        return result > 0
    }

    private static func code(_ type: Character) -> CChar {
        CChar(bitPattern: type.asciiValue ?? 0)
    }

    private func unexpected(_ wanted: String) -> SystemError {
        SystemError(
            .invalidData,
            .bus,
            wanted.utf8,
            "is not what the message has there; see with busctl what the program answers"
        )
    }
}
