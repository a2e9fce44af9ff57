/// A pattern of paths over bytes.
///
/// *Shape*: `?` one byte and `*` any bytes, neither crossing a slash; `**` any bytes; `**/` any number of whole
/// components, none included; `[abc]`, `[a-z]` and `[!abc]` one byte of a set, never a slash; a backslash makes the next
/// byte mean itself.
struct Glob: Hashable, Sendable {
    enum Element: Hashable, Sendable {
        case byte(UInt8)
        case any
        case set(ByteSet)
        case star
        case doubleStar
        case components
    }

    let elements: [Element]

    /// Why a text is no pattern.
    struct Refusal: Error {
        var message: String
    }

    init(_ pattern: some Sequence<UInt8>) throws(Refusal) {
        var elements: [Element] = []
        var rest = ArraySlice(Array(pattern))
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "?"): elements.append(.any)
            case UInt8(ascii: "["): elements.append(.set(try ByteSet(glob: &rest)))
            case UInt8(ascii: "\\"):
                guard let next = rest.popFirst() else { throw Refusal(message: "ends in a backslash") }
                elements.append(.byte(next))
            case UInt8(ascii: "*"):
                let count = rest.prefix { $0 == byte }.count
                rest = rest.dropFirst(count)
                if count == 0 {
                    elements.append(.star)
                } else if rest.first == slash, elements.isEmpty || elements.last == .byte(slash) {
                    rest = rest.dropFirst()
                    elements.append(.components)
                } else {
                    elements.append(.doubleStar)
                }
            default: elements.append(.byte(byte))
            }
        }
        guard !elements.isEmpty else { throw Refusal(message: "is empty") }
        self.elements = elements
    }

    /// The byte with which every match begins, where there is one.
    var firstByte: UInt8? {
        if case .byte(let byte) = elements.first { byte } else { nil }
    }

    /// The byte with which every match ends, where there is one.
    var lastByte: UInt8? {
        if case .byte(let byte) = elements.last { byte } else { nil }
    }

    /// Whether all of `text` matches.
    ///
    /// Goes back to the last `*`, and where that cannot take more, to the last `**`: no more is ever needed, since a
    /// later star takes all that an earlier one could leave to it.
    func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        elements.withUnsafeBufferPointer { elements in
            var element = 0
            var position = 0
            var star: (element: Int, position: Int)?
            var wide: (element: Int, position: Int)?
            while true {
                if element < elements.count {
                    switch elements[element] {
                    case .star:
                        star = (element + 1, position)
                        element += 1
                        continue
                    case .doubleStar, .components:
                        wide = (element, position)
                        star = nil
                        element += 1
                        continue
                    case .byte, .any, .set:
                        if position < text.count, elements[element].takes(text[position]) {
                            element += 1
                            position += 1
                            continue
                        }
                    }
                } else if position == text.count {
                    return true
                }
                if let back = star, back.position < text.count, text[back.position] != slash {
                    star = (back.element, back.position + 1)
                    (element, position) = (back.element, back.position + 1)
                } else if let back = wide,
                    let next = Self.advance(elements[back.element], back.position, text)
                {
                    wide = (back.element, next)
                    star = nil
                    (element, position) = (back.element + 1, next)
                } else {
                    return false
                }
            }
        }
    }

    // Where a wide element ends when it takes one step more; `nil` at the end of the text.
    private static func advance(
        _ element: Element,
        _ position: Int,
        _ text: UnsafeBufferPointer<UInt8>
    ) -> Int? {
        guard element == .components else { return position < text.count ? position + 1 : nil }
        guard let next = text[position...].firstIndex(of: slash) else { return nil }
        return next + 1
    }
}

extension Glob.Element {
    fileprivate func takes(_ byte: UInt8) -> Bool {
        switch self {
        case .byte(let expected): byte == expected
        case .any: byte != slash
        case .set(let set): set.contains(byte)
        case .star, .doubleStar, .components: false
        }
    }
}

private let slash = UInt8(ascii: "/")
