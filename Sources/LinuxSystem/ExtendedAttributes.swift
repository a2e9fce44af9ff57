import CLinux
import Glibc
public import SystemPackage

extension FileReading {
    /// All extended attributes of `path` itself that this process may see: `user.*`, capabilities, ACLs, labels.
    ///
    /// *Shape*: names as escaped text (C escapes outside printable ASCII), values as they are.
    /// - Throws: `SystemError`, such as `notFound`.
    public static func extendedAttributes(_ path: FilePath) throws(SystemError) -> [String: [UInt8]] {
        try attributes(path, list: llistxattr, get: lgetxattr)
    }

    /// The attributes of what `path` leads to; errors name `subject`.
    static func extendedAttributes(
        following path: FilePath,
        subject: FilePath
    ) throws(SystemError) -> [String: [UInt8]] {
        do {
            return try attributes(path, list: listxattr, get: getxattr)
        } catch {
            throw SystemError(error.call, errno: error.errno, subject)
        }
    }

    private typealias List = (UnsafePointer<CChar>, UnsafeMutablePointer<CChar>?, Int) -> Int
    private typealias Get = (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int) -> Int

    private static func attributes(
        _ path: FilePath,
        list: List,
        get: Get
    ) throws(SystemError) -> [String: [UInt8]] {
        let names = try growing(.listxattr, path) { buffer in
            path.withPlatformString { name in
                buffer.withMemoryRebound(to: CChar.self) { list(name, $0.baseAddress, $0.count) }
            }
        }
        var attributes: [String: [UInt8]] = [:]
        for name in names?.split(separator: 0) ?? [] {
            let text = name.map { CChar(bitPattern: $0) } + [0]
            let value = try growing(.getxattr, path) { buffer in
                path.withPlatformString { get($0, text, buffer.baseAddress, buffer.count) }
            }
            attributes[PrintableBytes.escape(name)] = value
        }
        return attributes
    }

    /// Calls with a larger buffer until the answer fits; `nil` where there are no attributes or this one is gone.
    private static func growing(
        _ call: SystemCall,
        _ path: FilePath,
        _ body: (UnsafeMutableBufferPointer<UInt8>) -> Int
    ) throws(SystemError) -> [UInt8]? {
        // The kernel's limits are 64 KiB for the list and for a value.
        for capacity in [256, 4 << 10, 64 << 10, 128 << 10] {
            var number: Int32 = 0
            let answer = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                let got = body(UnsafeMutableBufferPointer(rebasing: buffer[..<capacity]))
                if got < 0 { number = errno } else { count = got }
            }
            switch number {
            case 0: return answer
            case ERANGE: continue
            case ENOTSUP, ENODATA: return nil
            default: throw SystemError(call, errno: number, path)
            }
        }
        throw SystemError(call, errno: ERANGE, path)
    }
}
