import Compression
import FabricModel
import FabricServer
import RecordingRules

extension FuzzTarget {
    /// Names, times and versions as they stand in paths, queries and messages.
    static var texts: [FuzzTarget] {
        [
            text("resource-key", ["file:/etc/hosts", "file:/a\\xe9", "package:lib.i386"]) {
                try ResourceKey($0).description
            },
            text("tag-name", ["web", "node:web1"]) { try TagName($0).text },
            text("tag-at-revision", ["web@12"]) { try RevisionReference($0).description },
            text("timestamp", ["2026-11-22T20:03:27.000001Z", "2026-11-22T20:03:27Z"]) {
                try Timestamp($0).description
            },
            text("package-version", ["2:1.10~rc1-3", "1.0"]) { try PackageVersion($0).description },
            text("package-wish", [">=1.0-1 if installed", "=2:1.0", "any", "removed"]) {
                try PackageWish($0).description
            },
            text("content-digest", [Samples.digest.text]) { try ContentDigest($0).text },
            text("node-id", [Samples.node.text]) { try NodeID($0).text },
            escaped, percent, deflated,
        ]
    }

    /// A text that is read: what is written of it reads as the same.
    private static func text(
        _ name: String,
        _ seeds: [String],
        _ rewritten: @escaping @Sendable (String) throws -> String
    ) -> FuzzTarget {
        FuzzTarget(name, seeds: seeds) { input in
            let text = try rewritten(String(decoding: input, as: UTF8.self))
            return try? rewritten(text) == text
                ? nil : "what is written of it, '\(text)', does not read as the same"
        }
    }

    /// Any bytes have an escaped form, which stands for them and for nothing else.
    private static let escaped = FuzzTarget("escaped-text", seeds: ["/etc/new\nline", "\\xe9"]) { input in
        let text = EscapedText.escape(input)
        guard try EscapedText.unescape(text) == input else {
            return "its escaped form stands for other bytes"
        }
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            return "its escaped form is not plain"
        }
        _ = try? EscapedText.unescape(String(decoding: input, as: UTF8.self))
        return nil
    }

    private static let percent = FuzzTarget("percent-encoding", seeds: ["a%20b", "%C3%A9"]) { input in
        _ = PercentEncoding.decode(String(decoding: input, as: UTF8.self))
        return nil
    }

    /// A few bytes must not become more than was allowed.
    private static let deflated = FuzzTarget(
        "deflate",
        seeds: [Deflate.compress(Array("text text text".utf8)), Deflate.compress([])]
    ) { input in
        let limit = 1 << 16
        let bytes = try Deflate.decompress(input, limit: limit)
        return bytes.count <= limit ? nil : "it has \(bytes.count) bytes unpacked"
    }
}
