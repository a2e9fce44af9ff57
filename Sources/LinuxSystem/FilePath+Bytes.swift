import Glibc
public import SystemPackage

extension FilePath {
    /// The path as the kernel knows it, without the NUL at its end.
    public var bytes: [UInt8] {
        withPlatformString { text in
            Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
        }
    }

    /// The path of these bytes, which end at the first NUL.
    public init(bytes: some Collection<UInt8>) {
        self = withUnsafeTemporaryAllocation(of: CChar.self, capacity: bytes.count + 1) { buffer in
            var end = 0
            for byte in bytes {
                buffer[end] = CChar(bitPattern: byte)
                end += 1
            }
            buffer[end] = 0
            guard let start = buffer.baseAddress else { return FilePath() }
            return FilePath(platformString: start)
        }
    }

    /// Calls `body` with the path's bytes in place, without the NUL at their end.
    @inlinable
    package func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
        try withPlatformString { text in
            try text.withMemoryRebound(to: UInt8.self, capacity: length) {
                try body(UnsafeBufferPointer(start: $0, count: length))
            }
        }
    }
}

extension FilePath.Component {
    /// The component as system calls take it, with the NUL at its end.
    var terminated: [CChar] {
        withPlatformString { Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1)) }
    }
}
