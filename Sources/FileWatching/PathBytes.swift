import SystemPackage

extension FilePath {
    /// The path of bytes that are normal already: absolute, no slash twice or at the end, no NUL; empty for `/`.
    init(normal bytes: [UInt8]) {
        self = withPath(bytes) { FilePath(platformString: $0) }
    }
}

/// Calls `body` with a NUL-terminated path; empty bytes stand for `/`.
func withPath<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    let text = (bytes.isEmpty ? [UInt8(ascii: "/")] : bytes) + [0]
    return text.withUnsafeBufferPointer { text in
        text.withMemoryRebound(to: CChar.self) { text in
            // A buffer with at least two elements has an address.
            text.baseAddress.map(body) ?? body("/")
        }
    }
}
