/// The header of an installed package, as a row of rpm's database holds it.
///
/// *Shape*: two numbers of 32 bits, how many entries and how many bytes of data; then per entry tag, type, offset and
/// count, 32 bits each; then the data. Numbers are big-endian, strings end in NUL. *Source*: rpm's header format.
package struct RPMHeader {
    /// The numbers of the tags that are read; the names are rpm's.
    package enum Tag: UInt32, CaseIterable {
        case name = 1000
        case version = 1001
        case release = 1002
        case epoch = 1003
        case arch = 1022
        case oldFileNames = 1027
        case fileStates = 1029
        case fileModes = 1030
        case fileDigests = 1035
        case fileLinkTargets = 1036
        case fileFlags = 1037
        case fileUserNames = 1039
        case fileGroupNames = 1040
        case dirIndexes = 1116
        case baseNames = 1117
        case dirNames = 1118
        case fileDigestAlgorithm = 5011
    }

    /// Bytes that are no header.
    package struct Malformed: Error {}

    private enum Form: UInt32 {
        case char = 1
        case int8 = 2
        case int16 = 3
        case int32 = 4
        case int64 = 5
        case string = 6
        case binary = 7
        case strings = 8
        case translated = 9
    }

    private struct Field {
        var form: Form
        var offset: Int
        var count: Int
    }

    private let data: UnsafeRawBufferPointer
    private let index: UnsafeRawBufferPointer

    /// The header in `blob`, which must outlive it.
    package init(_ blob: UnsafeRawBufferPointer) throws(Malformed) {
        guard blob.count >= 8 else { throw Malformed() }
        let entries = Int(Self.number(blob, at: 0))
        let bytes = Int(Self.number(blob, at: 4))
        // No header that rpm accepts is larger.
        guard entries > 0, entries <= 0xFFFF, bytes <= 256 << 20, 8 + entries * 16 + bytes == blob.count
        else {
            throw Malformed()
        }
        index = UnsafeRawBufferPointer(rebasing: blob[8..<(8 + entries * 16)])
        data = UnsafeRawBufferPointer(rebasing: blob[(8 + entries * 16)...])
    }

    /// A string; `nil` where the header has no such tag.
    package func string(_ tag: Tag) throws(Malformed) -> String? {
        guard let field = try field(tag) else { return nil }
        guard field.form == .string || field.form == .strings || field.form == .translated else {
            throw Malformed()
        }
        return String(decoding: try text(at: field.offset), as: UTF8.self)
    }

    /// All strings of a tag, in place.
    package func strings(_ tag: Tag) throws(Malformed) -> [UnsafeRawBufferPointer] {
        guard let field = try field(tag) else { return [] }
        guard field.form == .strings || field.form == .string, field.count <= data.count else {
            throw Malformed()
        }
        var strings: [UnsafeRawBufferPointer] = []
        strings.reserveCapacity(field.count)
        var offset = field.offset
        for _ in 0..<field.count {
            let text = try text(at: offset)
            strings.append(text)
            offset += text.count + 1
        }
        return strings
    }

    /// All numbers of a tag.
    package func numbers(_ tag: Tag) throws(Malformed) -> [UInt32] {
        guard let field = try field(tag) else { return [] }
        let width: Int
        switch field.form {
        case .char, .int8: width = 1
        case .int16: width = 2
        case .int32: width = 4
        default: throw Malformed()
        }
        guard field.count <= (data.count - field.offset) / width else { throw Malformed() }
        return (0..<field.count)
            .map { position in
                let offset = field.offset + position * width
                return data[offset..<(offset + width)].reduce(0) { $0 << 8 | UInt32($1) }
            }
    }

    private func field(_ tag: Tag) throws(Malformed) -> Field? {
        for start in stride(from: 0, to: index.count, by: 16)
        where Self.number(index, at: start) == tag.rawValue {
            guard let form = Form(rawValue: Self.number(index, at: start + 4)) else { throw Malformed() }
            let offset = Int(Self.number(index, at: start + 8))
            guard offset < data.count else { throw Malformed() }
            return Field(form: form, offset: offset, count: Int(Self.number(index, at: start + 12)))
        }
        return nil
    }

    private func text(at offset: Int) throws(Malformed) -> UnsafeRawBufferPointer {
        guard offset < data.count, let end = data[offset...].firstIndex(of: 0) else { throw Malformed() }
        return UnsafeRawBufferPointer(rebasing: data[offset..<end])
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
        UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
