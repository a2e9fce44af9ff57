/// From which number on accounts are those of people.
///
/// *Source*: login.defs(5).
struct LoginDefinitions: Hashable, Sendable {
    /// The first uid of a person.
    var minimumUID: UInt32 = 1000
    /// The first gid of people.
    var minimumGID: UInt32 = 1000

    // The number of nobody and of its group on all distributions.
    private static let nobody: UInt32 = 65534

    init(_ bytes: [UInt8] = []) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard words.count >= 2, let number = words[1].number(UInt32.self) else { continue }
            if words[0].elementsEqual("UID_MIN".utf8) { minimumUID = number }
            if words[0].elementsEqual("GID_MIN".utf8) { minimumGID = number }
        }
    }

    func isSystem(uid: UInt32) -> Bool { uid < minimumUID || uid == Self.nobody }

    func isSystem(gid: UInt32) -> Bool { gid < minimumGID || gid == Self.nobody }
}
