internal import FabricModel

/// Writes changes as JSON, about ten times as fast as a general encoder.
///
/// *Shape*: what `CanonicalJSON` writes, byte for byte, so that equal changes have equal texts. Every commit that the
/// server receives goes through here.
struct ChangeWriter {
    private var bytes: [UInt8] = []
    /// Changes of a batch are mostly seen at the same moment.
    private var moment: (at: Timestamp, text: String)?

    /// The text written so far; begins a new one.
    mutating func finish() -> String {
        defer { bytes.removeAll(keepingCapacity: true) }
        return String(decoding: bytes, as: UTF8.self)
    }

    mutating func write(_ changes: [Change]) throws {
        bytes.reserveCapacity(changes.count * 800)
        try separated(changes, open: "[", close: "]") { try $0.write($1) }
    }

    mutating func write(_ actor: Actor) {
        raw("{")
        field("evidence", actor.evidence)
        field("name", actor.name)
        field("session", actor.session)
        raw("\"tier\":\"")
        raw(actor.tier.rawValue)
        raw("\"}")
    }

    private mutating func write(_ change: Change) throws {
        raw("{\"actor\":")
        write(change.actor)
        raw(",\"after\":")
        try write(change.after)
        raw(",\"at\":\"")
        write(change.at)
        raw("\",\"before\":")
        try write(change.before)
        raw(change.isLate ? ",\"isLate\":true,\"key\":\"" : ",\"isLate\":false,\"key\":\"")
        raw(change.key.kind.rawValue)
        raw(":")
        escaped(change.key.name)
        raw("\"}")
    }

    private mutating func write(_ at: Timestamp) {
        if moment?.at != at { moment = (at, at.description) }
        raw(moment?.text ?? "")
    }

    private mutating func write(_ state: ResourceState) throws {
        switch state {
        case .absent: raw("{\"absent\":true}")
        case .file(let state):
            raw("{\"file\":")
            write(state)
            raw("}")
        case .package(let state):
            raw("{\"package\":")
            write(state)
            raw("}")
        case .service, .user, .group: bytes.append(contentsOf: try CanonicalJSON.encode(state))
        }
    }

    private mutating func write(_ state: FileState) {
        raw("{")
        if !state.attributes.isEmpty {
            raw("\"attributes\":")
            separated(state.attributes.sorted { $0.key < $1.key }, open: "{", close: "},") {
                writer,
                attribute in
                writer.string(attribute.key)
                writer.raw(":")
                writer.string(attribute.value)
            }
        }
        if let content = state.content {
            raw("\"content\":")
            write(content)
            raw(",")
        }
        raw("\"group\":")
        write(state.group)
        raw(",\"mode\":\"")
        raw(state.octalMode)
        raw("\",\"owner\":")
        write(state.owner)
        raw(",")
        field("target", state.target)
        raw("\"type\":\"")
        raw(state.type.rawValue)
        raw("\"}")
    }

    private mutating func write(_ content: FileContent) {
        raw("{\"digest\":\"")
        raw(content.digest.text)
        raw("\",\"size\":")
        raw(String(content.size))
        switch content.withheld {
        case nil: raw("}")
        case .tooLarge: raw(",\"withheld\":{\"reason\":\"too-large\"}}")
        case .journalFull: raw(",\"withheld\":{\"reason\":\"journal-full\"}}")
        case .secret(let rule):
            raw(",\"withheld\":{\"reason\":\"secret\",\"rule\":")
            string(rule)
            raw("}}")
        }
    }

    private mutating func write(_ account: AccountReference) {
        raw("{\"id\":")
        raw(String(account.id))
        if let name = account.name {
            raw(",\"name\":")
            string(name)
        }
        raw("}")
    }

    private mutating func write(_ state: PackageState) {
        raw("{\"instances\":")
        separated(state.instances, open: "[", close: "],") { writer, instance in
            writer.raw("{\"arch\":")
            writer.string(instance.arch)
            writer.raw(",\"evr\":")
            writer.string(instance.evr.description)
            writer.raw("}")
        }
        field("reason", state.reason?.rawValue)
        raw("\"system\":\"")
        raw(state.system.rawValue)
        raw("\"}")
    }

    private mutating func separated<Values: Collection>(
        _ values: Values,
        open: StaticString,
        close: StaticString,
        _ write: (inout ChangeWriter, Values.Element) throws -> Void
    ) rethrows {
        raw(open)
        var isFirst = true
        for value in values {
            if !isFirst { raw(",") }
            isFirst = false
            try write(&self, value)
        }
        raw(close)
    }

    /// A member that another one follows, where there is a value.
    private mutating func field(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        raw("\"")
        raw(name)
        raw("\":")
        string(value)
        raw(",")
    }

    private mutating func string(_ text: String) {
        raw("\"")
        escaped(text)
        raw("\"")
    }

    /// *Source*: RFC 8259, section 7; the short forms where there are any, as Foundation writes them.
    private mutating func escaped(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            let isPlain = utf8.allSatisfy {
                $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
            }
            guard !isPlain else {
                bytes.append(contentsOf: utf8)
                return
            }
            for byte in utf8 {
                switch byte {
                case UInt8(ascii: "\""): raw("\\\"")
                case UInt8(ascii: "\\"): raw("\\\\")
                case 0x08: raw("\\b")
                case 0x0C: raw("\\f")
                case UInt8(ascii: "\n"): raw("\\n")
                case UInt8(ascii: "\r"): raw("\\r")
                case UInt8(ascii: "\t"): raw("\\t")
                case 0..<0x20:
                    raw(byte < 0x10 ? "\\u000" : "\\u001")
                    raw(String(byte & 15, radix: 16))
                default: bytes.append(byte)
                }
            }
        }
    }

    private mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    @_disfavoredOverload
    private mutating func raw(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }
}
