/// Epoch, version and release of a package.
///
/// *Shape* as text: `[EPOCH:]VERSION[-RELEASE]`. *Source*: rpm's EVR; Debian policy 5.6.12, whose revision is the release.
public struct PackageVersion: Hashable, Sendable, CustomStringConvertible {
    /// Counts first; 0 where none is written.
    public var epoch: UInt32
    /// The upstream software's version.
    public var version: String
    /// The package's own release; `nil` where none is written.
    public var release: String?

    /// A version from its parts.
    public init(epoch: UInt32 = 0, version: String, release: String? = nil) {
        self.epoch = epoch
        self.version = version
        self.release = release
    }

    /// Reads `[EPOCH:]VERSION[-RELEASE]`.
    ///
    /// - Throws: `ModelError` with code `invalidState`.
    public init(_ text: String) throws(ModelError) {
        var rest = text[...]
        var epoch: UInt32 = 0
        if let colon = rest.firstIndex(of: ":"), rest[..<colon].utf8.allSatisfy(\.isASCIIDigit),
            let number = UInt32(rest[..<colon])
        {
            epoch = number
            rest = rest[rest.index(after: colon)...]
        }
        var release: Substring?
        if let dash = rest.lastIndex(of: "-") {
            release = rest[rest.index(after: dash)...]
            rest = rest[..<dash]
        }
        // A sign of comparison is part of a wish, mistyped.
        let isAllowed = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"<=>".utf8.contains($0) }
        guard !rest.isEmpty, release != "", isAllowed else {
            throw ModelError(.invalidState, text, "a version is written [EPOCH:]VERSION[-RELEASE]")
        }
        self.init(epoch: epoch, version: String(rest), release: release.map(String.init))
    }

    /// The text that reads back as the version; an epoch of 0 is left out where no other colon is.
    public var description: String {
        let hasColon = version.utf8.contains(UInt8(ascii: ":"))
        return (epoch == 0 && !hasColon ? "" : "\(epoch):") + version + (release.map { "-\($0)" } ?? "")
    }

    /// Below, at or above zero as this version is older, equal or newer.
    ///
    /// For rpm a missing release equals any; for dpkg, whose native packages have none, it is the empty one.
    public func compare(to other: PackageVersion, in system: PackageSystem) -> Int {
        if epoch != other.epoch { return epoch < other.epoch ? -1 : 1 }
        let order = system.compare(version, other.version)
        guard order == 0 else { return order }
        switch system {
        case .rpm:
            guard let release, let otherRelease = other.release else { return 0 }
            return system.compare(release, otherRelease)
        case .dpkg: return system.compare(release ?? "", other.release ?? "")
        }
    }

    /// The same as ``compare(to:in:)``, but a wish without a release means any release.
    func compare(toWish wish: PackageVersion, in system: PackageSystem) -> Int {
        var bare = self
        if wish.release == nil { bare.release = nil }
        return bare.compare(to: wish, in: system)
    }
}

extension PackageVersion: Codable {
    /// Reads the version's text.
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the version's text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension PackageSystem {
    /// Orders two version strings as the package manager does; below, at or above zero.
    ///
    /// *Source*: rpm's `rpmvercmp`; Debian policy 5.6.12.
    public func compare(_ left: String, _ right: String) -> Int {
        switch self {
        case .rpm: Self.compareRPM(Array(left.utf8), Array(right.utf8))
        case .dpkg: Self.compareDebian(Array(left.utf8), Array(right.utf8))
        }
    }

    private static func compareRPM(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var one = left[...]
        var two = right[...]
        while !one.isEmpty || !two.isEmpty {
            one = one.drop { !$0.isASCIILetter && !$0.isASCIIDigit && $0 != tilde && $0 != caret }
            two = two.drop { !$0.isASCIILetter && !$0.isASCIIDigit && $0 != tilde && $0 != caret }
            // A tilde sorts before everything, the end included; a caret after the end but before everything else.
            if one.first == tilde || two.first == tilde {
                guard one.first == tilde else { return 1 }
                guard two.first == tilde else { return -1 }
                one.removeFirst()
                two.removeFirst()
                continue
            }
            if one.first == caret || two.first == caret {
                if one.isEmpty { return -1 }
                if two.isEmpty { return 1 }
                guard one.first == caret else { return 1 }
                guard two.first == caret else { return -1 }
                one.removeFirst()
                two.removeFirst()
                continue
            }
            guard let first = one.first, !two.isEmpty else { break }
            let isNumber = first.isASCIIDigit
            let segmentOne = one.prefix { isNumber ? $0.isASCIIDigit : $0.isASCIILetter }
            let segmentTwo = two.prefix { isNumber ? $0.isASCIIDigit : $0.isASCIILetter }
            // Numbers are newer than letters.
            if segmentTwo.isEmpty { return isNumber ? 1 : -1 }
            let order =
                isNumber ? compareNumbers(segmentOne, segmentTwo) : compareBytes(segmentOne, segmentTwo)
            if order != 0 { return order }
            one = one.dropFirst(segmentOne.count)
            two = two.dropFirst(segmentTwo.count)
        }
        return one.isEmpty ? (two.isEmpty ? 0 : -1) : 1
    }

    private static func compareDebian(_ left: [UInt8], _ right: [UInt8]) -> Int {
        func weight(_ byte: UInt8?) -> Int {
            guard let byte, !byte.isASCIIDigit else { return 0 }
            if byte == tilde { return -1 }
            return byte.isASCIILetter ? Int(byte) : Int(byte) + 256
        }
        var one = left[...]
        var two = right[...]
        while !one.isEmpty || !two.isEmpty {
            while one.first.map({ !$0.isASCIIDigit }) ?? false || two.first.map({ !$0.isASCIIDigit }) ?? false
            {
                let order = weight(one.first) - weight(two.first)
                if order != 0 { return order }
                one = one.dropFirst()
                two = two.dropFirst()
            }
            let numberOne = one.prefix { $0.isASCIIDigit }
            let numberTwo = two.prefix { $0.isASCIIDigit }
            let order = compareNumbers(numberOne, numberTwo)
            if order != 0 { return order }
            one = one.dropFirst(numberOne.count)
            two = two.dropFirst(numberTwo.count)
        }
        return 0
    }

    private static var tilde: UInt8 { UInt8(ascii: "~") }
    private static var caret: UInt8 { UInt8(ascii: "^") }

    private static func compareNumbers(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        let one = left.drop { $0 == UInt8(ascii: "0") }
        let two = right.drop { $0 == UInt8(ascii: "0") }
        return one.count == two.count ? compareBytes(one, two) : (one.count < two.count ? -1 : 1)
    }

    private static func compareBytes(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        if left.elementsEqual(right) { return 0 }
        return left.lexicographicallyPrecedes(right) ? -1 : 1
    }
}

extension UInt8 {
    var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isASCIILetter: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
    }
}
