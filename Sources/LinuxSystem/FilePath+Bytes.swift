public import SystemPackage

extension FilePath {
    /// The path as the kernel knows it, without the NUL at its end.
    public var bytes: [UInt8] {
        withPlatformString { text in
            var bytes: [UInt8] = []
            var next = text
            while next.pointee != 0 {
                bytes.append(UInt8(bitPattern: next.pointee))
                next += 1
            }
            return bytes
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
}
