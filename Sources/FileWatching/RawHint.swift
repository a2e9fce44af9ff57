import Glibc
import SystemPackage

/// A hint with the bytes of its path, which are absolute and normal; those of `/` are empty.
///
/// A `FilePath` is taken apart and put together again by its initialiser. The reader's thread has no time for that, the
/// consumer's has.
enum RawHint: Hashable, Sendable {
    /// A `.path` hint, unless the rules ignore the path as a file.
    case candidate([UInt8])
    case path([UInt8])
    case tree([UInt8])

    init(_ hint: Hint) {
        let bytes = hint.path.withPlatformString {
            Array(UnsafeRawBufferPointer(start: $0, count: strlen($0)))
        }
        let isTop = bytes == [UInt8(ascii: "/")]
        switch hint {
        case .path: self = .path(isTop ? [] : bytes)
        case .tree: self = .tree(isTop ? [] : bytes)
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .candidate(let bytes), .path(let bytes), .tree(let bytes): bytes
        }
    }

    var isTree: Bool {
        if case .tree = self { true } else { false }
    }

    /// The hint, or nil when the path is a candidate and ignored.
    func hint(unless isIgnored: (FilePath) -> Bool) -> Hint? {
        let path = FilePath(normal: bytes)
        switch self {
        case .candidate: return isIgnored(path) ? nil : .path(path)
        case .path: return .path(path)
        case .tree: return .tree(path)
        }
    }

    /// Whether its path is `directory` or lies below it.
    func isAtOrBelow(_ directory: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { path in
            directory.withUnsafeBytes { directory in
                guard let start = directory.baseAddress, let own = path.baseAddress, !directory.isEmpty else {
                    return directory.isEmpty
                }
                return path.count >= directory.count && memcmp(own, start, directory.count) == 0
                    && (path.count == directory.count || path[directory.count] == UInt8(ascii: "/"))
            }
        }
    }

    func hash(into hasher: inout Hasher) {
        switch self {
        case .candidate: hasher.combine(0 as UInt8)
        case .path: hasher.combine(1 as UInt8)
        case .tree: hasher.combine(2 as UInt8)
        }
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    static func == (first: RawHint, second: RawHint) -> Bool {
        switch (first, second) {
        case (.candidate(let one), .candidate(let other)), (.path(let one), .path(let other)),
            (.tree(let one), .tree(let other)):
            one.count == other.count
                && one.withUnsafeBytes { one in
                    other.withUnsafeBytes { other in
                        guard let start = one.baseAddress, let otherStart = other.baseAddress else {
                            return true
                        }
                        return memcmp(start, otherStart, one.count) == 0
                    }
                }
        default: false
        }
    }
}
