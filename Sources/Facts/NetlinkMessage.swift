/// One message of the kernel about the network, with its attributes.
///
/// *Source*: netlink(7), rtnetlink(7). Numbers are in the order of the machine's bytes.
struct NetlinkMessage {
    let type: UInt16
    /// The fixed part after the header.
    private let bytes: ArraySlice<UInt8>
    /// By their type; of one that comes twice the last.
    let attributes: [UInt16: ArraySlice<UInt8>]

    /// The messages of a kind in a dump; what is cut off is left out.
    ///
    /// `fixedLength` is that of the kind's own header.
    static func all(of type: UInt16, fixedLength: Int, in dump: [UInt8]) -> [NetlinkMessage] {
        var messages: [NetlinkMessage] = []
        var rest = dump[...]
        while let length = rest.number(0, UInt32.self).map(Int.init), length >= 16, length <= rest.count,
            let own = rest.number(4, UInt16.self)
        {
            let body = rest.dropFirst(16).prefix(length - 16)
            if own == type, body.count >= fixedLength {
                messages.append(NetlinkMessage(type: own, body: body, fixedLength: fixedLength))
            }
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return messages
    }

    private init(type: UInt16, body: ArraySlice<UInt8>, fixedLength: Int) {
        self.type = type
        bytes = body.prefix(fixedLength)
        attributes = Self.attributes(in: body.dropFirst((fixedLength + 3) & ~3))
    }

    /// The attributes that lie one after another, in another one too.
    static func attributes(in bytes: ArraySlice<UInt8>) -> [UInt16: ArraySlice<UInt8>] {
        var attributes: [UInt16: ArraySlice<UInt8>] = [:]
        for (type, value) in list(of: bytes) { attributes[type] = value }
        return attributes
    }

    static func list(of bytes: ArraySlice<UInt8>) -> [(type: UInt16, value: ArraySlice<UInt8>)] {
        var list: [(UInt16, ArraySlice<UInt8>)] = []
        var rest = bytes
        while let length = rest.number(0, UInt16.self).map(Int.init), length >= 4, length <= rest.count,
            let type = rest.number(2, UInt16.self)
        {
            // The two highest bits say how the value is made.
            list.append((type & 0x3FFF, rest.dropFirst(4).prefix(length - 4)))
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return list
    }

    /// A byte of the fixed part.
    func byte(_ offset: Int) -> UInt8 { bytes.number(offset, UInt8.self) ?? 0 }

    /// A number of 16 bits in the fixed part.
    func short(_ offset: Int) -> UInt16 { bytes.number(offset, UInt16.self) ?? 0 }

    /// A number of 32 bits in the fixed part.
    func word(_ offset: Int) -> UInt32 { bytes.number(offset, UInt32.self) ?? 0 }

    /// The number that an attribute holds.
    func number(_ attribute: UInt16) -> UInt32? { attributes[attribute]?.number(0, UInt32.self) }

    /// The text that an attribute holds.
    func text(_ attribute: UInt16) -> String? { attributes[attribute]?.text }
}

extension ArraySlice<UInt8> {
    /// A number at so many bytes from the start; `nil` beyond the end.
    func number<Number: FixedWidthInteger>(_ offset: Int, _ type: Number.Type) -> Number? {
        let size = MemoryLayout<Number>.size
        guard offset >= 0, offset + size <= count else { return nil }
        return withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: type) }
    }

    /// The text before the first zero byte.
    var text: String { String(decoding: prefix { $0 != 0 }, as: UTF8.self) }
}
